import { HOUR_MS, instantOf, MINUTE_MS } from '../../firmware/domain/civil-time.ts';
import { type Memory, REGISTERS_AT_START } from '../../firmware/domain/memory.ts';
import { EVERY_PART } from '../../firmware/domain/parts.ts';
import { type Ladder, PROFILES, type Profile } from '../../firmware/domain/profile.ts';
import { dosesOpening, type Regimen, type Slot } from '../../firmware/domain/regimen.ts';
import { rungChanges } from '../../firmware/domain/reminder.ts';
import type { Settings } from '../../firmware/domain/settings.ts';
import type { Sachet } from '../../firmware/domain/stock.ts';
import { TAG_AFTER_MS } from '../../firmware/machine/tag.ts';
import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Power } from '../../hal/ports/sensors.ts';
import type { Handover } from '../../protocol/messages/handover.ts';

/** What people do and what the course of a day brings. */
type Custom =
  | 'press'
  | 'cup'
  | 'quiet'
  | 'door'
  | 'load'
  | 'bin'
  | 'repair'
  /** The unit is asked to look at its own mechanism. */
  | 'selfTest'
  /** Filling and emptying are told of where the unit cannot take them in. */
  | 'outOfPlace'
  | 'settle'
  | 'takeOut'
  | 'absence'
  | 'pause'
  /** The centre puts another of the world's plans into force. */
  | 'plan'
  /** The centre lets a window stay open longer. */
  | 'window'
  | 'silence'
  /** Another unit takes the place of this one. */
  | 'handOver'
  /** This one takes the place of another, of which one of the world's handovers tells. */
  | 'takeOver'
  | 'power'
  /** The unit is laid on its side and set up. */
  | 'tilt'
  | 'link'
  /** There is a pocket tag, and it tells what it may tell. */
  | 'tag'
  /** Its battery runs down, and the unit's radio fails. */
  | 'tagTrouble'
  /** Movements pause at every stage, so that a cut or a door catches them there. */
  | 'stages';

/** What should not happen, and does. A world's `mishaps` are limited in number, unlike what it `may`. */
type Mishap =
  | 'stall'
  | 'jam'
  | 'doubleFeed'
  | 'blindCounter'
  | 'lostAnswer'
  /** A movement or a reading outlasts a deadline. */
  | 'slow'
  | 'lateAnswer'
  | 'blurredCounters'
  | 'blurredCup'
  | 'spuriousCup'
  | 'powerCut'
  | 'processKill'
  | 'outage'
  | 'overslept'
  | 'doubt'
  | 'setBack'
  | 'setForward'
  | 'force'
  | 'doorBounce'
  | 'handCut'
  | 'repeatedSettling'
  | 'wrongRoll'
  /** A roll is fitted as it was packed, with sachets of doses that have ended. */
  | 'packedRoll';

export type Family = Custom | Mishap;

/** A small world: a unit, its medicine, and what may befall it until the horizon. */
export interface World {
  readonly name: string;
  /** What the unit is built with. */
  readonly parts: Capabilities;
  readonly settings: Settings;
  readonly rolls: Readonly<Partial<Record<RollId, readonly Sachet[]>>>;
  /** Whether the rolls hang in the unit at the start. */
  readonly isFilled: boolean;
  /** Of other units, whose place this one may take. */
  readonly handovers: readonly Handover[];
  readonly may: ReadonlySet<Family>;
  readonly mishaps: ReadonlySet<Mishap>;
  /** How many mishaps one path may meet. */
  readonly mishapsMax: number;
  /** How often the door may be opened on one path. */
  readonly visitsMax: number;
  readonly startMs: number;
  readonly horizonMs: number;
  /** What the centre may put into force instead of the regimen, one after another. */
  readonly plans: readonly Regimen[];
  /** Every wall instant at which a window or a rung begins or ends. */
  readonly boundaries: readonly number[];
}

interface Sketch {
  readonly name: string;
  readonly parts?: Capabilities;
  readonly profile: 'roll' | 'dual-roll';
  readonly slots: readonly Partial<Slot>[];
  readonly plans?: readonly { readonly slots: readonly Partial<Slot>[]; readonly prescription?: number }[];
  readonly rolls: Readonly<Partial<Record<RollId, readonly Sachet[]>>>;
  readonly isFilled?: false;
  readonly handovers?: readonly Handover[];
  readonly may: readonly Family[];
  readonly mishaps?: readonly Mishap[];
  readonly mishapsMax?: number;
  readonly visitsMax?: number;
  readonly until: string;
  readonly settings?: Partial<Settings>;
  readonly tweaks?: Partial<Profile>;
  readonly minIntervalMs?: number;
}

/** How much longer the centre lets a window stay open. */
export const EXTENSION_MS = 20 * MINUTE_MS;

const ZONE = 'Europe/Copenhagen';
export const MONDAY = '2026-03-02';
export const TUESDAY = '2026-03-03';
export const MAINS: Power = { source: 'mains', batteryPercent: 100 };

const instant = (moment: string): number => instantOf(moment.slice(0, 10), moment.slice(11), ZONE);

