/**
 * The sketch's own messages (`sketch/frame.h`), as they lie between START_SYSEX and END_SYSEX: an id, and the data with its
 * CRC-8 as pairs of seven bits, the low ones first. Numbers are little-endian.
 */

/** No pin: this unit has no such part. */
export const NO_PIN = 0x7f;

/** Told once to a sketch that has just started, and again after that; one that differs from the one in force ends the lease, and locks. */
export interface Guard {
  readonly type: 'guard';
  /** Without a message for this long motors, lock and sounder are off: 100–10,000. */
  readonly silenceMs: number;
  /** Light barriers and contacts, by Firmata's pin numbers, each another; `NO_PIN` for none. */
  readonly fedA: number;
  readonly fedB: number;
  readonly binned: number;
  readonly cup: number;
  readonly door: number;
  readonly key: number;
  readonly button: number;
  readonly relay: number;
  readonly motorPower: number;
}

/** Motors obey under a lease only. A new one ends the one before, with everything that moves under it. */
export interface Lease {
  readonly type: 'lease';
  /** The number of the ledger's row: 0 to 2³²−1. */
  readonly intent: number;
  /** For each stepper, 0–65,535. */
  readonly stepsA: number;
  readonly stepsB: number;
  /** 1–60,000. */
  readonly forMs: number;
}

export interface Tone {
  readonly type: 'tone';
  /** 0 for silence, else 31–5,000. */
  readonly hz: number;
  readonly forMs: number;
}

/**
 * Opens the lock for so long from now, whatever a lease or its end says, if the key is turned or the door stands open. It
 * locks before that by silence, by a new guard, and when neither holds any more.
 */
export interface Unlock {
  readonly type: 'unlock';
  /** 1–60,000, or 0 to lock now. */
  readonly forMs: number;
}

export type HostMessage = { readonly type: 'witness' } | Guard | Lease | { readonly type: 'end' } | Tone | Unlock;

/** What the board has seen with its own eyes. `null`: the memory is damaged, and nobody knows. */
export interface Witness {
  readonly type: 'witness';
  /** Another one after every start of the sketch. */
  readonly nonce: number;
  readonly uptimeMs: number;
  /** MCUSR: power-on 1, reset pin 2, brown-out 4, watchdog 8. */
  readonly resetCause: number;
  /** Sachets ever seen; all three are known, or none. */
  readonly counts: { readonly fedA: number; readonly fedB: number; readonly binned: number } | null;
  /** Something lies in the barrier now. */
  readonly dark: { readonly fedA: boolean; readonly fedB: boolean; readonly binned: boolean; readonly cup: boolean };
  readonly isDoorShut: boolean;
  readonly isKeyTurned: boolean;
  readonly isPressed: boolean;
  /** How often the button was pressed since the start, and from 255 on from 0. */
  readonly presses: number;
  /** A guard stands; without one nobody watches barriers and contacts, and nothing of them is to be believed. */
  readonly isGuarded: boolean;
  /** Since the last witness silence ended a lease. */
  readonly silenceStopped: boolean;
  /** Since the last witness more steps were asked for than the lease allows. */
  readonly limitStruck: boolean;
  /** How often silence ended a lease since the start. */
  readonly trips: number;
  /** Steps made since the last lease began. */
  readonly made: { readonly A: number; readonly B: number };
}

