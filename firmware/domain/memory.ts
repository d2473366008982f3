import type { Evidence, RollId } from '../../hal/ports/mechanism.ts';
import type { AlarmCode, Presence } from '../../protocol/messages/event.ts';
import type { Dose, DoseKey } from './dose.ts';
import { isFinal } from './dose.ts';
import type { ShownMessage } from './messages.ts';
import type { CommandResult, StoredCommand } from './orders.ts';
import type { Settings } from './settings.ts';
import type { Roll, Rolls } from './stock.ts';
import type { WantedUpdate } from './update.ts';

/** A movement made durable before it happens, closed by evidence. At most one is open at any time. */
export interface Intent {
  readonly id: number;
  readonly kind: 'release' | 'swallow' | 'retract';
  /** Null for an empty sachet, which belongs to no dose. */
  readonly dose: DoseKey | null;
  /** Which sachet of the dose, from 0. With `dose` it may succeed only once. */
  readonly ordinal: number;
  readonly roll: RollId;
  readonly atMs: number;
  /** The counters just before, for comparison with those after. */
  readonly fedBefore: number;
  readonly binnedBefore: number;
  readonly outcome: 'open' | 'moved' | 'notMoved' | 'unknown';
}

export interface Alarm {
  readonly code: AlarmCode;
  readonly dose: DoseKey | null;
  readonly raisedMs: number;
}

export type AlarmKey = string;

export function alarmKey(code: AlarmCode, dose: DoseKey | null): AlarmKey {
  return dose === null ? code : `${code}:${dose}`;
}

/** Where the counters stood when the last movement was accounted for. */
export interface Position {
  readonly fed: Readonly<Record<RollId, number | null>>;
  readonly binned: number | null;
}

export function positionOf(evidence: Evidence): Position {
  return { fed: evidence.fed, binned: evidence.binned };
}

/** Single values of the durable state. */
export interface Registers {
  /** When the unit was set up for this citizen. */
  readonly setUpMs: number;
  /** Epoch seconds: a first configuration that was signed earlier is an old one. */
  readonly firstConfigFrom: number;
  /** Every dose whose window opened before this instant has its end. */
  readonly scheduleFromMs: number;
  readonly presence: { readonly mode: Presence; readonly untilMs: number | null };
  readonly position: Position | null;
  /** Somebody has had their hands in the mechanism: the next inspection takes the counters as they are. */
  readonly handsIn: boolean;
  /** Sachets in the bin since it was last emptied. */
  readonly inBin: number;
  /** When the last dose came out, or was picked up: the least interval runs from there. */
  readonly lastDoseMs: number | null;
  /** Bays of which nobody knows the next sachet, until a roll is fitted there anew. */
  readonly doubtedBays: readonly RollId[];
  /** What the citizen is told and has not answered, the oldest first. */
  readonly messages: readonly ShownMessage[];
  /** Daily messages up to here have been shown. */
  readonly messagesFromMs: number;
  /**
   * When another unit was given this one's place, and the record that says so; it gives nothing from then on. `heir`: the
   * key id of that unit, in hexadecimal.
   */
  readonly handedOver: { readonly atMs: number; readonly seq: number; readonly heir: string } | null;
  /** Whose place this unit has taken: the epoch of its ledger, and its last record. */
  readonly tookOver: { readonly epoch: number; readonly through: number } | null;
  /**
   * Since when the pocket tag is not reached though the citizen is at home; `radioSinceMs`: since when because of this
   * unit's own radio, null when it works.
   */
  readonly tagGone: { readonly sinceMs: number; readonly radioSinceMs: number | null } | null;
  /** The firmware that the centre wants here; null when nothing of the kind is under way. */
  readonly update: WantedUpdate | null;
  /** The highest seq with no gap below it that the centre has stored. */
  readonly ackedThrough: number;
}

/** What a ledger that has seen nothing holds. */
export const REGISTERS_AT_START: Registers = {
  setUpMs: 0,
  firstConfigFrom: 0,
  scheduleFromMs: 0,
  presence: { mode: 'home', untilMs: null },
  position: null,
  handsIn: false,
  inBin: 0,
  lastDoseMs: null,
  doubtedBays: [],
  messages: [],
  messagesFromMs: 0,
  handedOver: null,
  tookOver: null,
  tagGone: null,
  update: null,
  ackedThrough: 0,
};

