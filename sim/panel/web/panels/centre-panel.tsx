import type { PanelFrame } from '../../frames.ts';
import { centre, deviceOnline, openAlarms, received } from '../centre.ts';
import type { OpenAlarm, Received } from '../centre-readings.ts';
import { language, t } from '../state.ts';
import { Pill } from '../ui/controls.tsx';
import { Icon } from '../ui/icon.tsx';
import {
  alarmAction,
  alarmNumbered,
  alarmTitle,
  eventDose,
  eventTitle,
  eventTone,
  eventWhen,
} from '../words/centre-words.ts';

/** What the service centre has received: read from the centre itself, never from the simulator. */
export function CentrePanel({ link }: { link: PanelFrame['link'] }) {
  return (
    <section class="card centre" aria-label={t('centre')}>
      <header class="centre-head">
        <h2 class="card-title">{t('centre')}</h2>
        <span class="pills">
          {centre.value === 'reading' && <OnlinePill online={deviceOnline.value} />}
          <LinkPill link={link} />
        </span>
      </header>
      <p class="centre-note">
        <Icon name="info" />
        {t('removedNotSwallowed')}
      </p>
      {centre.value === 'none' && <p class="soft">{t('centreNone')}</p>}
      {centre.value === 'lost' && (
        <p class="centre-lost" role="status">
          <Icon name="alert" />
          {t('centreLost')}
        </p>
      )}
      {centre.value !== 'none' && (
        <>
          <Alarms alarms={openAlarms.value} />
          <ReceivedList events={received.value} />
        </>
      )}
    </section>
  );
}

function OnlinePill({ online }: { online: boolean | null }) {
  if (online === null) return <Pill>{t('unknown')}</Pill>;
  return (
    <Pill dot tone={online ? 'good' : 'bad'}>
      {online ? t('online') : t('offline')}
    </Pill>
  );
}

/** How much of what the unit has written down it still has to hand over. */
function LinkPill({ link: { state, queued } }: { link: PanelFrame['link'] }) {
  if (state === 'current' && queued === 0) return <Pill tone="good">{t('linkCurrent')}</Pill>;
  return (
    <Pill tone={state === 'offline' ? 'warn' : 'call'}>
      {queued} {state === 'offline' ? t('linkOffline') : t('linkDraining')}
    </Pill>
  );
}

function Alarms({ alarms }: { alarms: readonly OpenAlarm[] | null }) {
  if (alarms === null) return null;
  return (
    <div>
      <h3 class="small-title">
        {t('alarms')} {alarms.length > 0 && <span class="count">{alarms.length}</span>}
      </h3>
      {alarms.length === 0 ? (
        <p class="soft">{t('noAlarms')}</p>
      ) : (
        <ul class="alarms">
          {alarms.map((alarm) => (
            <AlarmRow key={alarm.key} alarm={alarm} />
          ))}
        </ul>
      )}
    </div>
  );
}

function AlarmRow({ alarm }: { alarm: OpenAlarm }) {
  const event = { type: 'alarm.raised', code: alarm.code, at: alarm.at, slot: alarm.slot, date: alarm.date };
  const { day, time } = eventWhen(event, language.value);
  return (
    <li class="alarm" data-priority={alarm.priority}>
      <span class="alarm-priority">{t(alarm.priority)}</span>
      <span class="event-words">
        <b>
          {alarmNumbered(alarm.code)}
          {alarmTitle(alarm.code, language.value)}
        </b>
        <span>{eventDose(event, language.value) || day}</span>
        <span>{alarmAction(alarm.code, language.value)}</span>
      </span>
      <time>{time}</time>
    </li>
  );
}

function ReceivedList({ events }: { events: readonly Received[] }) {
  return (
    <div class="received">
      <h3 class="small-title">{t('received')}</h3>
      {events.length === 0 ? (
        <p class="soft">{t('nothingReceived')}</p>
      ) : (
        <ol class="events">
          {events.map((one) => (
            <EventRow key={`${one.epoch}/${one.seq}`} one={one} />
          ))}
        </ol>
      )}
    </div>
  );
}

function EventRow({ one: { event, epoch, seq } }: { one: Received }) {
  const { day, time } = eventWhen(event, language.value);
  return (
    <li class="event" data-tone={eventTone(event)} title={`${event.type} · epoch ${epoch} · seq ${seq}`}>
      <span class="event-words">
        <b>{eventTitle(event, language.value)}</b>
        <span>{eventDose(event, language.value) || day}</span>
      </span>
      <time>{time}</time>
    </li>
  );
}
