import type { SqlRow, SqlStatement, Store } from '../../../hal/ports/store.ts';
import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import type { ConfigState } from './config-store.ts';
import type { Origin } from './origin.ts';

export type RolloutState = 'running' | 'stopped' | 'done';

/** What a group gets: a whole document, or members of one that take the place of those that each unit has. */
export interface RolloutPlan {
  readonly document?: Readonly<Record<string, unknown>>;
  /** `null` takes a member out. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** Units in each wave, adding up to all. */
  readonly waves: readonly number[];
  /** The share of a wave that may fail, 0 to 1. */
  readonly failuresMax: number;
  /** A unit that has not answered after this long counts as silent. */
  readonly patienceS: number;
}

/** Why a rollout stopped: too many failures in a wave (counted from 1), or a person. */
export type StopReason =
  | {
      readonly by: 'failures';
      readonly wave: number;
      readonly units: number;
      readonly rejected: number;
      readonly silent: number;
    }
  | { readonly by: 'operator'; readonly author: string };

export interface Rollout extends Origin {
  readonly id: number;
  readonly plan: RolloutPlan;
  readonly madeMs: number;
  readonly state: RolloutState;
  /** From 0. */
  readonly wave: number;
  readonly why: StopReason | null;
}

export interface RolloutUnit {
  readonly device: string;
  readonly wave: number;
  /** Hash of the document that the unit was meant to have when this began; empty for none. */
  readonly base: Uint8Array;
  /** Null until its wave has begun. */
  readonly version: number | null;
  readonly madeMs: number | null;
  /** Why it got nothing, one sentence. */
  readonly skipped: InBothLanguages | null;
  /** An operator went on in spite of it. */
  readonly forgiven: boolean;
  /** Of its document; null before there is one. */
  readonly state: ConfigState | null;
}

/** Rows of rollouts. Every method that writes belongs inside a transaction. */
export class RolloutStore {
  readonly #sql: ReturnType<typeof statements>;

  constructor(store: Store) {
    this.#sql = statements(store);
  }

  add({ plan, author, reason }: Pick<Rollout, 'plan' | 'author' | 'reason'>, nowMs: number): number {
    return this.#sql.add.get(JSON.stringify(plan), author, reason, nowMs)?.id as number;
  }

  addUnit(rollout: number, unit: Pick<RolloutUnit, 'device' | 'wave' | 'base'>): void {
    this.#sql.addUnit.run(rollout, unit.device, unit.wave, unit.base);
  }

  find(id: number): Rollout | undefined {
    return rolloutOf(this.#sql.find.get(id));
  }

  /** Newest first. */
  latest(): Rollout[] {
    return this.#sql.latest.all().flatMap((row) => rolloutOf(row) ?? []);
  }

  running(): Rollout[] {
    return this.#sql.running.all().flatMap((row) => rolloutOf(row) ?? []);
  }

  /** The rollout that the unit is in and that may still reach it. */
  unfinishedWith(device: string): number | undefined {
    return this.#sql.unfinishedWith.get(device)?.id as number | undefined;
  }

  /** In the order of the waves. */
  units(rollout: number): RolloutUnit[] {
    return this.#sql.units.all(rollout).map((row) => ({
      device: row.device as string,
      wave: row.wave as number,
      base: row.base as Uint8Array,
      version: row.version as number | null,
      madeMs: row.made_ms as number | null,
      skipped: row.skipped === null ? null : (JSON.parse(row.skipped as string) as InBothLanguages),
      forgiven: row.forgiven === 1,
      state: row.state as ConfigState | null,
    }));
  }

  setMade(rollout: number, device: string, version: number, nowMs: number): void {
    this.#sql.setMade.run(version, nowMs, rollout, device);
  }

  skip(rollout: number, device: string, why: InBothLanguages): void {
    this.#sql.skip.run(JSON.stringify(why), rollout, device);
  }

  forgive(rollout: number, device: string): void {
    this.#sql.forgive.run(rollout, device);
  }

  setState(rollout: number, state: RolloutState, wave: number, why: StopReason | null = null): void {
    this.#sql.setState.run(state, wave, JSON.stringify(why), rollout);
  }
}

function rolloutOf(row: SqlRow | undefined): Rollout | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id as number,
    plan: JSON.parse(row.plan as string) as RolloutPlan,
    author: row.author as string,
    reason: row.reason as string,
    madeMs: row.made_ms as number,
    state: row.state as RolloutState,
    wave: row.wave as number,
    why: row.why === null ? null : (JSON.parse(row.why as string) as StopReason | null),
  };
}

function statements(store: Store) {
  const sql = (text: string): SqlStatement => store.prepare(text);
  return {
    add: sql(`INSERT INTO rollout (plan, author, reason, made_ms, state) VALUES (?, ?, ?, ?, 'running') RETURNING id`),
    addUnit: sql('INSERT INTO rollout_unit (rollout, device, wave, base) VALUES (?, ?, ?, ?)'),
    find: sql('SELECT * FROM rollout WHERE id = ?'),
    latest: sql('SELECT * FROM rollout ORDER BY id DESC LIMIT 50'),
    running: sql(`SELECT * FROM rollout WHERE state = 'running' ORDER BY id`),
    unfinishedWith: sql(`SELECT rollout.id FROM rollout_unit JOIN rollout ON rollout.id = rollout
      WHERE device = ? AND version IS NULL AND skipped IS NULL AND rollout.state <> 'done' LIMIT 1`),
    units: sql(`SELECT rollout_unit.*, config_order.state FROM rollout_unit
      LEFT JOIN config_order ON config_order.device = rollout_unit.device AND config_order.version = rollout_unit.version
      WHERE rollout = ? ORDER BY wave, rollout_unit.rowid`),
    setMade: sql('UPDATE rollout_unit SET version = ?, made_ms = ? WHERE rollout = ? AND device = ?'),
    skip: sql('UPDATE rollout_unit SET skipped = ? WHERE rollout = ? AND device = ?'),
    forgive: sql('UPDATE rollout_unit SET forgiven = 1 WHERE rollout = ? AND device = ?'),
    setState: sql('UPDATE rollout SET state = ?, wave = ?, why = ? WHERE id = ?'),
  };
}
