import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Dose } from '../domain/dose.ts';
import { firstLeftover } from '../domain/leftovers.ts';
import type { Memory } from '../domain/memory.ts';
import { sachetsLeft, sourceOf } from '../domain/stock.ts';
import type { Volatile } from './turn.ts';
import type { Refusal } from './verdict.ts';

/** Why nothing is fed from a bay until somebody has put unit or roll in their place; null when both are. */
export function whyNotFed({ placement }: Pick<Volatile, 'placement'>, bay: RollId): Refusal | null {
  if (!placement.upright) return 'tilted';
  return placement.rolls[bay] ? null : 'roll-missing';
}

/** The bay of a roll that ought to hang there, and does not. The rolls of a unit that was replaced are for the other one. */
export function missingRoll({ rolls, registers }: Memory, { placement }: Pick<Volatile, 'placement'>): RollId | null {
  if (registers.handedOver !== null) return null;
  for (const roll of rolls.values()) if (sachetsLeft(roll) > 0 && !placement.rolls[roll.id]) return roll.id;
  return null;
}

/** Whether a dose waits for a roll that does not hang in its bay: its own, or one that has a leftover to swallow before. */
export function waitsForRoll(memory: Memory, { placement }: Pick<Volatile, 'placement'>, dose: Dose): boolean {
  const source = sourceOf(dose, memory.rolls);
  const bay = firstLeftover(memory)?.roll ?? (source.kind === 'ready' ? source.roll : null);
  return bay !== null && !placement.rolls[bay];
}
