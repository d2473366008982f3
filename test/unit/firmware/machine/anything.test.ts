import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sachet } from '../../../../firmware/domain/stock.ts';
import { PHRASES, phrase } from '../../../../protocol/phrases.ts';
import { DAY, MINUTE, type Rig, SECOND } from '../rig.ts';
import { anyWalk, go, PATIENCE, rollFor, runs, unitFor } from '../walk.ts';

/** For which dose each sachet came into the cup. */
function doseOfEach(rig: Rig): { dose: string; sachet: Sachet }[] {
  return rig.given.map(({ intent, sachet }) => {
    const [row] = rig.store.rows('SELECT dose FROM intent WHERE id = ?', intent);
    return { dose: String(row?.dose), sachet };
  });
}

/** Every phrase with a gap that was not filled, or that is none. */
function unfilled(key: string, params: Readonly<Record<string, string>>): string[] {
  if (!Object.hasOwn(PHRASES, key)) return [`no phrase ${key}`];
  const gaps = [
    ...phrase(key, 'en', params).matchAll(/\{(\w+)\}/g),
    ...PHRASES[key as keyof typeof PHRASES].en.matchAll(/\{(\w+)\}/g),
  ];
  return gaps.filter(([, name = '']) => !params[name]).map(([gap]) => `${key} without ${gap}`);
}

function settleDoubts(rig: Rig): void {
  for (const dose of rig.host.state.memory?.doses.values() ?? []) {
    if (dose.fate === 'uncertain') rig.ask({ type: 'uncertainty.settled', dose: dose.key, fate: 'taken' });
  }
}

/** A nurse and a technician put everything right that can be put right. */
function putRight(rig: Rig): void {
  rig.outcomes.length = 0;
  rig.setPower({ source: 'mains', batteryPercent: 100 });
  rig.source = 'synchronised';
  rig.ask({ type: 'pause.ended' });
  rig.ask({ type: 'absence.ended' });
  rig.sense({ type: 'door.closed' });
  rig.pass(2 * MINUTE);
  rig.sense({ type: 'door.opened', withKey: true });
  rig.pass(SECOND);
  rig.gate = 'clear';
  if (rig.cup.length > 0) rig.take();
  settleDoubts(rig);
  rig.ask({ type: 'fault.repaired' });
  rig.ask({ type: 'bin.emptied' });
  for (const roll of ['A', 'B'] as const) {
    rig.bays[roll] = roll === 'A' ? rollFor(rig, false) : [];
    rig.ask({ type: 'stock.loaded', roll, sachets: [...rig.bays[roll]] });
  }
  rig.sense({ type: 'door.closed' });
  rig.pass(5 * MINUTE);
  // Of a dose that was half out when the trouble began, the rest has just turned out to be missing.
  settleDoubts(rig);
  rig.pass(5 * MINUTE);
}

describe('whatever happens to a unit', PATIENCE, () => {
  it('no dose comes out more often than it is prescribed, and no roll gives one without an intent', () => {
    fc.assert(
      fc.property(anyWalk, ({ profile, steps }) => {
        const rig = unitFor(profile);
        for (const step of steps) go(rig, step);
        const given = doseOfEach(rig);
        for (const { dose, sachet } of given) {
          if (typeof sachet === 'object') expect(dose).toBe(`${sachet?.slot}/${sachet?.date}`);
          const count = given.filter((other) => other.dose === dose).length;
          expect(count, dose).toBeLessThanOrEqual(dose.startsWith('evening') ? 2 : 1);
        }
      }),
      runs(12),
    );
  });

  it('it says and shows only phrases that exist, with nothing left out', () => {
    fc.assert(
      fc.property(anyWalk, ({ profile, steps }) => {
        const rig = unitFor(profile);
        const wrong: string[] = [];
        rig.afterEvent = () => {
          if (rig.view !== null) wrong.push(...unfilled(rig.view.message, rig.view.params));
        };
        for (const step of steps) go(rig, step);
        for (const { phrase: key, params } of rig.said) wrong.push(...unfilled(key, params));
        expect(wrong).toEqual([]);
      }),
      runs(12),
    );
  });

  it('people can put it right, and the next dose then comes', () => {
    fc.assert(
      fc.property(anyWalk, ({ profile, steps }) => {
        const rig = unitFor(profile);
        for (const step of steps) go(rig, step);
        putRight(rig);
        expect(rig.custody).toBe('locked');
        for (let waited = 0; waited < 2 * DAY && rig.host.state.chart.reminder === 'idle'; waited += 5 * MINUTE) {
          rig.pass(5 * MINUTE);
        }
        const before = rig.given.length;
        rig.press();
        rig.pass(10 * SECOND);
        expect(rig.given.length).toBeGreaterThan(before);
        expect(rig.custody).toBe('presented');
      }),
      runs(12),
    );
  });
});
