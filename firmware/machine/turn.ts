import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { Evidence, RollId } from '../../hal/ports/mechanism.ts';
import type { DoorState, Placement, Power } from '../../hal/ports/sensors.ts';
import type { SelfTestPart } from '../../protocol/messages/command.ts';
import type { AlarmCode, DeviceEvent } from '../../protocol/messages/event.ts';
import type { PhraseKey } from '../../protocol/phrases.ts';
import { wavers } from '../domain/alarm-rounds.ts';
import { epochSecondsAt } from '../domain/civil-time.ts';
import { type Dose, type DoseKey, type Fate, isFinal } from '../domain/dose.ts';
import { alarmKey, applyChange, type Change, type Memory, type Registers } from '../domain/memory.ts';
import { type CommandRef, type CommandResult, type Outcome, resultOf } from '../domain/orders.ts';
import type { Roll } from '../domain/stock.ts';
import type { InboxEvent, Stamp, StampedEvent } from './events.ts';
import type { Losses } from './losses.ts';
import type { Effect, Note } from './outputs.ts';
import { TAG_AT_START, type TagState } from './tag.ts';
import type { Refusal } from './verdict.ts';

type WithoutStamp<E> = E extends unknown ? Omit<E, 'seq' | 'at' | 'suspect'> : never;
/** A device event before the ledger gives it its place and time. */
export type EventBody = WithoutStamp<DeviceEvent>;

/** What one event led to: what to commit, then what to do. */
export interface Decision {
  readonly changes: readonly Change[];
  readonly records: readonly EventBody[];
  readonly notes: readonly Note[];
  readonly effects: readonly Effect[];
  /** What whoever asked is told; null when no step of the chart had an answer. */
  readonly outcome: Outcome | null;
}

export const NO_DECISION: Decision = { changes: [], records: [], notes: [], effects: [], outcome: null };

/** What the machine knows only while it runs; a restart begins it anew, always on the safe side. */
export interface Volatile {
  /** What the unit is built with. */
  readonly parts: Capabilities;
  /** What the mechanism's sensors said last; null until the first inspection, and nothing moves before it. */
  readonly evidence: Evidence | null;
  /** When custody entered its present state, on the monotonic clock. */
  readonly custodySinceMonoMs: number;
  /** Movements in a row that surely did not happen. */
  readonly stalls: number;
  /** The mechanism's board was lost at rest; null when it was not since the start. */
  readonly losses: Losses | null;
  /** Doses still to come out of a take-out under way; null when none is. */
  readonly takeOutLeft: number | null;
  /** The command that asked for it, and until when the citizen is away then; null when nobody said so. */
  readonly takeOutFor: { readonly command: number | null; readonly awayUntilMs: number | null } | null;
  /** Whose hand opened the service door; nothing moves while it stands open. */
  readonly door: DoorState;
  /** When it was opened, on the monotonic clock; absent when it stood open already as the unit started. */
  readonly doorOpenedMonoMs?: number;
  readonly quietUntilMonoMs: number;
  /** When each alarm began, on the monotonic clock; one that is not here was there at the start, or is over. */
  readonly alarmsSinceMonoMs: Readonly<Partial<Record<AlarmCode, number>>>;
  /** The alarms that there were when somebody asked for quiet: so long they make no sound. */
  readonly hushed: { readonly codes: readonly AlarmCode[]; readonly untilMonoMs: number } | null;
  readonly remindedMonoMs: number;
  /** Why the last press released nothing, for as long as the display says so. */
  readonly refused: { readonly refusal: Refusal; readonly untilMonoMs: number } | null;
  /** Why the roll that was fitted last was not taken in; null when it was. */
  readonly rollRefused: PhraseKey | null;
  /** The open movement began after the start, so that nothing of it went unseen. */
  readonly watched: boolean;
  /** The cup was emptied since the open movement began: something must have been in it. */
  readonly cupStirred: boolean;
  readonly dueNoted: DoseKey | null;
  /** The self-test that waits for the mechanism's sensors, and the command that asked for it, if one did. */
  readonly selfTest: {
    readonly command: number | null;
    readonly parts: readonly SelfTestPart[];
    readonly sinceMonoMs: number;
  } | null;
  /** The command whose log is on its way. */
  readonly logFor: number | null;
  /** Refused orders, of which only some in an hour are recorded; what nobody signed hides nothing that somebody did. */
  readonly refusals: Readonly<Record<'signed' | 'unsigned', { readonly sinceMonoMs: number; readonly count: number }>>;
  readonly power: Power;
  /** How the unit stands; nothing begins to move in one that does not stand as it should. */
  readonly placement: Placement;
  /** Null: the unit has no pocket tag. */
  readonly tag: TagState | null;
  /** When the unit started, 0 while no clock can tell; a window that closed before was missed for want of power. */
  readonly bootWallMs: number;
}

