import type { Memory } from '../domain/memory.ts';
import type { Stamp } from './events.ts';
import type { Volatile } from './turn.ts';

/**
 * Remembers a pure question's last answer. Many guards ask the same question of the same moment; memory, volatile
 * and stamp are immutable, so the same three objects have the same answer.
 */
export function lastAnswer<T>(
  question: (memory: Memory, volatile: Volatile, stamp: Stamp) => T,
): (memory: Memory, volatile: Volatile, stamp: Stamp) => T {
  let asked: readonly [Memory, Volatile, Stamp] | null = null;
  let answer: T;
  return (memory, volatile, stamp) => {
    if (asked === null || asked[0] !== memory || asked[1] !== volatile || asked[2] !== stamp) {
      answer = question(memory, volatile, stamp);
      asked = [memory, volatile, stamp];
    }
    return answer;
  };
}
