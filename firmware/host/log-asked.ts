import { encode } from '../../protocol/cbor.ts';
import { joined } from '../../protocol/cose/bytes.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeEvent } from '../../protocol/messages/event.ts';
import type { WantedLog } from '../domain/orders.ts';
import type { HashedRow, RecordLog } from '../ledger/record-log.ts';
import type { UploadSource } from '../link/upload.ts';
import type { Ports } from './ports.ts';

const ROWS_AT_ONCE = 256;
const ROW_LIMITS = { bytesMax: 512, depthMax: 2, itemsMax: 8 };

/** What is read of the ledger. */
export type ReadLog = Pick<RecordLog, 'lastSeq' | 'records'>;

/** What a command asks for, as it stands now. @throws Error when it cannot be read */
export function logAsked(wanted: WantedLog, log: ReadLog, { traceFile }: Pick<Ports, 'traceFile'>): UploadSource {
  if (wanted.source === 'log') return endOfLog(log, wanted);
  if (traceFile === undefined) throw new Error('The unit keeps no trace.');
  return traceFile(wanted.bytesMax);
}

/** One record as it stands in a log file: a CBOR list of number, record and the hash that covers it and all before it. */
export function rowOf({ seq, body, hash }: HashedRow): Uint8Array {
  return encode([seq, body, hash], ROW_LIMITS);
}

/** The newest whole records; read from the end, so that a long history costs nothing. */
function endOfLog(log: ReadLog, { since = 0, bytesMax }: WantedLog): UploadSource {
  const rows: Uint8Array[] = [];
  let bytes = 0;
  let through = log.lastSeq;
  while (through > 0) {
    const after = Math.max(0, through - ROWS_AT_ONCE);
    const some = log.records(after, through - after);
    for (const record of some.toReversed()) {
      const row = rowOf(record);
      if (bytes + row.length > bytesMax || isBefore(record, since)) return sourceOf(rows);
      rows.push(row);
      bytes += row.length;
    }
    if (some.length === 0) break;
    through = after;
  }
  return sourceOf(rows);
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

function sourceOf(newestFirst: readonly Uint8Array[]): UploadSource {
  const file = joined(newestFirst.toReversed());
  return { bytes: file.length, read: (offset, length) => file.slice(offset, offset + length) };
}
