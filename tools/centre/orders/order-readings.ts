import { hexOf, sameBytes } from '../../../protocol/cose/bytes.ts';
import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import type { CommandType } from '../../../protocol/messages/command.ts';
import type { CommandAnswer } from '../../../protocol/messages/command-answer.ts';
import { type ConfigDocument, decodeConfig } from '../../../protocol/messages/config.ts';
import type { Refusal } from '../../../protocol/messages/refusal.ts';
import type { CommandOrder, CommandState, CommandStore } from './command-store.ts';
import type { ConfigOrder, ConfigState, ConfigStepName, ConfigStore } from './config-store.ts';
import type { Rollout, RolloutStore, StopReason } from './rollout-store.ts';
import { standingOf, type UnitStanding } from './staging.ts';

// What the web answers about orders, as plain values for JSON. Instants are milliseconds since 1970 unless a name ends
// in `S`; hashes are hexadecimal.

export interface ConfigReading {
  readonly version: number;
  readonly hash: string;
  readonly state: ConfigState;
  /** Of the last report, when it was not applied. */
  readonly errors: readonly Refusal[];
  readonly author: string;
  readonly reason: string;
  /** The version that it repeats, for a rollback. */
  readonly saysAgain: number | null;
  readonly madeMs: number;
  readonly sentMs: number | null;
}

export interface ConfigHistoryReading extends ConfigReading {
  readonly steps: readonly {
    readonly atMs: number;
    readonly step: ConfigStepName;
    readonly errors: readonly Refusal[];
  }[];
}

/**
 * What is not as it should be. `not-ours`: the unit works from a document that this centre has not made;
 * `other-document`: it has another one under the number of ours.
 */
export type ConfigDiscrepancy = 'not-ours' | 'other-document';

export interface UnitConfigReading {
  readonly device: string;
  readonly heard: boolean;
  /** What the unit says is in force; null while it has said nothing. Version 0: nothing is. */
  readonly inForce: { readonly version: number; readonly hash: string | null; readonly heardMs: number } | null;
  /** What it is meant to work from. */
  readonly wanted: ConfigReading | null;
  /** The last one that was made, when it is not the one that is wanted: it was refused. */
  readonly newest: ConfigReading | null;
  readonly discrepancy: ConfigDiscrepancy | null;
}

export interface CommandReading {
  readonly device: string;
  readonly id: number;
  readonly type: CommandType;
  readonly state: CommandState;
  readonly author: string;
  readonly reason: string;
  readonly madeMs: number;
  readonly sentMs: number | null;
  readonly expiresS: number;
  /** In the order in which they came. */
  readonly answers: readonly (AnswerReading & { readonly receivedMs: number })[];
}

export type AnswerReading = WithoutName<CommandAnswer>;
type WithoutName<A> = A extends unknown ? Omit<A, 'hash' | 'id'> : never;

export interface RolloutReading {
  readonly id: number;
  readonly state: Rollout['state'];
  /** From 1. */
  readonly wave: number;
  readonly waves: readonly number[];
  readonly why: StopReason | null;
  readonly author: string;
  readonly reason: string;
  readonly madeMs: number;
  readonly units: readonly RolloutUnitReading[];
}

export interface RolloutUnitReading {
  readonly device: string;
  readonly wave: number;
  readonly version: number | null;
  readonly standing: UnitStanding;
  readonly errors: readonly Refusal[];
  readonly skipped: InBothLanguages | null;
}

/** Orders as their readers see them. */
export class OrderReadings {
  readonly #configs: ConfigStore;
  readonly #commands: CommandStore;
  readonly #rollouts: RolloutStore;
  readonly #heard: (device: string) => boolean;

  constructor(
    configs: ConfigStore,
    commands: CommandStore,
    rollouts: RolloutStore,
    heard: (device: string) => boolean,
  ) {
    this.#configs = configs;
    this.#commands = commands;
    this.#rollouts = rollouts;
    this.#heard = heard;
  }

