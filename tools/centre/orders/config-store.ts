import type { SqlRow, SqlStatement, Store } from '../../../hal/ports/store.ts';
import type { Refusal } from '../../../protocol/messages/refusal.ts';
import type { Origin } from './origin.ts';

/**
 * Where a configuration has come to. `made`: stored and signed; `sent`: handed to the broker at least once; `deferred`:
 * the unit has it and waits; `applied` and `rejected`: the unit has said so; `superseded`: a newer one was made first.
 */
export type ConfigState = 'made' | 'sent' | 'deferred' | 'applied' | 'rejected' | 'superseded';

/** A state, or something else that happened on the way: signed anew for another base, sent again to a unit that fell back. */
export type ConfigStepName = ConfigState | 'rebased' | 'sent-again';

/** One configuration document for one unit. */
export interface ConfigOrder extends Origin {
  readonly id: number;
  readonly device: string;
  readonly version: number;
  /** The bytes of the document, as `encodeConfig` made them, and their hash. */
  readonly document: Uint8Array;
  readonly hash: Uint8Array;
  /** A document that this centre has no copy of and that the operator means to replace. */
  readonly over: Uint8Array | null;
  /** The version whose content it repeats, for a rollback. */
  readonly saysAgain: number | null;
  readonly madeMs: number;
  readonly sentMs: number | null;
  readonly state: ConfigState;
  readonly errors: readonly Refusal[];
}

export type NewConfig = Omit<ConfigOrder, 'id' | 'sentMs' | 'state' | 'errors'>;

export interface ConfigStep {
  readonly atMs: number;
  readonly step: ConfigStepName;
  readonly errors: readonly Refusal[];
}

/** What is in force on a unit, as far as it has said. */
export interface UnitConfig {
  /** 0: it has none. */
  readonly version: number;
  /** Null when the unit told only the version. */
  readonly hash: Uint8Array | null;
  readonly heardMs: number;
}

export interface StoredEnvelope {
  readonly issuedS: number;
  readonly signed: Uint8Array;
}

/** Steps kept of one document: a unit that defers it for ever fills nothing. */
const STEPS_MAX = 64;

/** Rows of configurations. Every method that writes belongs inside a transaction. */
export class ConfigStore {
  readonly #sql: ReturnType<typeof statements>;

  constructor(store: Store) {
    this.#sql = statements(store);
  }

  unit(device: string): UnitConfig | undefined {
    const row = this.#sql.unit.get(device);
    if (row === undefined) return undefined;
    return {
      version: row.version as number,
      hash: row.hash as Uint8Array | null,
      heardMs: row.heard_ms as number,
    };
  }

  setUnit(device: string, { version, hash, heardMs }: UnitConfig): void {
    this.#sql.setUnit.run(device, version, hash, heardMs);
  }

  add(order: NewConfig): number {
    const { device, version, document, hash, over, author, reason, saysAgain, madeMs } = order;
    const row = this.#sql.add.get(device, version, document, hash, over, author, reason, saysAgain, madeMs);
    const id = row?.id as number;
    this.#sql.step.run(id, madeMs, 'made', '[]', id);
    return id;
  }

