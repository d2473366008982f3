import { expect, it } from 'vitest';
import type { LockdownCause } from '../../../../firmware/host/lockdown.ts';
import { noImages } from '../../../../firmware/unit/no-images.ts';
import { servicedHost } from '../../../../firmware/unit/serviced-host.ts';
import { TriedSigns } from '../../../../firmware/unit/tried-signs.ts';
import { faultOf, lockdownFaults } from '../../../../protocol/faults/catalogue.ts';
import { phrase } from '../../../../protocol/phrases.ts';
import { bench } from '../../centre/support.ts';
import { labels, MINUTE, Rig, SECOND } from '../rig.ts';

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

const causes = Object.keys(lockdownFaults) as (keyof typeof lockdownFaults)[];

it.each(causes)('a lock-down (%s) shows and says what the catalogue says', (cause) => {
  const rig = lockedDown(cause);
  expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: cause } });
  const { sees, hears } = faultOf(lockdownFaults[cause]);
  expect(sees).toContain(rig.view?.message);
  expect(hears).toContain(rig.said.at(-1)?.phrase);
});

/** What the cable tells of a unit: the vault and the images have no part in it. */
function atTheCable(rig: Rig): readonly string[] {
  const vault = { read: () => null, write: () => undefined, erase: () => undefined };
  const deviceClass = { name: 'dispenser', id: new Uint8Array(16) };
  const about = { firmware: '0.1.0', machine: 'arm64', deviceClass, serviceNumber: '', enrolment: null, trace: null };
  const acts = { problemWith: () => undefined, restartSoon: () => undefined };
  const { panel, lock, clock } = rig.ports;
  const signs = new TriedSigns(panel, lock, clock);
  const host = () => rig.host;
  return servicedHost({ host, ports: rig.ports, signs, vault, images: noImages, ...about, ...acts }).facts().faults;
}

it.each(causes)('citizen, operator and technician read one number of a lock-down (%s)', (cause) => {
  const rig = lockedDown(cause);
  const { code, number } = faultOf(lockdownFaults[cause]);
  const { message = '', params = {} } = rig.view ?? {};
  for (const language of ['da', 'en'] as const) expect(phrase(message, language, params)).toContain(String(number));
  expect(atTheCable(rig)).toEqual([code]);
  rig.online = true;
  rig.pass(MINUTE + SECOND);
  const centre = bench();
  for (const told of rig.published) expect(centre.receive(told).refusals).toEqual([]);
  expect(centre.readings.openAlarms()).toMatchObject([{ code, number, priority: 'high' }]);
});
