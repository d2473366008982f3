import { rowOf } from '../host/log-asked.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { UnitFile } from '../service/unit.ts';

const ROWS_AT_ONCE = 256;

/**
 * The unit's log as a file: a CBOR sequence (RFC 8742) of `[seq, record, hash]`, oldest first. Whoever has it can check
 * that nothing in between was changed or left out (firmware/ledger/chain.ts).
 */
export function logFile(ledger: Ledger): UnitFile {
  const rows: Uint8Array[] = [];
  let after = 0;
  for (;;) {
    const some = ledger.records(after, ROWS_AT_ONCE);
    for (const record of some) rows.push(rowOf(record));
    const last = some.at(-1);
    if (last === undefined || some.length < ROWS_AT_ONCE) break;
    after = last.seq;
  }
  return fileOf(joined(rows));
}

export function fileOf(bytes: Uint8Array): UnitFile {
  return { bytes: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
