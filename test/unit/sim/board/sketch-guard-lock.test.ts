import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { CONTACTS, GUARD, LEASE, MODE, PINS, SketchRig } from './sketch-rig.ts';

/** What a limit in milliseconds may be late. */
const LATE_MS = 5;
const OPEN_MS = 1000;

const isOpen = (rig: SketchRig) => rig.chip.driveOf(PINS.relay) === 'high';

/** Until no contact bounces any more, as the sketch has it. */
const STEADY_MS = 10;

/** Somebody has turned the key. */
function guarded(silenceMs = 10_000): SketchRig {
  const rig = new SketchRig();
  rig.chip.setLevel(CONTACTS.key, false);
  rig.ask({ ...GUARD, silenceMs });
  return rig;
}

function opened(forMs = OPEN_MS): SketchRig {
  const rig = guarded();
  expect(rig.ask({ type: 'unlock', forMs })).toEqual({ type: 'unlock', forMs });
  expect(isOpen(rig)).toBe(true);
  return rig;
}

/** From a cycle until the lock shut for the last time. */
function shutAfterMs(rig: SketchRig, since: number): number {
  const last = rig.changes.findLast(({ pin }) => pin === PINS.relay);
  expect(last?.drive).not.toBe('high');
  return ((last?.cycle ?? 0) - since) / CYCLES_PER_MS;
}

it('is locked by a guard alone', () => {
  const rig = guarded();
  expect(rig.chip.driveOf(PINS.relay)).toBe('low');
  expect(rig.rises(PINS.relay)).toEqual([]);
});

it.each([1, 50, 60_000])('opens the lock for %i ms, and locks it by itself', (forMs) => {
  const rig = guarded();
  rig.tell({ type: 'unlock', forMs });
  const since = rig.rises(PINS.relay)[0] ?? 0;
  for (let left = forMs; left > 0; left -= 5000) {
    rig.ms(Math.min(left, 5000));
    rig.sysex(0x79);
  }
  rig.ms(LATE_MS);
  expect(shutAfterMs(rig, since)).toBeGreaterThanOrEqual(forMs);
  expect(shutAfterMs(rig, since)).toBeLessThan(forMs + LATE_MS);
  expect(rig.rises(PINS.relay)).toHaveLength(1);
});

it.each([
  ['longer', 2000],
  ['shorter', 100],
])('counts a repeated unlock from now, also a %s one, and does not rattle', (_, forMs) => {
  const rig = opened();
  rig.ms(600);
  rig.tell({ type: 'unlock', forMs });
  const since = rig.chip.cycles;
  rig.ms(forMs + LATE_MS);
  expect(Math.abs(shutAfterMs(rig, since) - forMs)).toBeLessThan(LATE_MS);
  expect(rig.rises(PINS.relay)).toHaveLength(1);
});

it.each([
  [
    'an unlock of nothing',
    (rig: SketchRig) => expect(rig.ask({ type: 'unlock', forMs: 0 })).toMatchObject({ forMs: 0 }),
  ],
  ['another guard', (rig: SketchRig) => rig.tell({ ...GUARD, silenceMs: 1000 })],
  ['a guard without a relay', (rig: SketchRig) => rig.tell({ ...GUARD, relay: 0x7f })],
  ['a system reset', (rig: SketchRig) => rig.send(0xff)],
  ['a plain low', (rig: SketchRig) => rig.setDigital(PINS.relay, false)],
  ['the reset pin', (rig: SketchRig) => rig.chip.reset()],
  [
    'a power cut',
    (rig: SketchRig) => {
      rig.chip.powerCut();
      rig.start();
    },
  ],
])('locks at once at %s, and does not open again', (_, strike) => {
  const rig = opened(60_000);
  strike(rig);
  rig.ms(5);
  expect(isOpen(rig)).toBe(false);
  rig.ask(GUARD);
  rig.ms(2 * OPEN_MS);
  expect(rig.rises(PINS.relay)).toHaveLength(1);
});

it('locks when the host falls silent, and opens again only when it is told to', () => {
  const rig = guarded(500);
  rig.tell({ type: 'unlock', forMs: 60_000 });
  const silentFrom = rig.chip.receivedBy;
  rig.ms(600);
  expect(Math.abs(shutAfterMs(rig, silentFrom) - 500)).toBeLessThan(LATE_MS);
  rig.sysex(0x79);
  rig.ask({ ...GUARD, silenceMs: 500 });
  rig.ms(100);
  expect(isOpen(rig)).toBe(false);
  // No motor was stopped.
  expect(rig.witness()).toMatchObject({ silenceStopped: false, trips: 0 });
  expect(rig.ask({ type: 'unlock', forMs: 100 })).toMatchObject({ type: 'unlock' });
  expect(isOpen(rig)).toBe(true);
});

