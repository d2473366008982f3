import type { CommandType } from '../../protocol/messages/command-types.ts';
import { epochSecondsAt } from '../domain/civil-time.ts';
import type { Change, Memory } from '../domain/memory.ts';
import type { CommandResult } from '../domain/orders.ts';
import type { Stamp } from '../machine/events.ts';

/** What a start of the unit makes of the commands that were under way: each has an end, or goes on. */
export function endedByStart(
  accepted: readonly { readonly id: number; readonly type: CommandType }[],
  { registers }: Memory,
  stamp: Stamp,
): Change[] {
  const at = epochSecondsAt(stamp.wallMs);
  return accepted
    .filter(({ id }) => !registers.messages.some(({ command }) => command === id) && registers.update?.command !== id)
    .map(({ id, type }) => ({ set: 'answer', id, at, result: type === 'restart' ? DONE : NOT_DONE }));
}

const DONE: CommandResult = { status: 'done' };
/** The power was cut in the middle of it. */
const NOT_DONE: CommandResult = { status: 'failed', errors: [{ path: '', code: 'not-done' }] };
