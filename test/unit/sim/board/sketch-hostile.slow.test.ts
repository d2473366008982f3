import { expect, it } from 'vitest';
import {
  decodeBoardMessage,
  decodeHostMessage,
  encodeHostMessage,
  messageIds,
  SketchProtocolError,
} from '../../../../hal/johnny-five/sketch-protocol.ts';
import { CYCLES_PER_MS, type PinChange } from '../../../../sim/board/chip.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { Framer } from './framer.ts';
import { CONTACTS, GUARD, LEASE, MODE, MOTOR_PINS, PINS, SketchRig } from './sketch-rig.ts';

/** One hundred thousand in all, in pieces that take a few seconds each. */
const FRAMES = 10_000;
const LATE_MS = 3;
/** A full buffer of other answers goes before it. */
const SAID_LATE_MS_MAX = 60;

const low = (number: number) => [number & 0x7f, (number >> 7) & 0x7f];
const sysex = (...bytes: readonly number[]) => [0xf0, ...bytes, 0xf7];
const shortest: readonly (readonly number[])[] = [
  ...[...MOTOR_PINS, PINS.relay].flatMap((pin) => [
    ...Object.values(MODE).map((mode) => [0xf4, pin, mode]),
    [0xf5, pin, 1],
    [0xe0 | pin, ...low(90)],
    sysex(0x6f, pin, ...low(1500)),
    sysex(0x70, pin, ...low(600), ...low(2400)),
    sysex(0x6d, pin),
  ]),
  [0x90, 0x7f, 1],
  [0x91, 0x7f, 1],
  [0x90, 1 << PINS.relay, 0],
  [0xd0, 1],
  [0xc6, 1],
  [0xf9],
  [0xff],
  sysex(0x72, 0, 0, 1, ...low(200), PINS.stepA, PINS.stepA),
  sysex(0x72, 1, 0, 1, ...low(100), 0, ...low(628)),
  sysex(0x72, 1, 0, 1, ...low(100), 0, ...low(628), ...low(1000), ...low(1000)),
  sysex(0x6b),
  sysex(0x79),
  sysex(0x7a, ...low(20)),
  sysex(...encodeHostMessage({ type: 'witness' })),
  sysex(...encodeHostMessage({ type: 'end' })),
  sysex(...encodeHostMessage({ type: 'tone', hz: 1000, forMs: 100 })),
];
const guard = sysex(...encodeHostMessage(GUARD));
const unlock = sysex(...encodeHostMessage({ type: 'unlock', forMs: 20 }));
/** What a host would say. */
const useful: readonly (readonly number[])[] = [
  guard,
  sysex(0x72, 0, 0, 1, ...low(200), PINS.stepA, PINS.stepA),
  [0xf4, PINS.power, MODE.output],
  [0xf4, PINS.cutter, MODE.servo],
  sysex(...encodeHostMessage({ ...LEASE, forMs: 50 })),
  [0xf5, PINS.power, 1],
  [0xe0 | PINS.cutter, ...low(90)],
  sysex(0x72, 1, 0, 1, ...low(10), 0, ...low(3000)),
];

function spoilt(frame: readonly number[], random: Random): number[] {
  const at = random.below(frame.length);
  const bytes = [...frame];
  switch (random.below(4)) {
    case 0:
      return bytes.with(at, random.below(256));
    case 1:
      return bytes.toSpliced(at, 1);
    case 2:
      return bytes.toSpliced(at, 0, random.below(256));
    default:
      return bytes.slice(0, at);
  }
}

function hostile(random: Random, valid: readonly (readonly number[])[]): readonly number[] {
  if (random.chance(0.2)) return Array.from({ length: random.between(1, 20) }, () => random.below(256));
  if (random.chance(0.01)) return sysex(...Array.from({ length: random.between(55, 90) }, () => random.below(128)));
  if (random.chance(0.05)) return spoilt(unlock, random);
  const frame = random.pick(valid);
  return random.chance(0.6) ? spoilt(frame, random) : frame;
}

interface Leased {
  readonly from: number;
  readonly to: number;
}

const isWithin = (cycle: number, times: readonly Leased[]) => times.some(({ from, to }) => cycle > from && cycle < to);
const isRaised = ({ drive }: PinChange) => drive === 'high' || drive === 'pulled up';

/** When a motor may move: from a little before the board has said that it took a lease, for that is said a little late. */
function leasesOf(rig: SketchRig): Leased[] {
  const leases: Leased[] = [];
  const framer = new Framer((message) => {
    if (message[0] !== 0xf0 || message[1] !== 3) return;
    const said = decodeBoardMessage(message.slice(1, -1));
    if (said.type !== 'lease') return;
    const { cycles } = rig.chip;
    leases.push({
      from: cycles - SAID_LATE_MS_MAX * CYCLES_PER_MS,
      to: cycles + (said.forMs + LATE_MS) * CYCLES_PER_MS,
    });
  });
  rig.chip.onByte((byte) => framer.take(byte));
  return leases;
}

