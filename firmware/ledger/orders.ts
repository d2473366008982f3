import type { SqlRow, Store } from '../../hal/ports/store.ts';
import { hexOf } from '../../protocol/cose/bytes.ts';
import {
  type CommandAnswer,
  decodeCommandAnswer,
  encodeCommandAnswer,
} from '../../protocol/messages/command-answer.ts';
import type { CommandType } from '../../protocol/messages/command-types.ts';
import type { ConfigInForce } from '../../protocol/messages/signed-config.ts';
import type { NewConfig } from '../domain/memory.ts';
import type { CommandResult, StoredCommand } from '../domain/orders.ts';

/** Answers that are kept, so that a command that comes again is answered and not obeyed again. */
export const COMMANDS_KEPT_MAX = 64;
/** Configurations that are kept for the technician; the last is in force. */
const CONFIGS_KEPT_MAX = 16;

export interface HeldConfig extends ConfigInForce {
  /** The CBOR of the document, to the byte. */
  readonly bytes: Uint8Array;
}

export interface HeldCommand {
  readonly type: CommandType;
  readonly answer: CommandAnswer;
}

/** Register `config`: what is in force, sealed with the other registers; a configuration that is lost or put back shows. */
export const CONFIG = 'config';

export function configSeal(config: ConfigInForce): string {
  return JSON.stringify({ version: config.version, hash: hexOf(config.hash) });
}

/** What was ordered of the unit, and what became of it: two tables of the ledger, written in its transactions. */
export class OrderBook {
  readonly #put;
  readonly #read;

  constructor(store: Store) {
    this.#put = {
      config: store.prepare('INSERT INTO config VALUES (?,?,?,?)'),
      pruneConfigs: store.prepare(
        `DELETE FROM config WHERE version NOT IN (SELECT version FROM config ORDER BY version DESC LIMIT ${CONFIGS_KEPT_MAX})`,
      ),
      command: store.prepare('INSERT INTO command VALUES (?,?,?,?,?)'),
      answer: store.prepare('UPDATE command SET answer = ?, ended = ? WHERE id = ?'),
      prune: store.prepare('DELETE FROM command WHERE id <= ? AND ended = 1'),
    };
    this.#read = {
      config: store.prepare('SELECT version, document, hash FROM config ORDER BY version DESC LIMIT 1'),
      command: store.prepare('SELECT type, answer FROM command WHERE id = ?'),
      accepted: store.prepare('SELECT id, type FROM command WHERE ended = 0 ORDER BY id'),
      surplus: store.prepare(
        `SELECT max(id) AS id FROM command WHERE ended = 1 AND id NOT IN
         (SELECT id FROM command ORDER BY id DESC LIMIT ${COMMANDS_KEPT_MAX})`,
      ),
    };
  }

  /** What is in force, as the file has it. */
  config(): HeldConfig | null {
    const row = this.#read.config.get();
    if (row === undefined) return null;
    const bytes = Uint8Array.from(row.document as Uint8Array);
    const hash = Uint8Array.from(row.hash as Uint8Array);
    return { version: row.version as number, hash, bytes };
  }

  putConfig({ settings, document, hash }: NewConfig, atMs: number): void {
    this.#put.config.run(settings.version, document, hash, atMs);
    this.#put.pruneConfigs.run();
  }

  /** @throws ProtocolError when its answer cannot be read */
  command(id: number): HeldCommand | null {
    const row = this.#read.command.get(id);
    return row === undefined ? null : heldCommand(row);
  }

  /** Commands that were begun and have not ended. */
  accepted(): readonly { readonly id: number; readonly type: CommandType }[] {
    return this.#read.accepted.all().map(({ id, type }) => ({ id: id as number, type: type as CommandType }));
  }

  /** @returns the highest id that is forgotten now, 0 when none is */
  putCommand({ id, hash, type, at, result }: StoredCommand): number {
    const answer = { ...result, id, hash, at } as CommandAnswer;
    this.#put.command.run(id, hash, type, encodeCommandAnswer(answer), isFinal(result) ? 1 : 0);
    const forgotten = (this.#read.surplus.get()?.id as number | null | undefined) ?? 0;
    if (forgotten > 0) this.#put.prune.run(forgotten);
    return forgotten;
  }

  putAnswer(id: number, at: number, result: CommandResult): void {
    const held = this.command(id);
    // It was begun by a ledger before this one.
    if (held === null) return;
    const answer = { ...result, id, hash: held.answer.hash, at } as CommandAnswer;
    this.#put.answer.run(encodeCommandAnswer(answer), isFinal(result) ? 1 : 0, id);
  }
}

function isFinal({ status }: CommandResult): boolean {
  return status !== 'accepted';
}

function heldCommand(row: SqlRow): HeldCommand {
  return { type: row.type as CommandType, answer: decodeCommandAnswer(row.answer as Uint8Array) };
}
