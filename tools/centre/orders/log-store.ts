import type { SqlRow, SqlStatement, Store } from '../../../hal/ports/store.ts';
import { sameBytes } from '../../../protocol/cose/bytes.ts';
import type { LogSource } from '../../../protocol/messages/command.ts';
import type { LogPart } from '../../../protocol/messages/log-part.ts';
import { logBytesMax } from '../../../protocol/messages/signed-limits.ts';
import { type CommandOrder, type CommandStore, commandIn } from './command-store.ts';
import { sha256 } from './sha256.ts';

/** Logs that are kept of one unit; whoever wants more of them has fetched the older ones. */
export const LOGS_KEPT_MAX = 4;
/** Of all units together. */
export const LOGS_BYTES_MAX = 64 * logBytesMax;

/** `partial`: some of it is not here. `damaged`: all of it is here, and it is not what the unit sent. */
export type LogState = 'partial' | 'whole' | 'damaged';

export interface KeptLog {
  readonly device: string;
  /** The id of the command that asked for it. */
  readonly command: number;
  readonly source: LogSource;
  readonly state: LogState;
  readonly bytes: number;
  /** How much of it is here from its beginning on, without a gap. */
  readonly received: number;
  /** When its last part came. */
  readonly heardMs: number;
}

/** Puts together what units send of their logs. Every method that writes belongs inside a transaction. */
export class LogStore {
  readonly #sql: ReturnType<typeof statements>;
  readonly #commands: CommandStore;

  constructor(store: Store, commands: CommandStore) {
    this.#sql = statements(store);
    this.#commands = commands;
  }

  /**
   * Takes a part, which may come twice or out of order.
   * @returns what is odd about it, one sentence; otherwise whether the log is all here with it
   */
  take(device: string, part: LogPart, nowMs: number): { readonly problem: string } | { readonly complete: boolean } {
    const { command, bytes, hash, offset, data } = part;
    const asked = this.#asked(device, command);
    if (asked === undefined) return { problem: `It sends a log for command ${command}, which asked for none.` };
    if (bytes > asked.bytesMax) {
      return { problem: `It sends a log of ${bytes} bytes for command ${command}, which asked for ${asked.bytesMax}.` };
    }
    const begun = this.#sql.find.get(device, command);
    const sameFile = begun !== undefined && begun.bytes === bytes && sameBytes(begun.hash as Uint8Array, hash);
    if (begun !== undefined && begun.ended === 1 && sameFile) return { complete: false };
    if (!sameFile) this.#begin(device, part, nowMs);
    // A late part of one that newer ones have driven out.
    if (this.#sql.find.get(device, command) === undefined) return { complete: false };
    this.#sql.put.run(device, command, offset, data, offset + data.length);
    const { received } = this.#progress(device, command);
    this.#sql.heard.run(nowMs, received === bytes ? 1 : 0, device, command);
    return { complete: received === bytes };
  }

  /** The newest first. */
  kept(device: string): KeptLog[] {
    return this.#sql.ofDevice.all(device).flatMap((row) => this.#keptIn(row) ?? []);
  }

  /** Undefined when nothing of it is here. */
  find(device: string, command: number): (KeptLog & { readonly content: Uint8Array }) | undefined {
    const row = this.#sql.find.get(device, command);
    const kept = row === undefined ? undefined : this.#keptIn(row);
    return kept === undefined ? undefined : { ...kept, content: this.#content(device, command, kept.received) };
  }

  #asked(device: string, command: number): Extract<ReturnType<typeof commandIn>, { type: 'sendLog' }> | undefined {
    const order: CommandOrder | undefined = this.#commands.find(device, command);
    if (order === undefined) return undefined;
    const asked = commandIn(order);
    return asked.type === 'sendLog' ? asked : undefined;
  }

  /** A unit whose storage was put back may send another log under the same number: only the later one can become whole. */
  #begin(device: string, { command, bytes, hash }: LogPart, nowMs: number): void {
    this.#drop(device, command);
    this.#sql.begin.run(device, command, bytes, hash, nowMs);
    for (const row of this.#sql.surplus.all(device)) this.#drop(device, row.command as number);
    let sum = 0;
    for (const row of this.#sql.all.all()) {
      sum += row.bytes as number;
      if (sum > LOGS_BYTES_MAX) this.#drop(row.device as string, row.command as number);
    }
  }

  #drop(device: string, command: number): void {
    this.#sql.dropParts.run(device, command);
    this.#sql.drop.run(device, command);
  }

  #progress(device: string, command: number): { received: number } {
    let received = 0;
    for (const row of this.#sql.places.all(device, command)) {
      if ((row.from_byte as number) > received) break;
      received = Math.max(received, row.to_byte as number);
    }
    return { received };
  }

  #content(device: string, command: number, received: number): Uint8Array {
    const content = new Uint8Array(received);
    for (const row of this.#sql.parts.all(device, command)) {
      const from = row.from_byte as number;
      if (from < received) content.set((row.data as Uint8Array).subarray(0, received - from), from);
    }
    return content;
  }

  #keptIn(row: SqlRow): KeptLog | undefined {
    const [device, command, bytes] = [row.device as string, row.command as number, row.bytes as number];
    const asked = this.#asked(device, command);
    if (asked === undefined) return undefined;
    const { received } = this.#progress(device, command);
    const heardMs = row.heard_ms as number;
    const state = received < bytes ? 'partial' : this.#verdict(device, command, bytes, row.hash as Uint8Array);
    return { device, command, source: asked.source, state, bytes, received, heardMs };
  }

  #verdict(device: string, command: number, bytes: number, hash: Uint8Array): LogState {
    return sameBytes(sha256(this.#content(device, command, bytes)), hash) ? 'whole' : 'damaged';
  }
}

function statements(store: Store) {
  const sql = (text: string): SqlStatement => store.prepare(text);
  return {
    find: sql('SELECT * FROM unit_log WHERE device = ? AND command = ?'),
    ofDevice: sql('SELECT * FROM unit_log WHERE device = ? ORDER BY command DESC'),
    all: sql('SELECT device, command, bytes FROM unit_log ORDER BY heard_ms DESC, command DESC'),
    surplus: sql(`SELECT command FROM unit_log WHERE device = ?
      ORDER BY command DESC LIMIT -1 OFFSET ${LOGS_KEPT_MAX}`),
    begin: sql('INSERT INTO unit_log (device, command, bytes, hash, heard_ms) VALUES (?, ?, ?, ?, ?)'),
    heard: sql('UPDATE unit_log SET heard_ms = ?, ended = ? WHERE device = ? AND command = ?'),
    // Where two parts of different length begin at one place, the longer says more.
    put: sql(`INSERT INTO unit_log_part (device, command, from_byte, data, to_byte) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (device, command, from_byte) DO UPDATE SET data = excluded.data, to_byte = excluded.to_byte
      WHERE excluded.to_byte > to_byte`),
    places: sql('SELECT from_byte, to_byte FROM unit_log_part WHERE device = ? AND command = ? ORDER BY from_byte'),
    parts: sql('SELECT from_byte, data FROM unit_log_part WHERE device = ? AND command = ? ORDER BY from_byte'),
    dropParts: sql('DELETE FROM unit_log_part WHERE device = ? AND command = ?'),
    drop: sql('DELETE FROM unit_log WHERE device = ? AND command = ?'),
  };
}
