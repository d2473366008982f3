import { createHash } from 'node:crypto';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';

/** One record of a unit's log. */
export interface LogRecord {
  readonly seq: number;
  /** Undefined for one of a newer unit, or one that is damaged. */
  readonly event: DeviceEvent | undefined;
}

/** One with its bytes, as the unit wrote them down and as the centre stores them. */
export interface KeptRecord extends LogRecord {
  readonly body: Uint8Array;
}

/** What a log file holds, and whether it is whole. */
export interface ReadLog {
  readonly records: readonly KeptRecord[];
  /** The number after which something was changed or left out; `null` when all follows from what is before it. */
  readonly brokenAfter: number | null;
}

export type LogDefect = 'not-records' | 'damaged' | 'cut-off';

/** The file is no log of a unit. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
  readonly defect: LogDefect;
  /** In bytes from the beginning. */
  readonly at: number;

  constructor(defect: LogDefect, at: number) {
    super(`The file is no log of a unit (${defect} at byte ${at}).`);
    this.defect = defect;
    this.at = at;
  }
}

const major = { unsigned: 0, bytes: 2, list: 4 } as const;
const hashBytes = 32;

/**
 * A log as the unit gives it over the cable: a CBOR sequence (RFC 8742) of `[seq, record, hash]`, oldest first. Each hash
 * is the SHA-256 of the one before it and the record; before record 1 stand 32 zeros.
 * @throws LogFileError
 */
export function readLog(file: Uint8Array): ReadLog {
  const records: KeptRecord[] = [];
  let brokenAfter: number | null = null;
  let before: { readonly seq: number; readonly hash: Uint8Array } = { seq: 0, hash: new Uint8Array(hashBytes) };
  for (const { seq, body, hash } of rowsOf(file)) {
    // A unit that keeps a part of its log only begins with a later record: what came before it cannot be checked.
    const first = records.length === 0 && seq > 1;
    const follows = first || (seq === before.seq + 1 && sha256(before.hash, body).equals(hash));
    if (!follows && brokenAfter === null) brokenAfter = before.seq;
    records.push({ seq, body, event: eventIn(body) });
    before = { seq, hash };
  }
  return { records, brokenAfter };
}

function* rowsOf(file: Uint8Array): Generator<{ seq: number; body: Uint8Array; hash: Uint8Array }> {
  const reader = new RowReader(file);
  while (!reader.ended) {
    if (reader.head(major.list) !== 3) throw new LogFileError('not-records', reader.at);
    const seq = reader.head(major.unsigned);
    const body = reader.bytes();
    const hash = reader.bytes();
    if (hash.length !== hashBytes) throw new LogFileError('not-records', reader.at);
    yield { seq, body, hash };
  }
}

class RowReader {
  readonly #file: Uint8Array;
  #at = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  get at(): number {
    return this.#at;
  }

  get ended(): boolean {
    return this.#at === this.#file.length;
  }

  /** The number in the head of an item of that kind (RFC 8949 §3). @throws LogFileError */
  head(type: number): number {
    const initial = this.#take(1)[0] ?? 0;
    const short = initial & 31;
    if (initial >> 5 !== type || short > 26) throw new LogFileError('damaged', this.#at - 1);
    if (short < 24) return short;
    return this.#take(2 ** (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  bytes(): Uint8Array {
    return this.#take(this.head(major.bytes));
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#file.length) throw new LogFileError('cut-off', this.#at);
    const taken = this.#file.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function eventIn(body: Uint8Array): DeviceEvent | undefined {
  try {
    return decodeEvent(body);
  } catch {
    return undefined;
  }
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