it('holds a door open whatever becomes of motors and their lease, and under the same guard once more', () => {
  const rig = opened();
  rig.ask({ ...GUARD, silenceMs: 10_000 });
  rig.ask({ ...LEASE, forMs: 50 });
  rig.ms(100);
  rig.ask(LEASE);
  rig.ask(LEASE);
  rig.ask({ type: 'end' });
  expect(isOpen(rig)).toBe(true);
  rig.ms(OPEN_MS);
  expect(isOpen(rig)).toBe(false);
});

it('lends motors nothing', () => {
  const rig = opened();
  rig.setMode(PINS.power, MODE.output);
  rig.setDigital(PINS.power, true);
  rig.ms(20);
  expect(rig.rises(PINS.power)).toEqual([]);
  expect(rig.refusals()).toEqual(['245 no-lease']);
});

it('refuses what is too long, what is mangled, and to open a lock that it was not told of', () => {
  const rig = guarded();
  const pairs = (...bytes: number[]) => bytes.flatMap((byte) => [byte & 0x7f, byte >> 7]);
  rig.sysex(7, ...pairs(100, 0, 0));
  rig.sysex(7, ...pairs(100, 0));
  rig.sysex(7);
  // 60,001, with its CRC.
  rig.sysex(7, ...pairs(0x61, 0xea, 0x6e));
  rig.ask({ ...GUARD, relay: 0x7f });
  rig.tell({ type: 'unlock', forMs: 100 });
  rig.ms(30);
  expect(rig.refusals()).toEqual(['7 crc', '7 malformed', '7 malformed', '7 out-of-range', '7 out-of-range']);
  expect(rig.rises(PINS.relay)).toEqual([]);
});

it('refuses every plain way to open the lock, and leaves one open that an unlock has opened', () => {
  const tryAll = (rig: SketchRig) => {
    for (const mode of Object.values(MODE)) rig.setMode(PINS.relay, mode);
    rig.setDigital(PINS.relay, true);
    rig.setAnalog(PINS.relay, 255);
    rig.send(0x90, 1 << PINS.relay, 0);
    rig.ms(50);
    const refused = ['244', '244', '244', '244', '244', '244', '244', '245', '228', '144'];
    expect(rig.refusals()).toEqual(refused.map((id) => `${id} out-of-range`));
  };
  const rig = guarded();
  tryAll(rig);
  expect(rig.rises(PINS.relay)).toEqual([]);
  const open = opened();
  tryAll(open);
  // All other pins of its port low.
  open.send(0x90, 0, 0);
  expect(isOpen(open)).toBe(true);
  expect(open.rises(PINS.relay)).toHaveLength(1);
});

it('opens no door that is shut for a word alone: the key is turned, or the door stands open', () => {
  const rig = guarded();
  const turnKey = (isTurned: boolean) => {
    rig.chip.setLevel(CONTACTS.key, !isTurned);
    rig.ms(STEADY_MS);
  };
  turnKey(false);
  expect(rig.ask({ type: 'unlock', forMs: OPEN_MS })).toEqual({ type: 'refused', id: 7, reason: 'no-key' });
  expect(rig.ask({ type: 'unlock', forMs: 0 })).toMatchObject({ type: 'unlock' });
  rig.chip.setLevel(CONTACTS.door, true);
  rig.ms(STEADY_MS);
  expect(rig.ask({ type: 'unlock', forMs: OPEN_MS })).toMatchObject({ type: 'unlock' });
  expect(isOpen(rig)).toBe(true);
  rig.chip.setLevel(CONTACTS.door, false);
  rig.ms(STEADY_MS);
  expect(isOpen(rig)).toBe(false);
  turnKey(true);
  expect(rig.ask({ type: 'unlock', forMs: OPEN_MS })).toMatchObject({ type: 'unlock' });
  turnKey(false);
  expect(isOpen(rig)).toBe(false);
});

it('opens nothing on a board that has neither key nor door', () => {
  const rig = new SketchRig();
  rig.ask({ ...GUARD, key: 0x7f, door: 0x7f });
  expect(rig.ask({ type: 'unlock', forMs: OPEN_MS })).toMatchObject({ type: 'refused', reason: 'no-key' });
  expect(isOpen(rig)).toBe(false);
});