  /** Of every unit that this centre has made something for, heard or not. */
  configs(): UnitConfigReading[] {
    return this.#configs.devices().map((device) => this.config(device));
  }

  config(device: string): UnitConfigReading {
    const unit = this.#configs.unit(device);
    const wanted = this.#configs.wanted(device);
    const newest = this.#configs.newest(device);
    return {
      device,
      heard: this.#heard(device),
      inForce:
        unit === undefined
          ? null
          : { version: unit.version, hash: unit.hash === null ? null : hexOf(unit.hash), heardMs: unit.heardMs },
      wanted: wanted === undefined ? null : configReading(wanted),
      newest: newest === undefined || newest.id === wanted?.id ? null : configReading(newest),
      discrepancy: this.#discrepancy(device, newest !== undefined),
    };
  }

  /** Newest first. */
  configHistory(device: string): ConfigHistoryReading[] {
    return this.#configs
      .history(device)
      .map((order) => ({ ...configReading(order), steps: this.#configs.steps(order.id) }));
  }

  /** Undefined when there is no such version. */
  configDocument(device: string, version: number): (ConfigReading & { readonly document: ConfigDocument }) | undefined {
    const order = this.#configs.byVersion(device, version);
    return order === undefined ? undefined : { ...configReading(order), document: decodeConfig(order.document) };
  }

  /** Newest first. */
  commands(device: string): CommandReading[] {
    return this.#commands.latest(device).map((order) => this.#commandReading(order));
  }

  /** Of all devices, newest first. */
  latestCommands(): CommandReading[] {
    return this.#commands.latestOfAll().map((order) => this.#commandReading(order));
  }

  command(device: string, id: number): CommandReading | undefined {
    const order = this.#commands.find(device, id);
    return order === undefined ? undefined : this.#commandReading(order);
  }

  /** Newest first, without their units. */
  rollouts(): Omit<RolloutReading, 'units'>[] {
    return this.#rollouts.latest().map(rolloutReading);
  }

  rollout(id: number, nowMs: number): RolloutReading | undefined {
    const rollout = this.#rollouts.find(id);
    if (rollout === undefined) return undefined;
    const units = this.#rollouts.units(id).map((unit) => ({
      device: unit.device,
      wave: unit.wave + 1,
      version: unit.version,
      standing: standingOf(unit, rollout, nowMs),
      errors: unit.version === null ? [] : (this.#configs.byVersion(unit.device, unit.version)?.errors ?? []),
      skipped: unit.skipped,
    }));
    return { ...rolloutReading(rollout), units };
  }

  /** A centre that has made nothing for a unit misses nothing there. */
  #discrepancy(device: string, made: boolean): ConfigDiscrepancy | null {
    const unit = this.#configs.unit(device);
    if (unit === undefined || unit.version === 0 || !made) return null;
    const ours = this.#configs.byVersion(device, unit.version);
    if (ours === undefined) return 'not-ours';
    return unit.hash === null || sameBytes(unit.hash, ours.hash) ? null : 'other-document';
  }

  #commandReading(order: CommandOrder): CommandReading {
    const { device, id, type, state, author, reason, madeMs, sentMs, expiresS } = order;
    const answers = this.#commands.replies(device, id).map(({ receivedMs, answer }) => {
      const { hash: _hash, id: _id, ...rest } = answer;
      return { receivedMs, ...rest };
    });
    return { device, id, type, state, author, reason, madeMs, sentMs, expiresS, answers };
  }
}

function configReading(order: ConfigOrder): ConfigReading {
  const { version, hash, state, errors, author, reason, saysAgain, madeMs, sentMs } = order;
  return { version, hash: hexOf(hash), state, errors, author, reason, saysAgain, madeMs, sentMs };
}

function rolloutReading({
  id,
  state,
  wave,
  plan,
  why,
  author,
  reason,
  madeMs,
}: Rollout): Omit<RolloutReading, 'units'> {
  return { id, state, wave: wave + 1, waves: plan.waves, why, author, reason, madeMs };
}
