import { describe, expect, it } from 'vitest';
import type { Rung } from '../../../../firmware/domain/reminder.ts';
import type { Sachet } from '../../../../firmware/domain/stock.ts';
import { CONFIG, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const DOSE = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };
const unlabelled = (count: number): Sachet[] => Array.from({ length: count }, () => 'unlabelled');

const dualRoll = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 3) } });
const singleRoll = (): Rig => new Rig({ config: { profile: 'roll' }, rolls: { A: unlabelled(12) } });

/** The levels that the reminder went through, each with when. */
function levels(rig: Rig): string[] {
  return rig.observed.flatMap((seen) => {
    if (seen.kind !== 'noted' || seen.note.type !== 'reminder.level') return [];
    const time = new Date(seen.atMs + HOUR).toISOString().slice(11, 16);
    return [`${time} ${seen.note.level satisfies Rung | 'idle' | 'quiet'}`];
  });
}

describe.each([
  ['dual-roll', dualRoll],
  ['roll', singleRoll],
] as const)('a dose that is taken, on %s', (_, make) => {
  it('is reminded of, released by one press, presented, taken, and locked away behind', () => {
    const rig = make();
    rig.until('2026-11-20T07:59+01:00');
    expect(rig.host.state.chart).toMatchObject({ custody: 'locked', reminder: 'idle' });
    expect(rig.view).toMatchObject({ message: 'dose-open', lamp: 'ready', sound: 0, button: 'release' });
    rig.until('2026-11-20T08:00+01:00');
    expect(rig.view).toMatchObject({ message: 'dose-call', lamp: 'call', sound: 1, button: 'release' });
    expect(rig.said.at(-1)?.phrase).toBe('remind-gentle');

    rig.sense({ type: 'button.pressed' });
    expect(rig.custody).toBe('releasing');
    expect(rig.view).toMatchObject({ message: 'releasing', button: 'idle' });
    rig.pass(MOVE_MS);
    expect(rig.custody).toBe('presented');
    expect(rig.cup).toHaveLength(1);
    expect(rig.view).toMatchObject({ message: 'take-the-sachet', lamp: 'call' });

    rig.take();
    expect(rig.host.state.chart).toMatchObject({ custody: 'locked', reminder: 'idle' });
    expect(rig.said.at(-1)?.phrase).toBe('thank-you');
    expect(rig.view).toMatchObject({ message: 'ready-next', params: { time: '20:00' }, lamp: 'ready', button: 'idle' });
    expect(rig.doorLocked).toBe(true);
    expect(rig.recorded('dose')).toEqual([
      { type: 'dose.released', ...DOSE, roll: 'A' },
      { type: 'dose.presented', ...DOSE },
      { type: 'dose.taken', ...DOSE },
    ]);
    expect(rig.recorded('alarm.raised').filter(({ code }) => code !== 'stock-low')).toEqual([]);
  });

  it('comes once, however often the button is pressed', () => {
    const rig = make();
    rig.until('2026-11-20T08:00+01:00');
    for (let times = 0; times < 10; times += 1) {
      rig.sense({ type: 'button.pressed' });
      rig.pass(SECOND);
    }
    rig.take();
    for (let times = 0; times < 10; times += 1) rig.press();
    expect(rig.calls.filter((call) => call.startsWith('mechanism.release'))).toHaveLength(1);
    expect(rig.said.at(-1)?.phrase).toBe('nothing-due');
  });

  it('can be had from the opening of its window, before its time', () => {
    const rig = make();
    rig.until('2026-11-20T07:29:50+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('nothing-due');
    rig.until('2026-11-20T07:30:05+01:00');
    rig.press();
    expect(rig.cup).toHaveLength(1);
  });
});

describe('a dose that is missed', () => {
  it('was called for ever louder, was told to the centre in time, and is swallowed', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:55+01:00');
    expect(rig.recorded('alarm')).toContainEqual({ type: 'alarm.raised', code: 'about-to-miss', ...DOSE });
    rig.until('2026-11-20T09:01+01:00');
    expect(levels(rig)).toEqual([
      '06:00 idle',
      '08:00 gentle',
      '08:10 firm',
      '08:20 urgent',
      '08:50 lastCall',
      '09:00 idle',
    ]);
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...DOSE, reason: 'not-taken' }]);
    expect(rig.recorded('sachet')).toEqual([{ type: 'sachet.swallowed', ...DOSE, roll: 'A' }]);
    expect(rig.recorded('alarm').slice(-2)).toEqual([
      { type: 'alarm.cleared', code: 'about-to-miss', ...DOSE },
      { type: 'alarm.raised', code: 'dose-missed', ...DOSE },
    ]);
    expect(rig.bin).toEqual([DOSE]);
    expect(rig.cup).toEqual([]);
  });

  it('leaves the next dose its own sachet, labelled or not', () => {
    for (const [rig, sachet] of [
      [dualRoll(), EVENING],
      [singleRoll(), 'unlabelled'],
    ] as const) {
      rig.until('2026-11-20T20:00+01:00');
      expect(rig.bin).toHaveLength(1);
      rig.press();
      expect(rig.cup).toEqual([sachet]);
      rig.take();
      expect(rig.recorded('dose.taken')).toEqual([{ type: 'dose.taken', ...EVENING }]);
    }
  });

  it('ends its alarm when the next dose is taken', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    rig.take();
    expect(rig.recorded('alarm').at(-1)).toEqual({ type: 'alarm.cleared', code: 'dose-missed', ...DOSE });
  });

  it('repeats its call every five minutes while nobody comes', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T09:01+01:00');
    const calls = rig.said.filter(({ phrase }) => phrase.startsWith('remind-'));
    expect(calls).toHaveLength(12);
  });
});

