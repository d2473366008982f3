import type { ClockReading } from '../../hal/ports/clock.ts';
import type { DoorState, Power } from '../../hal/ports/sensors.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';

/**
 * A trace file: JSON lines, first a header with all that a fresh unit needs, then one line for each time the firmware
 * was entered. Whatever is fed these lines in this order must do the same, to the byte.
 */
export interface TraceHeader {
  readonly dosis: 'trace';
  readonly version: 1;
  /** Which run this was, for people: a scenario's name and seed, or a soak's seed. */
  readonly of: string;
  readonly device: string;
  readonly firmware: string;
  readonly serviceNumber: string;
  readonly config: ConfigDocument;
  readonly provisionedMs: number;
  readonly epoch: number;
}

/** How the firmware was entered. */
export type Entrance = 'boot' | 'wake' | 'sensor' | 'mechanism' | 'mqtt' | 'receive' | 'offer';

/** One entrance: the event, everything the firmware asked of its ports meanwhile, and the hash of all it has done. */
export interface TraceLine {
  readonly in: Entrance;
  /** Bytes are written as `{"bytes":"<base64>"}`. */
  readonly event?: unknown;
  /** Clock readings in the order asked: wall, monotonic, source. */
  readonly clock?: readonly (readonly [number, number, ClockReading['source']])[];
  readonly draws?: readonly number[];
  readonly power?: Power;
  readonly door?: DoorState;
  /** How many port calls were made; a connection or a movement asked for beside the rules shows here. */
  readonly calls?: number;
  /** Which port call (1 is the first) met a power cut or a refusing store, and where. */
  readonly cut?: readonly [number, string];
  readonly refused?: readonly (readonly [number, 'full' | 'io'])[];
  readonly hash: string;
}

interface PackedBytes {
  readonly bytes: string;
}

/** JSON with byte strings. */
export function packLine(line: TraceLine | TraceHeader): string {
  return JSON.stringify(line, function (this: Record<string, unknown>, key: string, value: unknown) {
    // What a Buffer calls its JSON has already replaced `value`.
    const original = this[key];
    return original instanceof Uint8Array ? { bytes: Buffer.from(original).toString('base64') } : value;
  });
}

export function unpackLine(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) =>
    isPacked(value) ? new Uint8Array(Buffer.from(value.bytes, 'base64')) : value,
  );
}

function isPacked(value: unknown): value is PackedBytes {
  return (
    typeof value === 'object' &&
    value !== null &&
    'bytes' in value &&
    typeof value.bytes === 'string' &&
    Object.keys(value).length === 1
  );
}

/** A file is no trace. The message is one sentence with file, line and the way out. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
}

/** Reads a trace file. @throws TraceFileError */
export function readTrace(
  text: string,
  file: string,
): { readonly header: TraceHeader; readonly lines: readonly TraceLine[] } {
  const texts = text.split('\n').filter((line) => line !== '');
  const values = texts.map((line, index) => {
    try {
      return unpackLine(line) as unknown;
    } catch (error) {
      throw new TraceFileError(
        `${file}:${index + 1}: this line is not JSON; write the trace anew with "dosis sim run --trace".`,
        { cause: error },
      );
    }
  });
  const [header, ...lines] = values;
  if (!isHeader(header))
    throw new TraceFileError(`${file}:1: this is no dosis trace of version 1; write one with "dosis sim run --trace".`);
  lines.forEach((line, index) => {
    if (!isLine(line))
      throw new TraceFileError(
        `${file}:${index + 2}: this line is no part of a trace; write it anew with "dosis sim run --trace".`,
      );
  });
  return { header, lines: lines as TraceLine[] };
}

function isHeader(value: unknown): value is TraceHeader {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dosis' in value &&
    value.dosis === 'trace' &&
    'version' in value &&
    value.version === 1
  );
}

function isLine(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'in' in value && 'hash' in value;
}
