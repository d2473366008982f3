import { beforeEach, describe, expect, it } from 'vitest';
import { askingOf } from '../../../../firmware/unit/asking.ts';
import { SelfTest } from '../../../../firmware/unit/self-test.ts';
import { TriedSigns } from '../../../../firmware/unit/tried-signs.ts';
import { Rig, SECOND } from '../rig.ts';

/** A unit whose signs are lent to a self-test, as `startUnit` lends them. */
class Bench {
  readonly rig = new Rig({ unconfigured: true });
  monoMs = 0;
  wake: () => void = () => {};
  readonly signs: TriedSigns;
  readonly test: SelfTest;

  constructor() {
    const { panel, lock } = { ...this.rig.ports };
    const clock = {
      read: () => ({ wallMs: 0, monoMs: this.monoMs, source: 'rtc' as const }),
      wakeAfter: (_delayMs: number, wake: () => void) => {
        this.wake = wake;
      },
    };
    this.signs = new TriedSigns(panel, lock, clock);
    Object.assign(this.rig.ports, { panel: this.signs.panel, lock: this.signs.lock });
    this.rig.cutPower();
    this.rig.boot();
    const host = () => this.rig.host;
    this.test = new SelfTest({ ports: this.rig.ports, signs: this.signs, host, ask: askingOf(host) });
  }

  /** Woken after so long, whether it asked for that or not. */
  pass(ms: number): void {
    this.monoMs += ms;
    this.wake();
  }

  outcome(part: string): string | undefined {
    return this.test.report().find((result) => result.part === part)?.outcome;
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('a lamp that somebody tries', () => {
  it('lights, and after a while shows again what the machine shows', () => {
    const { rig, test } = bench;
    const before = rig.view;
    expect(before?.lamp).not.toBe('alarm');
    expect(test.run('lamp')).toBeNull();
    expect(bench.outcome('lamp')).toBe('person');
    expect(rig.view).toEqual({ ...before, lamp: 'alarm' });
    bench.pass(SECOND);
    expect(rig.view?.lamp).toBe('alarm');
    bench.pass(15 * SECOND);
    expect(rig.view).toEqual(before);
  });

  it('goes out when the next part is tried', () => {
    const { rig, test } = bench;
    const before = rig.view;
    test.run('lamp');
    test.run('sounder');
    expect(rig.view).toEqual({ ...before, sound: 2 });
    test.run('battery');
    expect(rig.view).toEqual(before);
  });

  it('gives way at once to what the machine has to say, and does not come back', () => {
    const { rig, test } = bench;
    test.run('lamp');
    rig.sense({ type: 'door.opened', withKey: true });
    const shown = rig.view;
    expect(shown).toMatchObject({ message: 'open', lamp: 'warn' });
    bench.pass(60 * SECOND);
    expect(rig.view).toEqual(shown);
  });
});

describe('a lock that somebody tries', () => {
  it('is not tried behind a closed door, so that no test ever opens one', () => {
    const { rig, test } = bench;
    expect(test.run('lock')).toBe('not-permitted');
    rig.sense({ type: 'door.opened', withKey: false });
    expect(test.run('lock')).toBe('not-permitted');
    expect(rig.doorLocked).toBe(true);
  });

  it('is left alone when the machine has locked it, whoever asks', () => {
    const { rig, signs } = bench;
    const moved = () => rig.calls.filter((call) => call.startsWith('lock.')).length;
    const before = moved();
    signs.tryLock();
    bench.pass(15 * SECOND);
    expect([rig.doorLocked, moved()]).toEqual([true, before]);
  });

  it('shoots its bolt while the door stands open with the key, and draws it back', () => {
    const { rig, test } = bench;
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.doorLocked).toBe(false);
    expect(test.run('lock')).toBeNull();
    expect(rig.doorLocked).toBe(true);
    bench.pass(15 * SECOND);
    expect(rig.doorLocked).toBe(false);
  });

  it('stays locked when the door is closed meanwhile', () => {
    const { rig, test } = bench;
    rig.sense({ type: 'door.opened', withKey: true });
    test.run('lock');
    rig.sense({ type: 'door.closed' });
    rig.pass(SECOND);
    bench.pass(60 * SECOND);
    expect(rig.doorLocked).toBe(true);
  });
});

describe('a mechanism that somebody tries', () => {
  it('is looked at by the machine, and the test runs until it has answered', () => {
    const { rig, test } = bench;
    expect(test.run('motor')).toBeNull();
    expect(bench.outcome('motor')).toBe('running');
    rig.pass(SECOND);
    expect(bench.outcome('motor')).toBe('passed');
    expect(rig.calls.filter((call) => /mechanism\.(release|swallow|retract)/.test(call))).toEqual([]);
  });

  it('is asked once: a second question has to wait', () => {
    const { test } = bench;
    test.run('motor');
    expect(test.run('sensors')).toBe('busy');
  });
});
