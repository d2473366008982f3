import { sha256 } from '@noble/hashes/sha2.js';
import type { Store } from '../../hal/ports/store.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { decodeConfig } from '../../protocol/messages/config.ts';
import type { Sha256 } from '../../protocol/messages/digest.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { Dose, DoseKey } from '../domain/dose.ts';
import {
  type Change,
  DOSE_MEMORY_MS,
  isRemembered,
  type Memory,
  REGISTERS_AT_START,
  type Registers,
} from '../domain/memory.ts';
import { noSettings, readSettings } from '../domain/settings.ts';
import { LedgerError } from './errors.ts';
import { migrate, schemaOf } from './migrate.ts';
import { CONFIG, configSeal, OrderBook } from './orders.ts';
import { RecordLog, type Unnumbered } from './record-log.ts';
import { checkSchema, type RegisterTexts, readRegisters, SUM, sumOf } from './registers.ts';
import { doseRow, intentRow, readAlarm, readDose, readIntent, readRoll, readValue } from './rows.ts';
import { prepareReads, prepareWrites } from './statements.ts';

/** Ended doses and settled intents are kept this long after the schedule has passed them. */
const HISTORY_KEPT_MS = 400 * 24 * 60 * 60_000;
/** Pruning is done in the same transaction as the record that crosses this step, so it stays bounded and rare. */
const PRUNE_EVERY_SEQS = 256;

/** Who the unit is and where its stream of records begins. */
export interface Identity {
  readonly device: string;
  /** Changes when a ledger is lost and begun anew, so that the centre never takes an old seq for a new one. */
  readonly epoch: number;
}

/** The last believed wall time of any commit, and the last record's number: a log that was cut short shows. */
export interface Seen {
  readonly wallMs: number;
  readonly seq: number;
}

/** The truth on disk. One event of the machine is at most one transaction here. */
export class Ledger {
  readonly identity: Identity;
  /** What was ordered, and what became of it. */
  readonly orders: OrderBook;
  /** What happened, as the centre is told of it. */
  readonly log: RecordLog;
  readonly #store: Store;
  readonly #digest: Sha256;
  readonly #put: ReturnType<typeof prepareWrites>;
  readonly #read: ReturnType<typeof prepareReads>;
  #registers: RegisterTexts;