/** When the lock may open, and shut again: by what was sent, for what is in its buffer is followed a little late. */
function unlocksOf(rig: SketchRig): { readonly times: readonly Leased[]; sent(bytes: readonly number[]): void } {
  const times: Leased[] = [];
  const framer = new Framer((message) => {
    const forMs = unlockedFor(message);
    const { cycles, receivedBy } = rig.chip;
    if (forMs > 0) times.push({ from: cycles, to: receivedBy + (forMs + LATE_MS + SAID_LATE_MS_MAX) * CYCLES_PER_MS });
  });
  const sent = (bytes: readonly number[]) => {
    for (const byte of bytes) framer.take(byte);
  };
  return { times, sent };
}

function unlockedFor(message: readonly number[]): number {
  if (message[0] !== 0xf0 || message[1] !== messageIds.unlock) return 0;
  try {
    const said = decodeHostMessage(message.slice(1, -1));
    return said.type === 'unlock' ? said.forMs : 0;
  } catch (error) {
    if (error instanceof SketchProtocolError) return 0;
    throw error;
  }
}

function siege(seed: number, frames: readonly (readonly number[])[], before: (rig: SketchRig) => void) {
  const rig = new SketchRig();
  before(rig);
  rig.changes.length = 0;
  const random = Random.stream(seed, 'line');
  const leases = leasesOf(rig);
  const unlocks = unlocksOf(rig);
  const { nonce } = rig.witness();
  for (let i = 0; i < FRAMES; i += 1) {
    const frame = hostile(random, frames);
    rig.chip.receive(Uint8Array.from(frame));
    unlocks.sent(frame);
    rig.chip.advanceTo(rig.chip.receivedBy);
    rig.messages.length = 0;
  }
  rig.ms(200);
  rig.send(0xff);
  rig.messages.length = 0;
  const restarted = rig.witness().nonce !== nonce;
  const moves = rig.changes.filter((change) => MOTOR_PINS.includes(change.pin) && isRaised(change));
  const unleased = moves.filter(({ cycle }) => !isWithin(cycle, leases));
  const turns = rig.changes.filter(({ pin }) => pin === PINS.relay);
  const opened = turns.filter(isRaised);
  // Shut by a time that has run out, or by anything else: always before that.
  const stayed = turns.filter((turn, index) => !isWithin(turn.cycle, unlocks.times) && isOpenBefore(turns, index));
  const unasked = [...opened.filter(({ cycle }) => !isWithin(cycle, unlocks.times)), ...stayed];
  return { unleased, moved: moves.length, unasked, opened: opened.length, restarted };
}

function isOpenBefore(turns: readonly PinChange[], index: number): boolean {
  const before = turns[index - 1];
  return before !== undefined && isRaised(before);
}

const armed = (rig: SketchRig) => rig.arm({ forMs: 1 });
const unarmed = () => undefined;

it.each([
  ['before any guard', 1, shortest, unarmed],
  ['before any guard', 2, shortest, unarmed],
  ['before any guard', 3, shortest, unarmed],
  ['under a guard', 4, [...shortest, guard], armed],
  ['under a guard', 5, [...shortest, guard], armed],
  ['under a guard', 6, [...shortest, guard], armed],
  ['under a guard', 7, [...shortest, guard], armed],
] as const)(
  'whatever arrives, no motor pin is high without a lease, nor the lock without an unlock: %s, seed %i',
  (_, seed, frames, before) => {
    const { unleased, unasked, restarted } = siege(seed, frames, before);
    expect(unleased).toEqual([]);
    expect(unasked).toEqual([]);
    expect(restarted).toBe(false);
  },
);

const busy = [
  ...shortest,
  ...Array.from({ length: 5 }, () => unlock),
  ...Array.from({ length: 15 }, () => useful).flat(),
];

it('opens no shut door without its key', () => {
  expect(siege(11, busy, armed).opened).toBe(0);
});

it.each([8, 9, 10])('between leases that are given and run out motors move under one alone, seed %i', (seed) => {
  const { unleased, moved, unasked, opened, restarted } = siege(seed, busy, (rig) => {
    rig.chip.setLevel(CONTACTS.key, false);
    armed(rig);
  });
  expect(moved).toBeGreaterThan(300);
  expect(opened).toBeGreaterThan(20);
  expect(unleased).toEqual([]);
  expect(unasked).toEqual([]);
  expect(restarted).toBe(false);
});
