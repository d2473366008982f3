import { useState } from 'preact/hooks';
import type { FaultName, PanelFrame } from '../../frames.ts';
import { inForce, send, t } from '../state.ts';
import { Button } from '../ui/button.tsx';
import { Stepper, Switch } from '../ui/controls.tsx';

const faultOrder: readonly FaultName[] = ['jam', 'tilt', 'rollMissing', 'power', 'internet', 'clock'];
const awayHours = [4, 12, 24, 48, 7 * 24, 14 * 24] as const;
const takeOutMax = 28;

/** What people and misfortune do to the unit. None of it is on the unit itself. */
export function Simulator({ frame }: { frame: PanelFrame }) {
  return (
    <fieldset class="simulator" disabled={!inForce.value}>
      <legend class="for-readers">{t('simulator')}</legend>
      <div class="simulator-title">
        <h2 class="card-title">{t('simulator')}</h2>
        <p class="soft">{t('simulatorNote')}</p>
        {frame.device.electronics === 'emulated' && <p class="soft">{t('emulatedNote')}</p>}
      </div>
      <section>
        <h3 class="small-title">{t('citizen')}</h3>
        <Button wide icon="hand" disabled={frame.hardware.cup === null} onClick={() => send({ do: 'take' })}>
          {t('takeSachet')}
        </Button>
        <Button wide icon="quiet" onClick={() => send({ do: 'quiet' })}>
          <span class="two-lines">
            {t('quiet')} <small>{t('quietNote')}</small>
          </span>
        </Button>
      </section>
      <Travel isHome={frame.chart.presence === 'home'} />
      <section>
        <h3 class="small-title">{t('staff')}</h3>
        <Button wide icon="refill" onClick={() => send({ do: 'refill' })}>
          <span class="two-lines">
            {t('refill')} <small>{t('refillNote')}</small>
          </span>
        </Button>
        <Button wide icon="repair" onClick={() => send({ do: 'repair' })}>
          {t('repair')}
        </Button>
        <Switch on={frame.hardware.doorOpen} onChange={(open) => send({ do: 'door', open })}>
          {t('keyedDoor')}
        </Switch>
      </section>
      <section>
        <h3 class="small-title">{t('faults')}</h3>
        {faultOrder.map((name) => (
          <Switch key={name} tone="bad" on={frame.faults[name]} onChange={(on) => send({ do: 'fault', name, on })}>
            {t(name)}
          </Switch>
        ))}
      </section>
    </fieldset>
  );
}

function Travel({ isHome }: { isHome: boolean }) {
  const [doses, setDoses] = useState(4);
  const [hours, setHours] = useState<number>(24);
  return (
    <section>
      <h3 class="small-title">{t('travel')}</h3>
      <div class="side-by-side">
        <span>{t('doseCount')}</span>
        <Stepper
          name={t('doseCount')}
          value={doses}
          min={1}
          max={takeOutMax}
          less={t('fewer')}
          more={t('more')}
          onChange={setDoses}
        />
      </div>
      <Button wide icon="bag" onClick={() => send({ do: 'takeOut', doses })}>
        {t('takeOut')}
      </Button>
      <div class="side-by-side">
        <label for="away-hours">{t('awayFor')}</label>
        <select id="away-hours" value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
          {awayHours.map((option) => (
            <option key={option} value={option}>
              {duration(option)}
            </option>
          ))}
        </select>
      </div>
      <Button wide icon="door" onClick={() => send({ do: 'away', hours })}>
        {t('away')}
      </Button>
      <Button wide icon="home" disabled={isHome} onClick={() => send({ do: 'home' })}>
        {t('home')}
      </Button>
    </section>
  );
}

function duration(hours: number): string {
  if (hours < 24) return `${hours} ${t('hours')}`;
  return `${hours / 24} ${hours === 24 ? t('oneDay') : t('days')}`;
}