  byVersion(device: string, version: number): ConfigOrder | undefined {
    return orderOf(this.#sql.byVersion.get(device, version));
  }

  byHash(device: string, hash: Uint8Array): ConfigOrder | undefined {
    return orderOf(this.#sql.byHash.get(device, hash));
  }

  /** By the hash of a signed message as it travelled. */
  bySignedHash(device: string, hash: Uint8Array): ConfigOrder | undefined {
    return orderOf(this.#sql.bySignedHash.get(device, hash));
  }

  /** The highest version of all, whatever became of it. */
  newest(device: string): ConfigOrder | undefined {
    return orderOf(this.#sql.newest.get(device));
  }

  /** What the unit is meant to work from: the newest document that was neither refused nor overtaken. */
  wanted(device: string): ConfigOrder | undefined {
    return orderOf(this.#sql.wanted.get(device));
  }

  /** Every unit that something was made for. */
  devices(): string[] {
    return this.#sql.devices.all().map((row) => row.device as string);
  }

  /** Newest first. */
  history(device: string): ConfigOrder[] {
    return this.#sql.history.all(device).flatMap((row) => orderOf(row) ?? []);
  }

  steps(id: number): ConfigStep[] {
    return this.#sql.steps.all(id).map((row) => ({
      atMs: row.at_ms as number,
      step: row.step as ConfigStepName,
      errors: JSON.parse(row.errors as string) as Refusal[],
    }));
  }

  setState(id: number, state: ConfigState, nowMs: number, errors: readonly Refusal[] = []): void {
    this.#sql.setState.run(state, JSON.stringify(errors), id);
    this.note(id, state, nowMs, errors);
  }

  note(id: number, step: ConfigStepName, nowMs: number, errors: readonly Refusal[] = []): void {
    this.#sql.step.run(id, nowMs, step, JSON.stringify(errors), id);
  }

  setSent(id: number, nowMs: number): void {
    this.#sql.setSent.run(nowMs, id);
  }

  /** What is still under way to the unit below this version will not be obeyed any more. */
  supersedeBelow(device: string, version: number, nowMs: number): void {
    for (const { id } of this.#sql.underWay.all(device, version)) this.setState(id as number, 'superseded', nowMs);
  }

  addEnvelope(id: number, envelope: { base: Uint8Array; issuedS: number; signed: Uint8Array; hash: Uint8Array }): void {
    this.#sql.addEnvelope.run(id, envelope.base, envelope.issuedS, envelope.signed, envelope.hash);
  }

  /** The signed message of a document for one base; empty for a unit that has none. */
  envelope(id: number, base: Uint8Array): StoredEnvelope | undefined {
    const row = this.#sql.envelope.get(id, base);
    return row && { issuedS: row.issued_s as number, signed: row.signed as Uint8Array };
  }

  /** The base that it was signed for first. */
  firstBase(id: number): Uint8Array | undefined {
    return this.#sql.firstBase.get(id)?.base as Uint8Array | undefined;
  }
}

function orderOf(row: SqlRow | undefined): ConfigOrder | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id as number,
    device: row.device as string,
    version: row.version as number,
    document: row.document as Uint8Array,
    hash: row.hash as Uint8Array,
    over: row.over as Uint8Array | null,
    author: row.author as string,
    reason: row.reason as string,
    saysAgain: row.says_again as number | null,
    madeMs: row.made_ms as number,
    sentMs: row.sent_ms as number | null,
    state: row.state as ConfigState,
    errors: JSON.parse(row.errors as string) as Refusal[],
  };
}

function statements(store: Store) {
  const sql = (text: string): SqlStatement => store.prepare(text);
  return {
    unit: sql('SELECT * FROM unit_config WHERE device = ?'),
    setUnit: sql(`INSERT INTO unit_config (device, version, hash, heard_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (device) DO UPDATE SET version = excluded.version, hash = excluded.hash, heard_ms = excluded.heard_ms`),
    add: sql(`INSERT INTO config_order (device, version, document, hash, over, author, reason, says_again, made_ms, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'made') RETURNING id`),
    byVersion: sql('SELECT * FROM config_order WHERE device = ? AND version = ?'),
    byHash: sql('SELECT * FROM config_order WHERE device = ? AND hash = ?'),
    bySignedHash: sql(`SELECT config_order.* FROM config_envelope JOIN config_order ON config_order.id = config
      WHERE config_order.device = ? AND signed_hash = ?`),
    newest: sql('SELECT * FROM config_order WHERE device = ? ORDER BY version DESC LIMIT 1'),
    wanted: sql(`SELECT * FROM config_order WHERE device = ? AND state NOT IN ('rejected', 'superseded')
      ORDER BY version DESC LIMIT 1`),
    devices: sql('SELECT DISTINCT device FROM config_order ORDER BY device'),
    history: sql('SELECT * FROM config_order WHERE device = ? ORDER BY version DESC'),
    steps: sql('SELECT * FROM config_step WHERE config = ? ORDER BY id'),
    setState: sql('UPDATE config_order SET state = ?, errors = ? WHERE id = ?'),
    setSent: sql('UPDATE config_order SET sent_ms = ? WHERE id = ?'),
    step: sql(`INSERT INTO config_step (config, at_ms, step, errors)
      SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM config_step WHERE config = ?) < ${STEPS_MAX}`),
    underWay: sql(`SELECT id FROM config_order
      WHERE device = ? AND version < ? AND state IN ('made', 'sent', 'deferred')`),
    addEnvelope: sql(
      `INSERT INTO config_envelope (config, base, issued_s, signed, signed_hash) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (config, base) DO UPDATE
        SET issued_s = excluded.issued_s, signed = excluded.signed, signed_hash = excluded.signed_hash`,
    ),
    envelope: sql('SELECT issued_s, signed FROM config_envelope WHERE config = ? AND base = ?'),
    firstBase: sql('SELECT base FROM config_envelope WHERE config = ? ORDER BY rowid LIMIT 1'),
  };
}
