import { afterEach, describe, expect, it } from 'vitest';
import { demoConfig } from '../../../sim/live/demo-config.ts';
import { LiveUnit } from '../../../sim/live/live-unit.ts';
import type { PanelCommand } from '../../../sim/panel/frames.ts';
import { FakeMqtt } from '../centre/fake-mqtt.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

/** A live unit that was set up at this local time, with a hand on its clock and nobody at the other end of its line. */
function unitFrom(local: string) {
  let nowMs = 0;
  let beat = (): void => undefined;
  const unit = new LiveUnit({
    device: 'dosis-sim-1',
    config: demoConfig('dual-roll'),
    startMs: Date.parse(`2026-11-21T${local}:00+01:00`),
    seed: 1,
    mqtt: new FakeMqtt(),
    metronome: {
      nowMs: () => nowMs,
      every: (_everyMs, run) => {
        beat = run;
        return () => undefined;
      },
    },
    onFrame: () => undefined,
  });
  cleanUp.push(() => unit.stop());
  /** Each beat makes up for a second at most. */
  const pass = (seconds: number): void => {
    for (let left = seconds; left > 0; left -= 1) {
      nowMs += 1000;
      beat();
    }
  };
  unit.carryOut({ do: 'fault', name: 'internet', on: true });
  beat();
  const ask = (command: PanelCommand) => unit.carryOut(command)?.en;
  const jump = (): void => {
    expect(ask({ do: 'jump' })).toBeUndefined();
    beat();
  };
  return { unit, pass, ask, jump, fates: () => unit.frame().doses.map(({ fate }) => fate) };
}

describe('a technician', () => {
  it('has nothing to do without a fault, and the door stays shut over a dose that is due', () => {
    const { unit, pass, ask, jump } = unitFrom('07:30');
    jump();
    expect(unit.frame()).toMatchObject({ view: { button: 'release' }, chart: { reminder: 'gentle' } });
    expect(unit.carryOut({ do: 'repair' })).toEqual({ da: 'Der er ingen fejl.', en: 'There is no fault.' });
    pass(60);
    expect(unit.frame()).toMatchObject({ hardware: { doorOpen: false }, view: { button: 'release' } });
    expect(ask({ do: 'press' })).toBeUndefined();
    pass(30);
    expect(unit.frame().hardware.cup).toBe('morgen 21-11');
  });

  it('hangs up a roll that does not hang; a unit that lies on its side is set up by whoever is there', () => {
    const { unit, pass, ask, jump } = unitFrom('07:30');
    jump();
    ask({ do: 'fault', name: 'tilt', on: true });
    pass(5);
    expect(unit.frame()).toMatchObject({ view: { button: 'idle', text: { da: expect.stringContaining('Stil') } } });
    ask({ do: 'fault', name: 'tilt', on: false });
    pass(5);
    expect(unit.frame().view.button).toBe('release');
    ask({ do: 'fault', name: 'rollMissing', on: true });
    pass(5);
    expect(unit.frame().view.button).toBe('idle');
    expect(ask({ do: 'repair' })).toBeUndefined();
    pass(600);
    expect(unit.frame()).toMatchObject({ faults: { rollMissing: false }, view: { button: 'release' } });
  });

  it('comes for a fault that was set, and for one that the unit has found', () => {
    const { unit, pass, ask, jump, fates } = unitFrom('07:30');
    jump();
    ask({ do: 'fault', name: 'jam', on: true });
    ask({ do: 'press' });
    pass(300);
    ask({ do: 'fault', name: 'jam', on: false });
    expect(unit.frame().chart.custody).toMatch(/fault|uncertain/);
    expect(ask({ do: 'repair' })).toBeUndefined();
    pass(10);
    expect(unit.frame().hardware.doorOpen).toBe(true);
    pass(600);
    expect(unit.frame()).toMatchObject({ hardware: { doorOpen: false }, chart: { custody: 'locked' } });
    expect(fates()[0]).not.toBe('uncertain');
    expect(ask({ do: 'repair' })).toBe('There is no fault.');
    ask({ do: 'fault', name: 'clock', on: true });
    expect(ask({ do: 'repair' })).toBeUndefined();
    expect(unit.frame().faults.clock).toBe(false);
  });
});

describe('quiet', () => {
  it('is answered with a notice when nothing calls, and changes nothing', () => {
    const { unit, ask, jump } = unitFrom('07:30');
    expect(unit.carryOut({ do: 'quiet' })).toEqual({
      da: 'Apparatet kalder ikke lige nu.',
      en: 'The unit is not calling right now.',
    });
    jump();
    expect(unit.frame().chart.reminder).toBe('gentle');
    expect(ask({ do: 'quiet' })).toBeUndefined();
    expect(unit.frame().chart.reminder).toBe('quiet');
    expect(ask({ do: 'quiet' })).toBeUndefined();
  });
});

it('a jump is under way until it has got there', () => {
  const { unit, ask, pass } = unitFrom('05:00');
  expect(unit.frame().clock.jumping).toBe(false);
  ask({ do: 'jump' });
  expect(unit.frame().clock.jumping).toBe(true);
  pass(1);
  expect(unit.frame()).toMatchObject({ now: '2026-11-21T08:00:00+01:00', clock: { jumping: false } });
});

describe('a dose of which the unit has written nothing', () => {
  it('was before its start when its window had closed by then', () => {
    const { fates, jump } = unitFrom('16:00');
    const before = ['before', 'before', 'planned', 'planned', 'planned', 'planned', 'planned', 'planned'];
    expect(fates()).toEqual(before);
    jump();
    expect(fates().slice(0, 3)).toEqual(['before', 'before', 'due']);
  });

  it('is due when its window was open then, and is offered', () => {
    const { unit, fates } = unitFrom('08:30');
    expect(fates().slice(0, 2)).toEqual(['due', 'planned']);
    expect(unit.frame().view.button).toBe('release');
  });
});
