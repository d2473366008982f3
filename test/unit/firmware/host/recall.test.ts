import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange, isRemembered, type Memory } from '../../../../firmware/domain/memory.ts';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import type { Rig } from '../rig.ts';
import { anyWalk, go, PATIENCE, runs, unitFor } from '../walk.ts';

/** What a restart would know, but for the two registers that may lag behind (see memory.ts), taken from the live one. */
function recalled(rig: Rig, live: Memory): Memory {
  const { scheduleFromMs, ackedThrough } = live.registers;
  let memory = new Ledger(rig.store).recall();
  memory = applyChange(memory, { set: 'register', name: 'ackedThrough', value: ackedThrough });
  return applyChange(memory, { set: 'register', name: 'scheduleFromMs', value: scheduleFromMs });
}

/** Ended doses leave working memory when the schedule moves on, which is later than their end. */
function trimmed(memory: Memory): Memory {
  const doses = [...memory.doses].filter(([, dose]) => isRemembered(dose, memory.registers.scheduleFromMs));
  return { ...memory, doses: new Map(doses) };
}

describe('a unit to which anything may happen', () => {
  it('would know after a restart exactly what it knows now, after every single event', PATIENCE, () => {
    fc.assert(
      fc.property(anyWalk, ({ profile, steps }) => {
        const rig = unitFor(profile);
        let compared: Memory | null = null;
        rig.afterEvent = () => {
          const { memory: live, phase, cause } = rig.host.state;
          if (live === null) return expect.fail(`${phase}: ${cause?.detail}`);
          if (live === compared) return;
          compared = live;
          expect(trimmed(recalled(rig, live))).toEqual(trimmed(live));
        };
        for (const step of steps) go(rig, step);
      }),
      runs(20),
    );
  });
});
