import { joined } from '../../protocol/cose/bytes.ts';
import { rowOf } from '../host/log-asked.ts';
import type { RecordLog } from '../ledger/record-log.ts';
import type { UnitFile } from '../service/unit.ts';
import { fileOf } from '../service/unit-file.ts';

const ROWS_AT_ONCE = 256;

/**
 * The unit's log as a file: a CBOR sequence (RFC 8742) of `[seq, record, hash]`, oldest first. Whoever has it can check
 * that nothing in between was changed or left out (firmware/ledger/chain.ts).
 */
export function logFile(log: RecordLog): UnitFile {
  const rows: Uint8Array[] = [];
  let after = 0;
  for (;;) {
    const some = log.records(after, ROWS_AT_ONCE);
    for (const record of some) rows.push(rowOf(record));
    const last = some.at(-1);
    if (last === undefined || some.length < ROWS_AT_ONCE) break;
    after = last.seq;
  }
  return fileOf(joined(rows));
}