/** One loud rung: a world that is not about the reminder has few instants. */
const ONE_RUNG: Ladder = { firmAfterMs: 0, urgentAfterMs: 0, lastCallMs: 0, repeatMs: 100 * HOUR_MS };

/** Every rung, ten minutes each. */
export const ALL_RUNGS: Ladder = {
  firmAfterMs: 10 * MINUTE_MS,
  urgentAfterMs: 20 * MINUTE_MS,
  lastCallMs: 10 * MINUTE_MS,
  repeatMs: 100 * HOUR_MS,
};

const SLOT: Slot = {
  id: 'morning',
  at: '08:00',
  days: ['mon', 'tue'],
  beforeMs: 0,
  afterMs: 40 * MINUTE_MS,
  sachets: 1,
  roll: null,
};

/** What a unit tells that stood here until half past seven on Monday, or the centre of one that it heard last then. */
export function handoverOf(
  source: Handover['source'],
  doses: readonly Pick<Handover['doses'][number], 'date' | 'fate'>[],
): Handover {
  const seconds = (moment: string): number => instant(moment) / 1000;
  return {
    device: 'DD-0042',
    epoch: 7,
    source,
    at: seconds(`${MONDAY}T07:30`),
    lastSeq: 40,
    presence: 'home',
    heir: Uint8Array.of(1),
    plan: 1,
    doses: doses.map(({ date, fate }) => ({
      slot: SLOT.id,
      date,
      fate,
      opensAt: seconds(`${date}T${SLOT.at}`),
      dueAt: seconds(`${date}T${SLOT.at}`),
      closesAt: seconds(`${date}T${SLOT.at}`) + SLOT.afterMs / 1000,
      sachets: 1,
    })),
  };
}

/** A world that begins on a Monday at 07:40, twenty minutes before the first dose. */
export function worldOf(sketch: Sketch): World {
  const profile = { ...(PROFILES[sketch.profile] as Profile), ladder: ONE_RUNG, lowSachets: 0, ...sketch.tweaks };
  const startMs = instant(`${MONDAY}T07:40`);
  const horizonMs = instant(sketch.until);
  const settings: Settings = {
    version: 1,
    profile,
    regimen: {
      zone: ZONE,
      slots: sketch.slots.map((slot) => ({ ...SLOT, ...slot })),
      minIntervalMs: sketch.minIntervalMs ?? 0,
      prescription: 0,
    },
    ladder: ONE_RUNG,
    presentMs: 15 * MINUTE_MS,
    takeOutDosesMax: 2,
    quietMs: 15 * MINUTE_MS,
    dailyMessages: [],
    language: 'da',
    serviceNumber: '12345678',
    ...sketch.settings,
  };
  const plans = (sketch.plans ?? []).map(({ slots, prescription = 0 }) => ({
    ...settings.regimen,
    slots: slots.map((slot) => ({ ...SLOT, ...slot })),
    prescription,
  }));
  const planned = [settings.regimen, ...plans].flatMap((regimen) => [...dosesOpening(regimen, startMs, horizonMs)]);
  const longer = sketch.may.includes('window')
    ? planned.map((dose) => ({ ...dose, closesMs: dose.closesMs + EXTENSION_MS }))
    : [];
  const tagged = sketch.may.includes('tag') ? planned.map(({ dueMs }) => dueMs + TAG_AFTER_MS) : [];
  const rungs = [...planned, ...longer].flatMap((dose) => [dose.opensMs, ...rungChanges(dose, settings.ladder)]);
  const boundaries = [...rungs, ...tagged];
  return {
    name: sketch.name,
    parts: sketch.parts ?? EVERY_PART,
    settings,
    rolls: sketch.rolls,
    isFilled: sketch.isFilled ?? true,
    handovers: sketch.handovers ?? [],
    may: new Set(sketch.may),
    mishaps: new Set(sketch.mishaps),
    mishapsMax: sketch.mishapsMax ?? 1,
    visitsMax: sketch.visitsMax ?? 1,
    startMs,
    horizonMs,
    plans,
    boundaries: [...new Set(boundaries)].sort((a, b) => a - b),
  };
}

/** A boundary that lies beyond the next one, within the horizon; null when there is none. */
export function laterBoundary({ boundaries, horizonMs }: World, nowMs: number): number | null {
  const [, late] = boundaries.filter((boundary) => boundary > nowMs);
  return late === undefined || late > horizonMs ? null : late;
}

/** The ledger of a unit that was provisioned, and filled when the world says so, just now. */
export function memoryOf(world: World): Memory {
  const rolls = Object.entries(world.isFilled ? world.rolls : {}).map(([id, sachets]) => {
    const roll = { id: id as RollId, sachets, next: 0 };
    return [roll.id, roll] as const;
  });
  return {
    settings: world.settings,
    doses: new Map(),
    rolls: new Map(rolls),
    intent: null,
    alarms: new Map(),
    configHash: null,
    registers: {
      ...REGISTERS_AT_START,
      setUpMs: world.startMs,
      scheduleFromMs: world.startMs,
      position: { fed: { A: 0, B: 0 }, binned: 0 },
    },
    lastSeq: 0,
  };
}
