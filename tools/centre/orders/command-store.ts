import type { SqlRow, SqlStatement, Store } from '../../../hal/ports/store.ts';
import { type Command, type CommandType, decodeCommand } from '../../../protocol/messages/command.ts';
import { type CommandAnswer, decodeCommandAnswer } from '../../../protocol/messages/command-answer.ts';
import type { Origin } from './origin.ts';

/**
 * Where a command has come to. `accepted`: the unit does it and has not said yet how it went; `done`, `refused` and
 * `failed` are its last word. `expired`: it was not answered in time and is not sent any more; `unanswered`: accepted,
 * and then nothing more was heard of it. The last two end when an answer comes after all.
 */
export type CommandState = 'made' | 'sent' | 'accepted' | 'done' | 'refused' | 'failed' | 'expired' | 'unanswered';

export interface CommandOrder extends Origin {
  readonly device: string;
  readonly id: number;
  readonly type: CommandType;
  /** What was signed, its hash, and the whole message. */
  readonly payload: Uint8Array;
  readonly hash: Uint8Array;
  readonly signed: Uint8Array;
  readonly madeMs: number;
  readonly sentMs: number | null;
  /** Epoch seconds. */
  readonly expiresS: number;
  readonly state: CommandState;
}

export interface CommandReply {
  readonly receivedMs: number;
  readonly answer: CommandAnswer;
}

/** Different answers kept of one command; a unit that keeps to the protocol gives two. */
const REPLIES_MAX = 8;
/** Commands that are read at one time. */
export const COMMANDS_SHOWN_MAX = 100;

/** Rows of commands. Every method that writes belongs inside a transaction. */
export class CommandStore {
  readonly #sql: ReturnType<typeof statements>;

  constructor(store: Store) {
    this.#sql = statements(store);
  }

  /** 0 when the unit was never sent one. */
  highestId(device: string): number {
    return (this.#sql.highestId.get(device)?.id as number | null | undefined) ?? 0;
  }

  add(order: Omit<CommandOrder, 'sentMs' | 'state'>): void {
    const { device, id, type, payload, hash, signed, author, reason, madeMs, expiresS } = order;
    this.#sql.add.run(device, id, type, payload, hash, signed, author, reason, madeMs, expiresS);
  }

  find(device: string, id: number): CommandOrder | undefined {
    return orderOf(this.#sql.find.get(device, id));
  }

  /** The latest, newest first. */
  latest(device: string): CommandOrder[] {
    return this.#sql.latest.all(device).flatMap((row) => orderOf(row) ?? []);
  }

  /** The latest of all devices, newest first. */
  latestOfAll(): CommandOrder[] {
    return this.#sql.latestOfAll.all().flatMap((row) => orderOf(row) ?? []);
  }

  /** What still waits for a last word, in the order of asking. */
  open(device: string): CommandOrder[] {
    return this.#sql.open.all(device).flatMap((row) => orderOf(row) ?? []);
  }

  setState(device: string, id: number, state: CommandState): void {
    this.#sql.setState.run(state, device, id);
  }

  setSent(device: string, id: number, nowMs: number): void {
    this.#sql.setSent.run(nowMs, device, id);
  }

  /** Keeps an answer once. @returns whether it is new */
  addReply(device: string, id: number, bytes: Uint8Array, nowMs: number): boolean {
    return this.#sql.addReply.get(device, id, nowMs, bytes, device, id) !== undefined;
  }

  replies(device: string, id: number): CommandReply[] {
    return this.#sql.replies.all(device, id).map((row) => ({
      receivedMs: row.received_ms as number,
      answer: decodeCommandAnswer(row.bytes as Uint8Array),
    }));
  }

  /** Whether `expire` would end anything. */
  hasExpired(nowS: number, acceptedS: number): boolean {
    return this.#sql.overdue.get(nowS, acceptedS) !== undefined;
  }

  /** Ends what nobody waits for any more. @returns the devices */
  expire(nowS: number, acceptedS: number): string[] {
    const rows = [...this.#sql.expire.all(nowS), ...this.#sql.giveUp.all(acceptedS)];
    return [...new Set(rows.map((row) => row.device as string))];
  }
}

/** What was asked, as it was signed. */
export function commandIn({ payload }: Pick<CommandOrder, 'payload'>): Command {
  return decodeCommand(payload);
}

function orderOf(row: SqlRow | undefined): CommandOrder | undefined {
  if (row === undefined) return undefined;
  return {
    device: row.device as string,
    id: row.id as number,
    type: row.type as CommandType,
    payload: row.payload as Uint8Array,
    hash: row.hash as Uint8Array,
    signed: row.signed as Uint8Array,
    author: row.author as string,
    reason: row.reason as string,
    madeMs: row.made_ms as number,
    sentMs: row.sent_ms as number | null,
    expiresS: row.expires_s as number,
    state: row.state as CommandState,
  };
}

function statements(store: Store) {
  const sql = (text: string): SqlStatement => store.prepare(text);
  return {
    highestId: sql('SELECT max(id) AS id FROM command_order WHERE device = ?'),
    add: sql(`INSERT INTO command_order
      (device, id, type, payload, hash, signed, author, reason, made_ms, expires_s, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'made')`),
    find: sql('SELECT * FROM command_order WHERE device = ? AND id = ?'),
    latest: sql(`SELECT * FROM command_order WHERE device = ? ORDER BY id DESC LIMIT ${COMMANDS_SHOWN_MAX}`),
    latestOfAll: sql(`SELECT * FROM command_order ORDER BY made_ms DESC, id DESC LIMIT ${COMMANDS_SHOWN_MAX}`),
    open: sql(`SELECT * FROM command_order WHERE device = ? AND state IN ('made', 'sent', 'accepted') ORDER BY id`),
    setState: sql('UPDATE command_order SET state = ? WHERE device = ? AND id = ?'),
    setSent: sql('UPDATE command_order SET sent_ms = ? WHERE device = ? AND id = ?'),
    addReply: sql(`INSERT INTO command_reply (device, command, received_ms, bytes)
      SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM command_reply WHERE device = ? AND command = ?) < ${REPLIES_MAX}
      ON CONFLICT (device, command, bytes) DO NOTHING RETURNING id`),
    replies: sql('SELECT * FROM command_reply WHERE device = ? AND command = ? ORDER BY id'),
    overdue: sql(`SELECT 1 FROM command_order WHERE state IN ('made', 'sent', 'accepted')
      AND (expires_s <= ? AND state <> 'accepted' OR expires_s <= ?) LIMIT 1`),
    expire: sql(`UPDATE command_order SET state = 'expired'
      WHERE state IN ('made', 'sent') AND expires_s <= ? RETURNING device`),
    giveUp: sql(`UPDATE command_order SET state = 'unanswered'
      WHERE state = 'accepted' AND expires_s <= ? RETURNING device`),
  };
}
