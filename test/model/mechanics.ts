import { doseKey } from '../../firmware/domain/dose.ts';
import type { Intent } from '../../firmware/domain/memory.ts';
import type { Sachet } from '../../firmware/domain/stock.ts';
import type { Effect } from '../../firmware/machine/outputs.ts';
import type { Evidence, MechanismPart, RollId } from '../../hal/ports/mechanism.ts';

import type { DoorState } from '../../hal/ports/sensors.ts';
/** How far a movement has come. A power cut or a stop leaves the sachet where it is then. */
export type Phase = 'asked' | 'halfOut' | 'cut' | 'done';

export interface Motion {
  readonly kind: Intent['kind'];
  readonly intent: number;
  readonly roll: RollId;
  /** What an unlabelled sachet counts as once it is cut. */
  readonly dose: string;
  readonly phase: Phase;
  /** Wall time at which it was asked for. */
  readonly atMs: number;
}

/** An answer that was on its way when the motors were stopped: it may still arrive, long after. */
export interface LateAnswer {
  readonly intent: number;
  readonly evidence: Evidence;
}

/**
 * The physical truth, whatever the unit believes. A model check follows every outcome in a path of its own, so what
 * "may have happened" is always known here, and only the unit is in doubt.
 */
export interface Mechanics {
  /** Whether anything tells what lies in the cup. */
  readonly cupSensor: boolean;
  readonly rolls: Readonly<Record<RollId, readonly Sachet[]>>;
  readonly fed: Readonly<Record<RollId, number>>;
  readonly binned: number;
  /** The roll whose head hangs in the cutter, not cut. */
  readonly halfOut: RollId | null;
  /** Sachets by the dose they belong to: between cutter and gate, and in the cup. */
  readonly chute: readonly string[];
  readonly cup: readonly string[];
  readonly bin: number;
  readonly stuck: MechanismPart | null;
  readonly motion: Motion | null;
  readonly late: LateAnswer | null;
  /** An answer to `inspect` is to come. */
  readonly inspecting: boolean;
  readonly door: DoorState;
  readonly upright: boolean;
  readonly locked: boolean;
  /** The prescription that what is loaded was packed for. */
  readonly packedFor: number;
  /** The ghost: how many sachets of each dose were cut for the citizen. */
  readonly came: Readonly<Record<string, number>>;
  /** When the last of them was asked for. */
  readonly cameMs: number | null;
}

export function mechanicsWith(rolls: Partial<Record<RollId, readonly Sachet[]>>, cupSensor = true): Mechanics {
  return {
    cupSensor,
    rolls: { A: rolls.A ?? [], B: rolls.B ?? [] },
    fed: { A: 0, B: 0 },
    binned: 0,
    packedFor: 0,
    halfOut: null,
    chute: [],
    cup: [],
    bin: 0,
    stuck: null,
    motion: null,
    late: null,
    inspecting: false,
    door: 'closed',
    upright: true,
    locked: true,
    came: {},
    cameMs: null,
  };
}

/** What sound sensors say. */
export function evidenceOf({ cupSensor, fed, binned, cup, halfOut, chute, stuck }: Mechanics): Evidence {
  const seen = cup.length > 0 ? 'occupied' : 'empty';
  return {
    fed,
    binned,
    cup: cupSensor ? seen : 'unknown',
    gate: halfOut !== null || chute.length > 0 || stuck !== null ? 'blocked' : 'clear',
  };
}

/** Which dose a sachet at the head of a roll belongs to; an unlabelled one is whatever it is cut for. */
export function ownerOf(sachet: Sachet | undefined, unlabelled: string): string {
  if (sachet === null || sachet === undefined) return 'empty';
  return sachet === 'unlabelled' ? unlabelled : doseKey(sachet.slot, sachet.date);
}

const sum = (counts: Readonly<Record<string, number>>, owners: readonly string[]): Readonly<Record<string, number>> => {
  const summed = { ...counts };
  for (const owner of owners) summed[owner] = (summed[owner] ?? 0) + 1;
  return summed;
};

/** The cutter closes on `count` sachets; whether the counter sees it is the counter's business. */
export function cut(mechanics: Mechanics, motion: Motion, count: number, counted: number): Mechanics {
  const roll = mechanics.rolls[motion.roll];
  const owners = roll.slice(0, count).map((sachet) => ownerOf(sachet, motion.dose));
  return {
    ...mechanics,
    rolls: { ...mechanics.rolls, [motion.roll]: roll.slice(count) },
    fed: { ...mechanics.fed, [motion.roll]: mechanics.fed[motion.roll] + counted },
    halfOut: null,
    chute: [...mechanics.chute, ...owners],
    motion: { ...motion, phase: 'cut' },
    ...(motion.kind === 'release' && { came: sum(mechanics.came, owners), cameMs: motion.atMs }),
  };
}

/** Everything in the chute falls where the gate lets it. */
export function fall(mechanics: Mechanics, motion: Motion): Mechanics {
  const done = { ...mechanics, chute: [], motion: { ...motion, phase: 'done' as const } };
  const { chute } = mechanics;
  if (motion.kind === 'release') return { ...done, cup: [...mechanics.cup, ...chute] };
  return { ...done, binned: mechanics.binned + chute.length, bin: mechanics.bin + chute.length };
}

export function drawBack(mechanics: Mechanics, motion: Motion): Mechanics {
  const { cup } = mechanics;
  return {
    ...mechanics,
    cup: [],
    binned: mechanics.binned + cup.length,
    bin: mechanics.bin + cup.length,
    motion: { ...motion, phase: 'done' },
  };
}

/** Power, and with it every motor and lock current, is gone; the sachets stay where they are. */
export function withoutPower(mechanics: Mechanics): Mechanics {
  return { ...mechanics, motion: null, late: null, inspecting: false, locked: true };
}

/** What an effect does to the parts. Speech and panel move nothing. */
export function perform(mechanics: Mechanics, effect: Effect, dose: string, atMs: number): Mechanics {
  switch (effect.type) {
    case 'mechanism.release':
    case 'mechanism.swallow':
    case 'mechanism.retract': {
      const kind = effect.type.slice('mechanism.'.length) as Motion['kind'];
      const motion: Motion = { kind, intent: effect.intent, roll: effect.roll, dose, phase: 'asked', atMs };
      return { ...mechanics, motion };
    }
    case 'mechanism.stop':
      return { ...mechanics, motion: null, late: lateAnswer(mechanics) };
    case 'mechanism.inspect':
      return { ...mechanics, inspecting: true };
    case 'lock.set':
      return { ...mechanics, locked: effect.locked };
    default:
      return mechanics;
  }
}

function lateAnswer(mechanics: Mechanics): LateAnswer | null {
  const { motion } = mechanics;
  if (motion?.phase !== 'done') return mechanics.late;
  return { intent: motion.intent, evidence: evidenceOf(mechanics) };
}