/** How a running unit begins: nothing is known, and nothing moves before the mechanism was inspected. */
export function volatileAtStart(
  { wallMs, monoMs, trusted }: Stamp,
  {
    door,
    power,
    placement,
    parts,
    hasTag = false,
  }: Pick<Volatile, 'door' | 'power' | 'placement' | 'parts'> & { readonly hasTag?: boolean },
): Volatile {
  return {
    parts,
    evidence: null,
    custodySinceMonoMs: monoMs,
    stalls: 0,
    losses: null,
    takeOutLeft: null,
    takeOutFor: null,
    door,
    quietUntilMonoMs: 0,
    alarmsSinceMonoMs: {},
    hushed: null,
    remindedMonoMs: monoMs,
    refused: null,
    rollRefused: null,
    watched: false,
    cupStirred: false,
    dueNoted: null,
    selfTest: null,
    logFor: null,
    refusals: { signed: { sinceMonoMs: monoMs, count: 0 }, unsigned: { sinceMonoMs: monoMs, count: 0 } },
    power,
    placement,
    tag: hasTag ? TAG_AT_START : null,
    bootWallMs: trusted ? wallMs : 0,
  };
}

export interface Context {
  readonly memory: Memory;
  readonly volatile: Volatile;
  readonly boot: Stamp;
  /** The event the decision below belongs to. */
  readonly decidedFor: unknown;
  readonly decision: Decision;
}

/** The stamp of the event being handled; the start of the chart itself carries the boot's. */
export function stampOf(context: Context, event: { readonly type: string }): Stamp {
  return 'stamp' in event ? (event as StampedEvent).stamp : context.boot;
}

/**
 * One step of deciding. Steps read the memory as the earlier steps of the same event left it, change it, and name
 * effects; nothing is performed here. All values are immutable, so the chart stays a pure function.
 */
export class Turn {
  memory: Memory;
  volatile: Volatile;
  readonly stamp: Stamp;
  readonly event: InboxEvent;
  readonly #context: Context;
  readonly #event: unknown;
  readonly #changes: Change[];
  readonly #records: EventBody[];
  readonly #notes: Note[];
  readonly #effects: Effect[];
  #outcome: Outcome | null;

  constructor(context: Context, event: { readonly type: string }) {
    const before = context.decidedFor === event ? context.decision : NO_DECISION;
    this.#context = context;
    this.#event = event;
    this.event = event as InboxEvent;
    this.memory = context.memory;
    this.volatile = context.volatile;
    this.stamp = stampOf(context, event);
    this.#changes = [...before.changes];
    this.#records = [...before.records];
    this.#notes = [...before.notes];
    this.#effects = [...before.effects];
    this.#outcome = before.outcome;
  }

  get nowMs(): number {
    return this.stamp.wallMs;
  }

  get nowSeconds(): number {
    return epochSecondsAt(this.nowMs);
  }

  /** How long the unit has been running. */
  get upMs(): number {
    return this.stamp.monoMs - this.#context.boot.monoMs;
  }

  change(change: Change): void {
    this.memory = applyChange(this.memory, change);
    this.#changes.push(change);
  }

  register<K extends keyof Registers>(name: K, value: Registers[K]): void {
    this.change({ set: 'register', name, value } as Change);
  }

  dose(dose: Dose, changed: Partial<Omit<Dose, 'key' | 'slot' | 'date'>>): Dose {
    const now = { ...dose, ...changed, changedMs: this.nowMs };
    this.change({ set: 'dose', dose: now });
    return now;
  }

