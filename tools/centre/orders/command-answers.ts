import { sameBytes } from '../../../protocol/cose/bytes.ts';
import { type CommandAnswer, encodeCommandAnswer } from '../../../protocol/messages/command-answer.ts';
import type { CommandState, CommandStore } from './command-store.ts';

const lastWords: ReadonlySet<CommandState> = new Set(['done', 'refused', 'failed']);

/**
 * Takes the answer of a unit, which may come late, twice or out of order. Belongs inside a transaction.
 * @returns what is odd about it, one sentence; nothing when all is well
 */
export function takeAnswer(
  store: CommandStore,
  device: string,
  answer: CommandAnswer,
  nowMs: number,
): string | undefined {
  const order = store.find(device, answer.id);
  if (order === undefined || !sameBytes(order.hash, answer.hash)) {
    const other = order === undefined ? 'has not given' : 'has given to another command';
    return `It answers command ${answer.id} with ${answer.status}, a number that this centre ${other}.`;
  }
  if (lastWords.has(order.state)) {
    if (order.state === answer.status || answer.status === 'accepted') return undefined;
    return `It answers command ${answer.id} with ${answer.status} after ${order.state}.`;
  }
  store.addReply(device, order.id, encodeCommandAnswer(answer), nowMs);
  store.setState(device, order.id, answer.status);
  return undefined;
}
