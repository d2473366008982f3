import { encode } from '../../protocol/cbor.ts';
import { joined } from '../../protocol/cose/bytes.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeEvent } from '../../protocol/messages/event.ts';
import { type ByteSource, sourceOfBytes } from '../domain/byte-source.ts';
import type { HashedRow, RecordLog } from './record-log.ts';

const ROWS_AT_ONCE = 256;
const ROW_LIMITS = { bytesMax: 512, depthMax: 2, itemsMax: 8 };

/** What is read of the ledger. */
export type ReadLog = Pick<RecordLog, 'lastSeq' | 'records'>;

/** Of a log, its newest records. */
export interface LogEnd {
  readonly bytesMax: number;
  /** Epoch seconds: nothing older. */
  readonly since?: number;
}

const WHOLE: LogEnd = { bytesMax: Number.POSITIVE_INFINITY };

/**
 * The unit's log as a file: a CBOR sequence (RFC 8742) of `[seq, record, hash]`, oldest first. Whoever has it can check
 * that nothing in between was changed or left out (firmware/ledger/chain.ts). Read from the end, so that the end of a long
 * history costs nothing.
 * @param end only so many whole records; all of them without it
 */
export function logFile(log: ReadLog, { bytesMax, since = 0 }: LogEnd = WHOLE): ByteSource {
  const newestFirst: Uint8Array[] = [];
  let bytes = 0;
  for (const record of backwards(log)) {
    const row = encode([record.seq, record.body, record.hash], ROW_LIMITS);
    bytes += row.length;
    if (bytes > bytesMax || isBefore(record, since)) break;
    newestFirst.push(row);
  }
  return sourceOfBytes(joined(newestFirst.reverse()));
}

function* backwards(log: ReadLog): Generator<HashedRow> {
  let through = log.lastSeq;
  while (through > 0) {
    const after = Math.max(0, through - ROWS_AT_ONCE);
    // Where the oldest are kept no more, the log gives later ones in their place.
    const last = through;
    const some = log.records(after, through - after).filter(({ seq }) => seq <= last);
    if (some.length === 0) return;
    yield* some.toReversed();
    through = after;
  }
}

/** By a time that was believed; a record without one, or of another firmware, says nothing of when it was. */
function isBefore({ body }: HashedRow, since: number): boolean {
  if (since === 0) return false;
  try {
    const { at, suspect } = decodeEvent(body);
    return suspect !== true && at < since;
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return false;
  }
}
