import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { ClockReading } from '../../hal/ports/clock.ts';
import type { DoorState, Placement, Power } from '../../hal/ports/sensors.ts';
import type { StoreFailure } from '../../hal/ports/store.ts';
import { decodeBase64, encodeBase64 } from '../../protocol/smp/base64.ts';

/**
 * A trace: JSON lines. First a header, then the ledger as it was just before the start, then one line for each time the
 * firmware was entered. Whatever is given this ledger and fed these lines in this order must do the same, to the byte.
 */
export const TRACE_VERSION = 4;

export interface TraceHeader extends TraceAbout {
  readonly dosis: 'trace';
  readonly version: typeof TRACE_VERSION;
  readonly ledger: ImageHead;
}

/** What a unit is told at its start, besides its ledger. */
export interface TraceAbout {
  /** Which run this is, for people: a scenario's name and seed, or a unit. */
  readonly of: string;
  readonly device: string;
  readonly firmware: string;
  readonly serviceNumber: string;
  /** `null`: it never says that it is there. */
  readonly aliveMs: number | null;
  readonly parts: Capabilities;
}

export interface ImageHead {
  /** The version of its tables. */
  readonly schema: number;
  /** Only of a `whole` one do rows follow: with any other the unit locks itself, whatever stands in it. */
  readonly state: 'whole' | 'altered' | 'newer' | 'damaged';
}

/** Rows of one table, their values in the order of its columns. */
export interface TableLine {
  readonly table: string;
  readonly rows: readonly (readonly unknown[])[];
}

/** Written behind the last entrance when there was more to record and no more room. */
export interface EndLine {
  readonly end: 'full';
}

/** How the firmware was entered. */
export type Entrance = 'boot' | 'wake' | 'sensor' | 'mechanism' | 'tag' | 'mqtt' | 'receive' | 'offer';

/** One entrance: the event, everything the firmware asked of its ports meanwhile, and the hash of all it has done. */
export interface TraceLine {
  readonly in: Entrance;
  readonly event?: unknown;
  /** Clock readings in the order asked. */
  readonly clock?: readonly PackedReading[];
  readonly draws?: readonly number[];
  readonly power?: Power;
  readonly door?: DoorState;
  readonly placement?: Placement;
  /** At a boot: the unit has a pocket tag. */
  readonly tag?: true;
  /** How many bytes there were of the trace when it was asked for, to be sent. Its own bytes are not recorded. */
  readonly file?: number;
  /** What the order desk made of signed documents, in the order asked. The documents themselves are not recorded. */
  readonly orders?: readonly unknown[];
  /** What else came in before this entrance was over, during which port call (1 is the first). */
  readonly inside?: readonly (readonly [call: number, entrance: Entrance, event: unknown])[];
  /** How many port calls were made; a connection or a movement asked for beside the rules shows here. */
  readonly calls?: number;
  /** Which port call met a power cut, and where. */
  readonly cut?: readonly [number, string];
  /** Port calls that failed: with the store's word, or any other error. */
  readonly failed?: readonly (readonly [number, StoreFailure | 'error'])[];
  /** Readings of the store, counted by themselves, that failed. */
  readonly unread?: readonly (readonly [number, StoreFailure])[];
  /** How many problems the store found in itself. */
  readonly problems?: number;
  /** The name of the error that the firmware threw at whoever entered; the run is over. */
  readonly threw?: string;
  /** Absent when it is that of the line before; `null` when it is not recorded. */
  readonly hash?: string | null;
}

/** Many idle entrances on one line: the kind of each (firmware/trace/idle-lines.ts) and its reading of the clock. */
export interface IdleLine {
  readonly idle: readonly (
    | readonly [kind: 0 | 1 | 2, both: number]
    | readonly [kind: 0 | 1 | 2, monoMs: number, wallMs: number]
    | readonly [kind: 0 | 1 | 2, monoMs: number, wallMs: number, source: ClockReading['source']]
  )[];
  /** Of the first message that the broker had taken; each further one is the next. */
  readonly id?: number;
  /** After the last of them. */
  readonly hash: string;
}

/** Milliseconds since the reading before, on both clocks alike or [monotonic, wall]; [monotonic, wall, source] is absolute. */
export type PackedReading = number | readonly [number, number] | readonly [number, number, ClockReading['source']];

/** Writes and reads clock readings as the steps between them. */
export class ReadingCoder {
  #last: ClockReading | null = null;

  pack(reading: ClockReading): PackedReading {
    const last = this.#last;
    this.#last = reading;
    const { wallMs, monoMs, source } = reading;
    if (last === null || source !== last.source) return [monoMs, wallMs, source];
    const [mono, wall] = [monoMs - last.monoMs, wallMs - last.wallMs];
    // A step that does not add up again to the last bit is no way to write a number.
    if (last.monoMs + mono !== monoMs || last.wallMs + wall !== wallMs) return [monoMs, wallMs, source];
    return mono === wall ? mono : [mono, wall];
  }

  unpack(packed: PackedReading): ClockReading {
    const last = this.#last ?? { monoMs: 0, wallMs: 0, source: 'lost' };
    const [mono, wall, source] = typeof packed === 'number' ? [packed, packed] : packed;
    this.#last =
      source === undefined
        ? { monoMs: last.monoMs + mono, wallMs: last.wallMs + wall, source: last.source }
        : { monoMs: mono, wallMs: wall, source };
    return this.#last;
  }
}

/** Byte strings as `{"bytes":"<base64>"}`, at any depth. */
export function packBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: textOf(encodeBase64(value)) };
  if (Array.isArray(value)) return value.map(packBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packBytes(inner)]));
}

/** Bytes of which only the number is recorded. */
export function blankOf({ length }: Uint8Array): { readonly blank: number } {
  return { blank: length };
}

const BLANK_BYTES_MAX = 1024 * 1024;

/** The value of a JSON line, with byte strings; blanks are so many zeros. @throws SyntaxError, RangeError */
export function unpackLine(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    const [[key, inner] = ['', undefined], ...others] =
      typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (others.length > 0) return value;
    if (key === 'bytes' && typeof inner === 'string') return bytesOf(inner);
    if (key === 'blank' && typeof inner === 'number') return zeros(inner);
    return value;
  });
}

function zeros(length: number): Uint8Array {
  if (length > BLANK_BYTES_MAX) throw new RangeError('there are too many blanks');
  return new Uint8Array(length);
}

function bytesOf(letters: string): Uint8Array {
  const bytes = decodeBase64(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
  if (bytes === undefined) throw new SyntaxError('a byte string is no base64');
  return bytes;
}

function textOf(letters: Uint8Array): string {
  return new TextDecoder().decode(letters);
}
