import { slotWord } from '../../../../protocol/alarm-words.ts';
import type { DoseFate, PanelDose, PanelFrame } from '../../frames.ts';
import { language, t, told } from '../state.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { fateTones, fateWords } from '../words/dose-words.ts';
import { civilOf, longDate, minutesOf } from '../words/times.ts';

const marks: Readonly<Record<DoseFate, IconName>> = {
  before: 'minus',
  planned: 'clock',
  due: 'bell',
  releasing: 'arrowOut',
  presented: 'hand',
  taken: 'check',
  retracted: 'cross',
  missed: 'cross',
  withheld: 'lock',
  takenOut: 'bag',
  released: 'arrowOut',
  uncertain: 'question',
};

/** Today's and tomorrow's doses: a day line with the windows, and a card for each dose. */
export function Doses({ frame }: { frame: PanelFrame }) {
  const now = civilOf(frame.now);
  const days = [...new Set([now.date, ...frame.doses.map((dose) => dose.date)])];
  return (
    <section class="doses" aria-label={t('doses')}>
      {days.map((date) => (
        <Day
          key={date}
          date={date}
          name={date === now.date ? t('today') : t('tomorrow')}
          doses={frame.doses.filter((dose) => dose.date === date)}
          nowMinutes={date === now.date ? minutesOf(now.time) : null}
        />
      ))}
    </section>
  );
}

interface DayProps {
  readonly date: string;
  readonly name: string;
  readonly doses: readonly PanelDose[];
  readonly nowMinutes: number | null;
}

function Day({ date, name, doses, nowMinutes }: DayProps) {
  return (
    <div class="day">
      <h2 class="day-title">
        {name} <span>{longDate(date, language.value)}</span>
      </h2>
      <DayLine doses={doses} nowMinutes={nowMinutes} />
      {doses.length === 0 ? (
        <p class="soft">{t('noDoses')}</p>
      ) : (
        <ul class="dose-cards">
          {doses.map((dose) => (
            <DoseCard key={dose.slot} dose={dose} />
          ))}
        </ul>
      )}
    </div>
  );
}

const dayMinutes = 24 * 60;
const hourMarks = [0, 6, 12, 18, 24];
const percent = (minutes: number) => `${((100 * minutes) / dayMinutes).toFixed(2)}%`;

function DayLine({ doses, nowMinutes }: Pick<DayProps, 'doses' | 'nowMinutes'>) {
  return (
    <div class="day-line" aria-hidden="true">
      {doses.map(({ slot, opens, closes, fate }) => {
        const from = minutesOf(opens);
        const until = minutesOf(closes) > from ? minutesOf(closes) : dayMinutes;
        return (
          <i key={slot} data-tone={fateTones[fate]} style={{ left: percent(from), width: percent(until - from) }} />
        );
      })}
      {nowMinutes !== null && <b style={{ left: percent(nowMinutes) }} />}
      {hourMarks.map((hour) => (
        <span key={hour} style={{ left: percent(hour * 60) }}>
          {String(hour).padStart(2, '0')}
        </span>
      ))}
    </div>
  );
}

function DoseCard({ dose }: { dose: PanelDose }) {
  return (
    <li class="dose-card" data-tone={fateTones[dose.fate]}>
      <p class="dose-time">{dose.at}</p>
      <p>{slotWord(dose.slot, language.value)}</p>
      <p class="dose-fate">
        <Icon name={marks[dose.fate]} />
        {told(fateWords[dose.fate])}
      </p>
      <p class="dose-window">
        {t('window')} {dose.opens}–{dose.closes}
      </p>
    </li>
  );
}