/** The durable truth in working memory: the same facts as the ledger, rebuilt from it at every boot. */
export interface Memory {
  readonly settings: Settings;
  /** SHA-256 of the document that the settings were read from (protocol/messages/signed-config.ts); null before the first. */
  readonly configHash: Uint8Array | null;
  readonly doses: ReadonlyMap<DoseKey, Dose>;
  readonly rolls: Rolls;
  /** The last intent, open or not. */
  readonly intent: Intent | null;
  readonly alarms: ReadonlyMap<AlarmKey, Alarm>;
  readonly registers: Registers;
  /** The seq of the last recorded event. */
  readonly lastSeq: number;
}

/** One change of the durable state, understood by memory and ledger alike. */
export type Change =
  | { readonly set: 'dose'; readonly dose: Dose }
  | { readonly set: 'intent'; readonly intent: Intent }
  | { readonly set: 'roll'; readonly roll: Roll }
  | { readonly set: 'alarm'; readonly alarm: Alarm }
  | { readonly set: 'noAlarm'; readonly alarm: Alarm }
  /** Another plan: the document as it was signed, and what follows from it. */
  | { readonly set: 'config'; readonly config: NewConfig }
  /** A command and what became of it, so far or for good. */
  | { readonly set: 'command'; readonly command: StoredCommand }
  /** What became of a command that was accepted. */
  | { readonly set: 'answer'; readonly id: number; readonly at: number; readonly result: CommandResult }
  | RegisterChange;

export interface NewConfig {
  readonly settings: Settings;
  /** The CBOR of the document, to the byte. */
  readonly document: Uint8Array;
  readonly hash: Uint8Array;
}

export type RegisterChange = {
  [K in keyof Registers]: { readonly set: 'register'; readonly name: K; readonly value: Registers[K] };
}[keyof Registers];

/** Registers that need not be durable at once: losing the latest value costs only repeated work. */
const LAZY: ReadonlySet<keyof Registers> = new Set(['scheduleFromMs', 'ackedThrough']);

/** Whether a change must be committed before anything follows from it; the others ride along with the next commit. */
export function isUrgent(change: Change): boolean {
  return change.set !== 'register' || !LAZY.has(change.name);
}

export function applyChange(memory: Memory, change: Change): Memory {
  switch (change.set) {
    case 'dose':
      return { ...memory, doses: new Map(memory.doses).set(change.dose.key, change.dose) };
    case 'intent':
      return { ...memory, intent: change.intent };
    case 'roll':
      return { ...memory, rolls: new Map(memory.rolls).set(change.roll.id, change.roll) };
    case 'alarm':
      return {
        ...memory,
        alarms: new Map(memory.alarms).set(alarmKey(change.alarm.code, change.alarm.dose), change.alarm),
      };
    case 'noAlarm': {
      const alarms = new Map(memory.alarms);
      alarms.delete(alarmKey(change.alarm.code, change.alarm.dose));
      return { ...memory, alarms };
    }
    case 'config':
      return { ...memory, settings: change.config.settings, configHash: change.config.hash };
    // Only the ledger remembers commands.
    case 'command':
    case 'answer':
      return memory;
    case 'register': {
      const registers = { ...memory.registers, [change.name]: change.value };
      if (change.name !== 'scheduleFromMs') return { ...memory, registers };
      return { ...memory, registers, doses: withoutForgotten(memory.doses, registers.scheduleFromMs) };
    }
  }
}

/** How long an ended dose is remembered after the schedule has passed it: beyond what a new plan and zone can move one. */
export const DOSE_MEMORY_MS = 76 * 60 * 60_000;

/** Whether working memory still needs a dose; the ledger keeps it either way. */
export function isRemembered(dose: Dose, scheduleFromMs: number): boolean {
  return !isFinal(dose.fate) || dose.owed > 0 || dose.opensMs >= scheduleFromMs - DOSE_MEMORY_MS;
}

function withoutForgotten(doses: ReadonlyMap<DoseKey, Dose>, scheduleFromMs: number): ReadonlyMap<DoseKey, Dose> {
  return new Map([...doses].filter(([, dose]) => isRemembered(dose, scheduleFromMs)));
}

export function openIntent(memory: Memory): Intent | null {
  return memory.intent?.outcome === 'open' ? memory.intent : null;
}

export function isAlarmed(memory: Memory, code: AlarmCode): boolean {
  for (const alarm of memory.alarms.values()) if (alarm.code === code) return true;
  return false;
}

/** The one dose in a fate only one can be in at a time. */
export function doseIn(memory: Memory, fate: 'releasing' | 'presented' | 'uncertain'): Dose | null {
  for (const dose of memory.doses.values()) if (dose.fate === fate) return dose;
  return null;
}
