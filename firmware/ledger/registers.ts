import type { Store } from '../../hal/ports/store.ts';
import { hashOf } from './chain.ts';
import { LedgerError } from './errors.ts';

/** The register table as it stands: JSON by name. */
export type RegisterTexts = ReadonlyMap<string, string>;

/** The register that seals the others: a single changed bit in any of them, or in one of their names, shows. */
export const SUM = 'sum';
/** The register that seals the schema: SQLite keeps it as text, and a changed letter there silences a safety rule. */
const SCHEMA = 'schema';

/** @throws LedgerError when they are not what was last written */
export function readRegisters(store: Store): Map<string, string> {
  const rows = store.prepare('SELECT name, value FROM register').all();
  const registers = new Map(rows.map(({ name, value }) => [String(name), String(value)]));
  if (registers.size > 0 && registers.get(SUM) !== sumOf(registers)) {
    throw new LedgerError('contradiction', 'A register of the ledger was changed after it was written.');
  }
  return registers;
}

export function sumOf(registers: RegisterTexts): string {
  const names = [...registers.keys()].filter((name) => name !== SUM).sort();
  return JSON.stringify(hashOf(names.map((name) => `${name}=${registers.get(name)}`).join('\n')));
}

/** What a ledger's first commit seals itself with. */
export function sealed(store: Store, registers: RegisterTexts): Map<string, string> {
  const all = new Map([...registers, [SCHEMA, schemaSeal(store)]]);
  return all.set(SUM, sumOf(all));
}

/** The rules of a ledger in use have changed with a new firmware. */
export function sealSchema(store: Store): void {
  const registers = readRegisters(store);
  if (registers.size === 0) return;
  const put = store.prepare(
    'INSERT INTO register VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  for (const [name, text] of sealed(store, registers)) put.run(name, text);
}

/** @throws LedgerError when tables or rules are not those that were set up */
export function checkSchema(store: Store, registers: RegisterTexts): void {
  if (registers.size === 0 || registers.get(SCHEMA) === schemaSeal(store)) return;
  throw new LedgerError('contradiction', 'The tables or rules of the ledger were changed from outside.');
}

function schemaSeal(store: Store): string {
  const rows = store.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
  return JSON.stringify(hashOf(JSON.stringify(rows)));
}
