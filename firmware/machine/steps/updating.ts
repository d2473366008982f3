import { hexOf } from '../../../protocol/cose/bytes.ts';
import { refused } from '../../domain/orders.ts';
import type { Turn } from '../turn.ts';

/** Firmware over the air, as far as it must be remembered: who fetches and tries it is no part of the machine. */

export function beginUpdate(turn: Turn): void {
  if (turn.event.type !== 'update.requested') return;
  const { image, bytes, firmware, from, untilMs } = turn.event;
  // One that nobody signed for is nobody's to want.
  if (turn.command === undefined || turn.memory.registers.update !== null) {
    turn.answer(refused('busy', 'image'));
    return;
  }
  const { id } = turn.command;
  turn.register('update', { command: id, image: hexOf(image), bytes, firmware, from, untilMs, trial: null });
  turn.answer({ status: 'accepted' });
}

export function proceedUpdate(turn: Turn): void {
  const { update } = turn.memory.registers;
  if (turn.event.type !== 'update.proceeded' || update === null) return;
  const { image, restarts } = turn.event;
  turn.register('update', { ...update, trial: { image: hexOf(image), restarts } });
  turn.answer({ status: 'done' });
}

export function endUpdate(turn: Turn): void {
  const { update } = turn.memory.registers;
  if (turn.event.type !== 'update.ended' || update === null) return;
  const { result } = turn.event;
  turn.register('update', null);
  turn.answerLater(update.command, result);
  const code = 'errors' in result ? result.errors[0]?.code : undefined;
  const { command: id, firmware } = update;
  turn.record({ type: 'update.ended', id, firmware, ...(code === undefined ? {} : { code }) });
  turn.answer({ status: 'done' });
}