/** The numbers of `sketch/refusal.h`, from 1. */
export const refusalReasons = ['malformed', 'crc', 'out-of-range', 'no-guard', 'no-lease', 'busy', 'no-key'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Refused {
  readonly type: 'refused';
  /** The id of the sysex, or the first byte of another message of Firmata. */
  readonly id: number;
  readonly reason: RefusalReason;
}

/** `guard`, `lease` and `unlock` come back as they were accepted. */
export type BoardMessage = Witness | Guard | Lease | { readonly type: 'end' } | Refused | Unlock;

/** Bytes that are no message of ours, or a number that none can carry. */
export class SketchProtocolError extends Error {
  override readonly name = 'SketchProtocolError';
}

export const messageIds = { witness: 1, guard: 2, lease: 3, end: 4, tone: 5, refused: 6, unlock: 7 } as const;

const LAYOUT = 2;
const RESET_CAUSE_MAX = 15;
/** Inputs that are low: dark, shut, turned, pressed. */
const [FED_A, FED_B, BINNED, CUP, DOOR, KEY, BUTTON] = [1, 2, 4, 8, 16, 32, 64] as const;
const INPUTS_MAX = 127;
const [UNREADABLE, SILENCE_STOPPED, LIMIT_STRUCK, GUARDED] = [1, 2, 4, 8] as const;
const FLAGS_MAX = 15;

type Width = 1 | 2 | 4;
/** A number's width in bytes, and what it may be. */
type Field = readonly [width: Width, min: number, max: number];

const u8: Field = [1, 0, 0xff];
const u16: Field = [2, 0, 0xffff];
const u32: Field = [4, 0, 0xffff_ffff];
const pin: Field = [1, 0, NO_PIN];

const guardFields: readonly Field[] = [[2, 100, 10_000], pin, pin, pin, pin, pin, pin, pin, pin, pin];
const leaseFields: readonly Field[] = [u32, u16, u16, [2, 1, 60_000]];
const toneFields: readonly Field[] = [[2, 0, 5_000], u16];
const unlockFields: readonly Field[] = [[2, 0, 60_000]];
const refusedFields: readonly Field[] = [u8, [1, 1, refusalReasons.length]];
const witnessFields: readonly Field[] = [
  [1, LAYOUT, LAYOUT],
  u32,
  u32,
  [1, 0, RESET_CAUSE_MAX],
  u32,
  u32,
  u32,
  [1, 0, INPUTS_MAX],
  u8,
  [1, 0, FLAGS_MAX],
  u16,
  u16,
  u16,
];

/** For `sysexCommand` of firmata-io. @throws SketchProtocolError when a number is out of range */
export function encodeHostMessage(message: HostMessage): number[] {
  switch (message.type) {
    case 'witness':
    case 'end':
      return [messageIds[message.type]];
    case 'guard':
      return encodeGuard(message);
    case 'lease':
      return encodeLease(message);
    case 'tone':
      return encode(messageIds.tone, toneFields, [message.hz, message.forMs]);
    case 'unlock':
      return encodeUnlock(message);
  }
}

/** As the sketch reads it. @throws SketchProtocolError */
export function decodeHostMessage(bytes: ArrayLike<number>): HostMessage {
  switch (bytes[0]) {
    case messageIds.witness:
      return nothingMore(bytes, { type: 'witness' });
    case messageIds.end:
      return nothingMore(bytes, { type: 'end' });
    case messageIds.guard:
      return decodeGuard(bytes);
    case messageIds.lease:
      return decodeLease(bytes);
    case messageIds.tone: {
      const [hz = 0, forMs = 0] = decode(bytes, toneFields);
      return { type: 'tone', hz, forMs };
    }
    case messageIds.unlock:
      return decodeUnlock(bytes);
    default:
      throw new SketchProtocolError(`The host says nothing with id ${bytes[0]}.`);
  }
}

/** As the sketch says it. @throws SketchProtocolError when a number is out of range */
export function encodeBoardMessage(message: BoardMessage): number[] {
  switch (message.type) {
    case 'witness':
      return encode(messageIds.witness, witnessFields, [
        LAYOUT,
        message.nonce,
        message.uptimeMs,
        message.resetCause,
        message.counts?.fedA ?? 0,
        message.counts?.fedB ?? 0,
        message.counts?.binned ?? 0,
        inputsOf(message),
        message.presses,
        flagsOf(message),
        message.trips,
        message.made.A,
        message.made.B,
      ]);
    case 'guard':
      return encodeGuard(message);
    case 'lease':
      return encodeLease(message);
    case 'end':
      return [messageIds.end];
    case 'refused':
      return encode(messageIds.refused, refusedFields, [message.id, refusalReasons.indexOf(message.reason) + 1]);
    case 'unlock':
      return encodeUnlock(message);
  }
}

/** What arrived between START_SYSEX and END_SYSEX. @throws SketchProtocolError */
export function decodeBoardMessage(bytes: ArrayLike<number>): BoardMessage {
  switch (bytes[0]) {
    case messageIds.witness:
      return decodeWitness(bytes);
    case messageIds.guard:
      return decodeGuard(bytes);
    case messageIds.lease:
      return decodeLease(bytes);
    case messageIds.end:
      return nothingMore(bytes, { type: 'end' });
    case messageIds.refused: {
      const [id = 0, number = 0] = decode(bytes, refusedFields);
      return { type: 'refused', id, reason: refusalReasons[number - 1] ?? 'malformed' };
    }
    case messageIds.unlock:
      return decodeUnlock(bytes);
    default:
      throw new SketchProtocolError(`The board says nothing with id ${bytes[0]}.`);
  }
}

function encodeGuard(guard: Guard): number[] {
  const { silenceMs, fedA, fedB, binned, cup, door, key, button, relay, motorPower } = guard;
  const numbers = [silenceMs, fedA, fedB, binned, cup, door, key, button, relay, motorPower];
  return encode(messageIds.guard, guardFields, numbers);
}

function decodeGuard(bytes: ArrayLike<number>): Guard {
  const [silenceMs = 0, ...pins] = decode(bytes, guardFields);
  const [fedA = 0, fedB = 0, binned = 0, cup = 0, door = 0, key = 0, button = 0, relay = 0, motorPower = 0] = pins;
  return { type: 'guard', silenceMs, fedA, fedB, binned, cup, door, key, button, relay, motorPower };
}

function encodeLease({ intent, stepsA, stepsB, forMs }: Lease): number[] {
  return encode(messageIds.lease, leaseFields, [intent, stepsA, stepsB, forMs]);
}

function decodeLease(bytes: ArrayLike<number>): Lease {
  const [intent = 0, stepsA = 0, stepsB = 0, forMs = 0] = decode(bytes, leaseFields);
  return { type: 'lease', intent, stepsA, stepsB, forMs };
}

function encodeUnlock({ forMs }: Unlock): number[] {
  return encode(messageIds.unlock, unlockFields, [forMs]);
}

function decodeUnlock(bytes: ArrayLike<number>): Unlock {
  const [forMs = 0] = decode(bytes, unlockFields);
  return { type: 'unlock', forMs };
}

function decodeWitness(bytes: ArrayLike<number>): Witness {
  const [, nonce = 0, uptimeMs = 0, resetCause = 0, fedA = 0, fedB = 0, binned = 0, ...rest] = decode(
    bytes,
    witnessFields,
  );
  const [inputs = 0, presses = 0, flags = 0, trips = 0, madeA = 0, madeB = 0] = rest;
  return {
    type: 'witness',
    nonce,
    uptimeMs,
    resetCause,
    counts: flags & UNREADABLE ? null : { fedA, fedB, binned },
    dark: {
      fedA: (inputs & FED_A) !== 0,
      fedB: (inputs & FED_B) !== 0,
      binned: (inputs & BINNED) !== 0,
      cup: (inputs & CUP) !== 0,
    },
    isDoorShut: (inputs & DOOR) !== 0,
    isKeyTurned: (inputs & KEY) !== 0,
    isPressed: (inputs & BUTTON) !== 0,
    presses,
    silenceStopped: (flags & SILENCE_STOPPED) !== 0,
    limitStruck: (flags & LIMIT_STRUCK) !== 0,
    isGuarded: (flags & GUARDED) !== 0,
    trips,
    made: { A: madeA, B: madeB },
  };
}

type Bits = readonly (readonly [isSet: boolean, bit: number])[];

function bitsOf(bits: Bits): number {
  return bits.reduce((sum, [isSet, bit]) => (isSet ? sum | bit : sum), 0);
}

function inputsOf({ dark, isDoorShut, isKeyTurned, isPressed }: Witness): number {
  return bitsOf([
    [dark.fedA, FED_A],
    [dark.fedB, FED_B],
    [dark.binned, BINNED],
    [dark.cup, CUP],
    [isDoorShut, DOOR],
    [isKeyTurned, KEY],
    [isPressed, BUTTON],
  ]);
}

function flagsOf({ counts, silenceStopped, limitStruck, isGuarded }: Witness): number {
  return bitsOf([
    [counts === null, UNREADABLE],
    [silenceStopped, SILENCE_STOPPED],
    [limitStruck, LIMIT_STRUCK],
    [isGuarded, GUARDED],
  ]);
}

function nothingMore<M>(bytes: ArrayLike<number>, message: M): M {
  if (bytes.length !== 1) throw new SketchProtocolError(`Message ${bytes[0]} carries no data.`);
  return message;
}

function encode(id: number, fields: readonly Field[], numbers: readonly number[]): number[] {
  const data: number[] = [];
  for (const [index, [width, min, max]] of fields.entries()) {
    const number = numbers[index] ?? Number.NaN;
    if (!isWithin(number, min, max)) throw outOfRange(id, index, number);
    for (let byte = 0; byte < width; byte += 1) data.push(Math.floor(number / 256 ** byte) % 256);
  }
  return [id, ...[...data, crc8([id, ...data])].flatMap((byte) => [byte & 0x7f, byte >> 7])];
}

function decode(bytes: ArrayLike<number>, fields: readonly Field[]): number[] {
  const id = bytes[0] ?? 0;
  const length = fields.reduce((sum, [width]) => sum + width, 0);
  const data = dataOf(bytes, length + 1);
  if (crc8([id, ...data]) !== 0) throw new SketchProtocolError(`The CRC of message ${id} is wrong.`);
  let at = 0;
  return fields.map(([width, min, max], index) => {
    let number = 0;
    for (let byte = 0; byte < width; byte += 1) number += (data[at + byte] ?? 0) * 256 ** byte;
    at += width;
    if (!isWithin(number, min, max)) throw outOfRange(id, index, number);
    return number;
  });
}

function dataOf(bytes: ArrayLike<number>, count: number): number[] {
  const malformed = new SketchProtocolError(`Message ${bytes[0]} is not ${count} bytes in pairs of seven bits.`);
  if (bytes.length !== 1 + 2 * count) throw malformed;
  return Array.from({ length: count }, (_, index) => {
    const [low = -1, high = -1] = [bytes[1 + 2 * index], bytes[2 + 2 * index]];
    if (!isWithin(low, 0, 0x7f) || !isWithin(high, 0, 1)) throw malformed;
    return low + 128 * high;
  });
}

function isWithin(number: number, min: number, max: number): boolean {
  return Number.isInteger(number) && number >= min && number <= max;
}

function outOfRange(id: number, index: number, number: number): SketchProtocolError {
  return new SketchProtocolError(`Number ${index + 1} of message ${id} cannot be ${number}.`);
}

/** CRC-8, polynomial 0x07, from 0. Over data and its own CRC it is 0. */
function crc8(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) & 0xff) ^ 0x07 : crc << 1;
  }
  return crc;
}
