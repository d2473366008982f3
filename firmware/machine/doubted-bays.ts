import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Turn } from './turn.ts';

/** Nobody can say which sachet of a bay is next: locked until a roll is fitted there anew. */
export function doubtBay(
  turn: Turn,
  bay: RollId,
  code: 'stock-mismatch' | 'medicine-changed' = 'stock-mismatch',
): void {
  turn.raise(code);
  const { doubtedBays } = turn.memory.registers;
  if (!doubtedBays.includes(bay)) turn.register('doubtedBays', [...doubtedBays, bay]);
}

/** A roll was fitted there. The alarms end with the last bay in doubt. */
export function trustBay(turn: Turn, bay: RollId): void {
  const { doubtedBays } = turn.memory.registers;
  const left = doubtedBays.filter((doubted) => doubted !== bay);
  if (left.length < doubtedBays.length) turn.register('doubtedBays', left);
  if (left.length > 0) return;
  turn.clear('stock-mismatch');
  turn.clear('medicine-changed');
}