  /**
   * `digest` checks the configuration against its hash.
   * @throws LedgerError when the file is damaged, empty, from a newer firmware, or contradicts itself.
   */
  constructor(store: Store, digest: Sha256 = sha256) {
    checkSound(store);
    if (schemaOf(store) === 0) throw unprovisioned();
    checkSchema(store, readRegisters(store));
    migrate(store);
    this.#store = store;
    this.#digest = digest;
    this.#registers = readRegisters(store);
    this.#put = prepareWrites(store);
    this.#read = prepareReads(store);
    this.orders = new OrderBook(store);
    this.identity = { device: this.#must('device'), epoch: this.#must('epoch') };
    this.log = new RecordLog(store);
    this.log.check(this.#register<number>('ackedThrough') ?? 0, this.#seen().seq);
  }

  /** The last wall time that any commit saw. */
  get lastSeenWallMs(): number {
    return this.#seen().wallMs;
  }

  /** The highest command id whose answer is no longer kept, 0 for none. */
  get forgottenThrough(): number {
    return this.#register<number>('forgottenThrough') ?? 0;
  }

  /** Whether the clock was in doubt when the unit went down. */
  get doubted(): boolean {
    return this.#read.alarms.all().some(({ code }) => code === 'time-suspect');
  }

  /** How often the unit has started. */
  get boots(): number {
    return this.#register<number>('boot') ?? 0;
  }

  /** Counts this start of the unit. */
  nextBoot(): number {
    return this.boots + 1;
  }

  /**
   * Rebuilds the working memory. `serviceNumber` is shown until a configuration brings one.
   * @throws LedgerError, ProtocolError or SettingsError when what the file holds makes no sense.
   */
  recall(serviceNumber = ''): Memory {
    try {
      return this.#recall(serviceNumber);
    } catch (error) {
      // What was meant to be a list is a number, and the like.
      if (error instanceof TypeError || error instanceof RangeError)
        // biome-ignore lint/style/useErrorCause: the cause is passed; the rule looks for it in the second place only.
        throw new LedgerError('contradiction', `The ledger makes no sense: ${error.message}`, { cause: error });
      throw error;
    }
  }

  #recall(serviceNumber: string): Memory {
    const config = this.orders.config();
    const isSound = config === null || sameBytes(this.#digest(config.bytes), config.hash);
    if (!isSound || this.#registers.get(CONFIG) !== (config === null ? undefined : configSeal(config))) {
      throw new LedgerError('contradiction', 'The configuration in the ledger is not the one that was put into force.');
    }
    const registers = { ...REGISTERS_AT_START };
    for (const name of Object.keys(REGISTERS_AT_START) as (keyof Registers)[]) {
      const value = this.#register<never>(name);
      if (value !== undefined) registers[name] = value;
    }
    const doses = new Map<DoseKey, Dose>();
    for (const row of this.#read.doses.all(registers.scheduleFromMs - DOSE_MEMORY_MS)) {
      const dose = readDose(row);
      if (isRemembered(dose, registers.scheduleFromMs)) doses.set(dose.key, dose);
    }
    const intent = this.#read.intent.get();
    return {
      settings: config === null ? noSettings(serviceNumber) : readSettings(decodeConfig(config.bytes)),
      configHash: config?.hash ?? null,
      doses,
      rolls: new Map(
        this.#read.rolls
          .all()
          .map(readRoll)
          .map((roll) => [roll.id, roll]),
      ),
      intent: intent === undefined ? null : readIntent(intent),
      alarms: new Map(
        this.#read.alarms
          .all()
          .map(readAlarm)
          .map((alarm) => [alarm.dose === null ? alarm.code : `${alarm.code}:${alarm.dose}`, alarm]),
      ),
      registers,
      lastSeq: this.log.lastSeq,
    };
  }

  /** The dose as the file has it, however old. */
  dose(slot: string, date: string): Dose | null {
    const row = this.#read.dose.get(slot, date);
    return row === undefined ? null : readDose(row);
  }

  /**
   * Makes a decision durable: all of it or nothing. `records` get their seq here and are returned as stored.
   * @throws StoreError from the store; `constraint` when the schema refused to break a safety rule.
   */
  commit(
    changes: readonly Change[],
    records: readonly Unnumbered[],
    seenWallMs: number,
    extra: Readonly<Record<string, unknown>> = {},
  ): DeviceEvent[] {
    const registers = new Map(this.#registers);
    const appended = this.#store.transaction(() => {
      for (const change of changes) {
        if (change.set === 'register') registers.set(change.name, JSON.stringify(change.value));
        else this.#apply(change, seenWallMs, registers);
      }
      const written = this.log.append(records);
      const { seq } = written;
      registers.set('seen', JSON.stringify({ wallMs: seenWallMs, seq } satisfies Seen));
      for (const [name, value] of Object.entries(extra)) registers.set(name, JSON.stringify(value));
      registers.set(SUM, sumOf(registers));
      for (const [name, text] of registers) if (text !== this.#registers.get(name)) this.#put.register.run(name, text);
      if (Math.floor(seq / PRUNE_EVERY_SEQS) > Math.floor(this.log.lastSeq / PRUNE_EVERY_SEQS))
        this.#prune(seq, registers);
      return written;
    });
    this.#registers = registers;
    this.log.settle(appended);
    return appended.events;
  }

  #apply(change: Exclude<Change, { set: 'register' }>, seenWallMs: number, registers: Map<string, string>): void {
    switch (change.set) {
      case 'config':
        this.orders.putConfig(change.config, seenWallMs);
        registers.set(CONFIG, configSeal({ version: change.config.settings.version, hash: change.config.hash }));
        return;
      case 'command': {
        const forgotten = this.orders.putCommand(change.command);
        if (forgotten > this.forgottenThrough) registers.set('forgottenThrough', JSON.stringify(forgotten));
        return;
      }
      case 'answer':
        this.orders.putAnswer(change.id, change.at, change.result);
        return;
      case 'dose':
        this.#put.dose.run(...doseRow(change.dose));
        return;
      case 'intent':
        this.#put.intent.run(...intentRow(change.intent));
        return;
      case 'roll':
        if (change.roll.next === 0) this.#put.roll.run(change.roll.id, JSON.stringify(change.roll.sachets), 0);
        else this.#put.rollNext.run(change.roll.next, change.roll.id);
        return;
      case 'alarm':
        this.#put.alarm.run(change.alarm.code, change.alarm.dose ?? '', change.alarm.raisedMs);
        return;
      case 'noAlarm':
        this.#put.noAlarm.run(change.alarm.code, change.alarm.dose ?? '');
        return;
    }
  }

  /** Forgets only what the centre has stored, or what a finished year no longer needs. */
  #prune(seq: number, registers: RegisterTexts): void {
    const numberIn = (name: keyof Registers): number => Number(registers.get(name) ?? 0);
    const scheduleFromMs = numberIn('scheduleFromMs');
    this.log.prune(numberIn('ackedThrough'), seq);
    this.#put.pruneDoses.run(scheduleFromMs - HISTORY_KEPT_MS);
    this.#put.pruneIntents.run(scheduleFromMs - HISTORY_KEPT_MS);
  }

  #register<T>(name: string): T | undefined {
    const text = this.#registers.get(name);
    return text === undefined ? undefined : readValue<T>(text, `register "${name}"`);
  }

  #seen(): Seen {
    return this.#must<Seen>('seen');
  }

  #must<T>(name: string): T {
    const value = this.#register<T>(name);
    if (value === undefined) throw unprovisioned();
    return value;
  }
}

function checkSound(store: Store): void {
  const problems = store.integrityProblems();
  if (problems.length > 0) {
    throw new LedgerError(
      'damaged',
      `The ledger file is damaged (${problems[0]}); it is kept as it is for the technician.`,
    );
  }
}

function unprovisioned(): LedgerError {
  return new LedgerError('empty', 'The ledger holds no unit yet; a technician must provision it.');
}
