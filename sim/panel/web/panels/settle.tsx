import { slotWord } from '../../../../protocol/alarm-words.ts';
import type { PanelFrame } from '../../frames.ts';
import { inForce, language, send, t } from '../state.ts';
import { Button } from '../ui/button.tsx';
import { shortDate } from '../words/times.ts';

/** Asks a person what became of an uncertain dose; shown only while there is one. */
export function Settle({ frame }: { frame: PanelFrame }) {
  const dose = frame.doses.find(({ fate }) => fate === 'uncertain');
  if (dose === undefined && frame.chart.custody !== 'uncertain') return null;
  const name =
    dose === undefined ? '' : ` (${slotWord(dose.slot, language.value)} ${shortDate(dose.date, language.value)})`;
  return (
    <section class="settle">
      <div role="alert">
        <h2>
          {t('settleTitle')}
          {name}?
        </h2>
        <p>{t('settleText')}</p>
      </div>
      <fieldset disabled={!inForce.value}>
        <Button icon="check" onClick={() => send({ do: 'settle', fate: 'taken' })}>
          {t('settleTaken')}
        </Button>
        <Button icon="cross" onClick={() => send({ do: 'settle', fate: 'missed' })}>
          {t('settleMissed')}
        </Button>
      </fieldset>
    </section>
  );
}