  /** Gives a dose its new fate and records the event that says so, so that neither can exist alone. */
  fate(dose: Dose, fate: Fate, record: EventBody | null, changed: Partial<Dose> = {}): Dose {
    const now = this.dose(dose, { ...changed, fate });
    if (record !== null) this.record(record);
    if (isFinal(fate)) this.clear('about-to-miss', now);
    return now;
  }

  roll(roll: Roll, advance: number): void {
    this.change({ set: 'roll', roll: { ...roll, next: Math.min(roll.sachets.length, roll.next + advance) } });
  }

  record(body: EventBody): void {
    this.#records.push(body);
    this.memory = { ...this.memory, lastSeq: this.memory.lastSeq + 1 };
  }

  note(note: Note): void {
    this.#notes.push(note);
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  /** Speaks; of all that one event would say, only the last is heard. */
  say(phrase: string, params: Readonly<Record<string, string>> = {}): void {
    const before = this.#effects.findIndex(({ type }) => type === 'speech.say');
    if (before >= 0) this.#effects.splice(before, 1);
    const { serviceNumber } = this.memory.settings;
    this.effect({ type: 'speech.say', phrase, params: { number: serviceNumber, ...params } });
  }

  /** The signed command behind the event, when there is one. */
  get command(): CommandRef | undefined {
    return (this.#event as { readonly command?: CommandRef }).command;
  }

  /** What whoever asked for this event is told. When a command asked, what became of it is part of the decision. */
  answer(outcome: Outcome): void {
    this.#outcome = outcome;
    const { command } = this;
    if (command === undefined) return;
    const { id, type } = command;
    this.change({ set: 'command', command: { ...command, at: this.nowSeconds, result: resultOf(outcome) } });
    if ('refusal' in outcome) this.record({ type: 'command.refused', id, code: outcome.refusal.code });
    else this.record({ type: 'command.obeyed', id, command: type });
  }

  /** What became of a command that was accepted earlier. */
  answerLater(id: number, result: CommandResult): void {
    this.change({ set: 'answer', id, at: this.nowSeconds, result });
  }

  remember(known: Partial<Volatile>): void {
    this.volatile = { ...this.volatile, ...known };
  }

  raise(code: AlarmCode, dose: Dose | null = null): void {
    const key = dose?.key ?? null;
    if (this.memory.alarms.has(alarmKey(code, key))) return;
    this.change({ set: 'alarm', alarm: { code, dose: key, raisedMs: this.nowMs } });
    this.record({ type: 'alarm.raised', code, ...nameOf(key) });
    this.remember({ alarmsSinceMonoMs: { ...this.volatile.alarmsSinceMonoMs, [code]: this.stamp.monoMs } });
    // What comes back is new: a door that is forced once more is heard, and only a supply that wavers is not.
    const { hushed } = this.volatile;
    if (hushed?.codes.includes(code) && !wavers(code))
      this.remember({ hushed: { ...hushed, codes: hushed.codes.filter((one) => one !== code) } });
  }

  /** Clears every alarm of a code, or the one of a dose. */
  clear(code: AlarmCode, dose: Dose | null = null): void {
    for (const alarm of this.memory.alarms.values()) {
      if (alarm.code !== code || (dose !== null && alarm.dose !== dose.key)) continue;
      this.change({ set: 'noAlarm', alarm });
      this.record({ type: 'alarm.cleared', code, ...nameOf(alarm.dose) });
    }
  }

  rollOf(id: RollId): Roll | undefined {
    return this.memory.rolls.get(id);
  }

  /** The context after this step. */
  context(): Context {
    return {
      ...this.#context,
      memory: this.memory,
      volatile: this.volatile,
      decidedFor: this.#event,
      decision: {
        changes: this.#changes,
        records: this.#records,
        notes: this.#notes,
        effects: this.#effects,
        outcome: this.#outcome,
      },
    };
  }
}

/** The parts of a dose's name, for an event. */
export function nameOf(key: DoseKey | null): { slot: string; date: string } | Record<string, never> {
  if (key === null) return {};
  const at = key.lastIndexOf('/');
  return { slot: key.slice(0, at), date: key.slice(at + 1) };
}