describe('a sachet that nobody takes from the cup', () => {
  it('is drawn back after its time, and the centre is told', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(30 * MINUTE - SECOND);
    expect(rig.custody).toBe('presented');
    rig.pass(2 * SECOND + MOVE_MS);
    expect(rig.cup).toEqual([]);
    expect(rig.bin).toEqual([DOSE]);
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.retracted', ...DOSE });
    expect(rig.recorded('alarm').at(-1)).toEqual({ type: 'alarm.raised', code: 'dose-not-taken', ...DOSE });
    expect(rig.host.state.memory?.registers.inBin).toBe(1);
  });

  it('is called for while it lies there', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(12 * MINUTE);
    expect(rig.host.state.chart.reminder).toBe('firm');
    expect(rig.view?.sound).toBe(2);
    expect(rig.said.at(-1)?.phrase).toBe('take-the-sachet');
  });

  it('stays, on a unit that cannot draw it back; the centre is told once, and the late pickup ends the alarm', () => {
    const rig = singleRoll();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(6 * HOUR);
    expect(rig.cup).toHaveLength(1);
    const told = { code: 'dose-not-taken', ...DOSE };
    expect(rig.recorded('alarm').filter(({ code }) => code === 'dose-not-taken')).toEqual([
      { type: 'alarm.raised', ...told },
    ]);
    rig.take();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.taken', ...DOSE, late: true });
    expect(rig.recorded('alarm').at(-1)).toEqual({ type: 'alarm.cleared', ...told });
  });

  it('is told of, whatever was told of an earlier dose', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(HOUR);
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    // Too little power to draw it back.
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    rig.pass(HOUR);
    expect(rig.cup).toEqual([EVENING]);
    expect(rig.recorded('alarm').at(-1)).toEqual({ type: 'alarm.raised', code: 'dose-not-taken', ...EVENING });
  });

  it('is no reason to say that the next dose is about to be missed', () => {
    const noon = { id: 'noon', at: '12:00', beforeMinutes: 180, afterMinutes: 60 };
    const [morning] = CONFIG.regimen.slots;
    const slots = morning === undefined ? [] : [morning, noon];
    const rig = new Rig({ config: { regimen: { slots } }, rolls: { A: labels('2026-11-20', 7, ['morning', 'noon']) } });
    rig.until('2026-11-20T08:49+01:00');
    rig.press();
    rig.until('2026-11-20T09:15+01:00');
    expect(rig.host.state.chart).toMatchObject({ custody: 'presented', reminder: 'lastCall' });
    expect(rig.recorded('alarm')).toEqual([]);
  });

  it('leaves no alarm behind when the next dose is taken', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:55+01:00');
    rig.press();
    rig.pass(HOUR);
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    rig.take();
    expect([...(rig.host.state.memory?.alarms.keys() ?? ['?'])]).toEqual(['stock-low']);
  });
});

describe('quiet by permission', () => {
  it('rests the sound, not the light, for as long as is permitted', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:12+01:00');
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ message: 'dose-call', lamp: 'call', sound: 0 });
    const said = rig.said.length;
    rig.pass(14 * MINUTE);
    expect(rig.said).toHaveLength(said);
    rig.pass(2 * MINUTE);
    expect(rig.host.state.chart.reminder).toBe('urgent');
    expect(rig.view?.sound).toBe(3);
  });

  it('ends where the dose is about to be missed', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:45+01:00');
    rig.sense({ type: 'quiet.requested' });
    rig.until('2026-11-20T08:51+01:00');
    expect(rig.host.state.chart.reminder).toBe('lastCall');
  });

  it('is not granted to a citizen who may not', () => {
    const rig = new Rig({ config: { quietMinutes: 0 }, rolls: { A: labels('2026-11-20', 3) } });
    rig.until('2026-11-20T08:12+01:00');
    rig.sense({ type: 'quiet.requested' });
    expect(rig.host.state.chart.reminder).toBe('firm');
  });

  it('does not keep the dose from coming', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T08:12+01:00');
    rig.sense({ type: 'quiet.requested' });
    rig.press();
    expect(rig.cup).toEqual([DOSE]);
  });
});

