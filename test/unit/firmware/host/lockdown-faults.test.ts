import { expect, it } from 'vitest';
import type { LockdownCause } from '../../../../firmware/host/lockdown.ts';
import { faultOf, lockdownFaults } from '../../../../protocol/faults/catalogue.ts';
import { labels, Rig } from '../rig.ts';

/** What brings a unit to lock itself down, each for its own cause. */
const SPOILT: Readonly<Record<Exclude<LockdownCause['fault'], 'empty'>, (rig: Rig) => void>> = {
  damaged: ({ store }) => {
    store.integrityProblems = () => ['row 3 missing'];
  },
  contradiction: ({ store }) => store.exec('DELETE FROM config'),
  newer: ({ store }) => store.exec('PRAGMA user_version = 99'),
  storage: ({ store }) => {
    store.failure = 'full';
  },
  internal: ({ ports }) => {
    ports.sensors.door = () => {
      throw new Error('no such switch');
    };
  },
};

function lockedDown(cause: LockdownCause['fault']): Rig {
  if (cause === 'empty') return new Rig({ unprovisioned: true });
  const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
  rig.cutPower();
  SPOILT[cause](rig);
  rig.boot();
  return rig;
}

it.each(Object.keys(lockdownFaults) as (keyof typeof lockdownFaults)[])(
  'a lock-down (%s) shows and says what the catalogue says',
  (cause) => {
    const rig = lockedDown(cause);
    expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: cause } });
    const { sees, hears } = faultOf(lockdownFaults[cause]);
    expect(sees).toContain(rig.view?.message);
    expect(hears).toContain(rig.said.at(-1)?.phrase);
  },
);
