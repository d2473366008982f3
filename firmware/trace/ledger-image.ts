import { sha256 } from '@noble/hashes/sha2.js';
import { type SqlRow, type SqlValue, type Store, StoreError } from '../../hal/ports/store.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import type { Registers } from '../domain/memory.ts';
import type { ShownMessage } from '../domain/messages.ts';
import { LedgerError } from '../ledger/errors.ts';
import { checkSchema, readRegisters, sealed } from '../ledger/registers.ts';
import { MIGRATIONS } from '../ledger/schema.ts';
import { type ImageHead, packBytes, type TableLine } from './format.ts';
import type { Placeholders } from './placeholders.ts';

/**
 * The tables that decide what a unit does. Rows, not pages: a SQLite file keeps in its free pages what was deleted.
 * Whatever is not named here stays on the unit.
 */
const TABLES = ['register', 'config', 'command', 'dose', 'intent', 'roll', 'alarm', 'log'] as const;
type Table = (typeof TABLES)[number];

/** Rows on one line. */
const ROWS_MAX = 64;

/** Every register, and whether the words of people stand in it. The seals are made anew. */
const REGISTERS: Readonly<Record<keyof Registers | OtherRegister, 'plain' | 'texts'>> = {
  setUpMs: 'plain',
  firstConfigFrom: 'plain',
  scheduleFromMs: 'plain',
  presence: 'plain',
  position: 'plain',
  handsIn: 'plain',
  inBin: 'plain',
  lastDoseMs: 'plain',
  doubtedBays: 'plain',
  tagGone: 'plain',
  messages: 'texts',
  messagesFromMs: 'plain',
  handedOver: 'plain',
  tookOver: 'plain',
  update: 'plain',
  ackedThrough: 'plain',
  device: 'plain',
  epoch: 'plain',
  seen: 'plain',
  boot: 'plain',
  config: 'plain',
  forgottenThrough: 'plain',
};
type OtherRegister = 'device' | 'epoch' | 'seen' | 'boot' | 'config' | 'forgottenThrough';

/** @throws StoreError when not even its version can be read */
export function imageHead(store: Store): ImageHead {
  const schema = store.prepare('PRAGMA user_version').get()?.user_version as number;
  return { schema, state: stateOf(store, schema) };
}

function stateOf(store: Store, schema: number): ImageHead['state'] {
  if (store.integrityProblems().length > 0) return 'damaged';
  if (schema > MIGRATIONS.length) return 'newer';
  try {
    if (schema > 0) checkSchema(store, readRegisters(store));
    return 'whole';
  } catch (error) {
    if (error instanceof LedgerError) return 'altered';
    throw error;
  }
}

/** The rows of a whole ledger, without the words of people. @throws StoreError */
export function* imageLines(store: Store, { schema, state }: ImageHead, names: Placeholders): Generator<TableLine> {
  if (state !== 'whole' || schema === 0) return;
  for (const table of TABLES) {
    const rows = store
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .flatMap((row) => recordable(table, row, names));
    for (let from = 0; from < rows.length; from += ROWS_MAX) {
      yield { table, rows: rows.slice(from, from + ROWS_MAX).map((row) => row.map(packBytes)) };
    }
  }
}

/** @throws StoreError */
export function deviceOf(store: Store, { schema, state }: ImageHead): string | undefined {
  if (state !== 'whole' || schema === 0) return undefined;
  const text = readRegisters(store).get('device');
  return text === undefined ? undefined : (JSON.parse(text) as string);
}

function recordable(table: Table, row: SqlRow, names: Placeholders): SqlValue[][] {
  if (table === 'config') return [Object.values({ ...row, document: recordableDocument(row, names) })];
  if (table !== 'register') return [Object.values(row)];
  const { name, value } = row as { readonly name: string; readonly value: string };
  if (!isRegister(name)) return [];
  return [[name, REGISTERS[name] === 'plain' ? value : withoutTexts(value, names)]];
}

/** A document that is not what was signed for makes the unit lock itself, and so does one that is empty. */
function recordableDocument({ document, hash }: SqlRow, names: Placeholders): Uint8Array {
  const bytes = document as Uint8Array;
  return sameBytes(sha256(bytes), hash as Uint8Array) ? names.inDocument(bytes) : new Uint8Array();
}

function isRegister(name: string): name is keyof typeof REGISTERS {
  return Object.hasOwn(REGISTERS, name);
}

function withoutTexts(value: string, names: Placeholders): string {
  return JSON.stringify((JSON.parse(value) as ShownMessage[]).map((message) => names.inShown(message)));
}

/** The rows of a trace make no ledger. The message is a part of a sentence. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

/** Fills an empty store with a recorded ledger. */
export class ImageReader {
  readonly #store: Store;
  readonly #head: ImageHead;
  readonly #registers = new Map<string, string>();
  /** Documents without their texts, and the hash of each as it was signed. */
  readonly documents: (readonly [document: Uint8Array, hash: Uint8Array])[] = [];

  constructor(store: Store, head: ImageHead) {
    this.#store = store;
    this.#head = head;
    for (const [index, sql] of MIGRATIONS.slice(0, head.schema).entries()) {
      store.exec(sql);
      store.exec(`PRAGMA user_version = ${index + 1}`);
    }
  }

  /** @throws ImageError */
  add({ table, rows }: TableLine): void {
    if (!isTable(table)) throw new ImageError(`there is no table ${JSON.stringify(table)}`);
    try {
      this.#store.transaction(() => {
        for (const row of rows) this.#put(table, row);
      });
    } catch (error) {
      if (error instanceof StoreError || error instanceof ImageError)
        throw new ImageError(`a row of the table "${table}" breaks its rules (${error.message})`, { cause: error });
      throw error;
    }
  }

  /** Seals what has come, or leaves the seal broken as it was. */
  finish(): void {
    const { schema, state } = this.#head;
    if (state === 'newer') this.#store.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    if (schema === 0 || state === 'newer' || state === 'damaged') return;
    const registers = state === 'whole' ? sealed(this.#store, this.#registers) : new Map([['sum', '"broken"']]);
    if (this.#registers.size === 0 && state === 'whole') return;
    const put = this.#store.prepare('INSERT INTO register VALUES (?,?)');
    this.#store.transaction(() => {
      for (const [name, value] of registers) put.run(name, value);
    });
  }

  #put(table: Table, row: readonly unknown[]): void {
    if (!row.every(isSqlValue)) throw new ImageError('a value is neither text, number, bytes nor null');
    if (table === 'register') return void this.#registers.set(String(row[0]), String(row[1]));
    const { columns } = this.#store.prepare('SELECT count(*) AS columns FROM pragma_table_info(?)').get(table) ?? {};
    if (row.length !== columns) throw new ImageError(`it has ${row.length} values, not ${columns}`);
    this.#store.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join()})`).run(...row);
    const [, document, hash] = row;
    if (table === 'config' && document instanceof Uint8Array && hash instanceof Uint8Array)
      this.documents.push([document, hash]);
  }
}

function isTable(table: string): table is Table {
  return (TABLES as readonly string[]).includes(table);
}

function isSqlValue(value: unknown): value is SqlValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array;
}