describe('a dose of two sachets', () => {
  const config = {
    regimen: { slots: CONFIG.regimen.slots.map((slot) => (slot.id === 'morning' ? { ...slot, sachets: 2 } : slot)) },
  };
  const sachets = labels('2026-11-20', 2, ['morning', 'morning', 'evening']);

  it('comes whole for one press, and is presented once', () => {
    const rig = new Rig({ config, rolls: { A: sachets } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.custody).toBe('releasing');
    rig.pass(MOVE_MS);
    expect(rig.custody).toBe('presented');
    expect(rig.cup).toEqual([DOSE, DOSE]);
    rig.take();
    expect(rig.recorded('dose').map(({ type }) => type)).toEqual(['dose.released', 'dose.presented', 'dose.taken']);
  });

  it('may come from two rolls', () => {
    const rig = new Rig({ config, rolls: { A: [DOSE], B: [DOSE] } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(MOVE_MS);
    expect(rig.cup).toEqual([DOSE, DOSE]);
  });

  it('is drawn back whole', () => {
    const rig = new Rig({ config, rolls: { A: sachets } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(HOUR);
    expect(rig.bin).toEqual([DOSE, DOSE]);
    expect(rig.host.state.memory?.registers.inBin).toBe(2);
  });

  it('is swallowed whole when it is missed', () => {
    for (const rolls of [{ A: sachets }, { A: unlabelled(6) }]) {
      const rig = new Rig({ config, rolls });
      rig.until('2026-11-20T09:05+01:00');
      expect(rig.bin).toHaveLength(2);
      expect(rig.recorded('sachet')).toHaveLength(2);
    }
  });

  it('that was begun in the last second of its window is finished', () => {
    const rig = new Rig({ config, rolls: { A: sachets } });
    rig.until('2026-11-20T08:59:59+01:00');
    rig.press();
    rig.pass(MOVE_MS);
    expect(rig.custody).toBe('presented');
    expect(rig.cup).toEqual([DOSE, DOSE]);
  });

  it('of which a half came, long ago, is uncertain', () => {
    const rig = new Rig({ config, rolls: { A: sachets } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.cutPower();
    rig.pass(3 * HOUR);
    rig.boot();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.uncertain', ...DOSE, reason: 'partial' });
    expect(rig.custody).toBe('uncertain');
  });

  it.each(['taken', 'missed'] as const)(
    'of which a half came and that is settled as %s leaves no half for the next dose',
    (fate) => {
      const rig = new Rig({ config, rolls: { A: unlabelled(6) } });
      rig.until('2026-11-20T08:00+01:00');
      rig.sense({ type: 'button.pressed' });
      rig.setPower({ source: 'battery', batteryPercent: 5 });
      rig.pass(MOVE_MS);
      expect(rig.custody).toBe('uncertain');
      rig.setPower({ source: 'mains', batteryPercent: 5 });
      rig.take();
      rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate });
      rig.pass(MINUTE);
      expect(rig.bin).toHaveLength(1);
      expect(rig.recorded('sachet')).toEqual([{ type: 'sachet.swallowed', ...DOSE, roll: 'A' }]);
      expect(rig.bays.A).toHaveLength(4);
    },
  );
});

describe('the least interval between two doses', () => {
  it('makes a late dose push the next, which is then called for', () => {
    const slots = [
      { id: 'morning', at: '08:00', beforeMinutes: 30, afterMinutes: 119 },
      { id: 'noon', at: '12:00', beforeMinutes: 120, afterMinutes: 240 },
    ];
    const rig = new Rig({
      config: { regimen: { slots, minIntervalMinutes: 240 } },
      rolls: { A: labels('2026-11-20', 3, ['morning', 'noon']) },
    });
    rig.until('2026-11-20T09:30+01:00');
    rig.press();
    rig.take();
    rig.until('2026-11-20T12:30+01:00');
    expect(rig.view?.message).toBe('too-soon');
    expect(rig.host.state.chart.reminder).toBe('idle');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('too-soon');
    rig.until('2026-11-20T13:30:06+01:00');
    expect(rig.host.state.chart.reminder).not.toBe('idle');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'noon', date: '2026-11-20' }]);
  });
});
