import { durationIn, instantIn } from '../program/instants.ts';
import { mistake } from './problem.ts';
import type { TechWords } from './words.ts';
import type { Zone } from './zone.ts';

/**
 * The instant from which on something is wanted, epoch seconds: how long ago, or a time of day by the clocks that are
 * shown, unless it says which it means itself. @throws TechProblem
 */
export function sinceOf(t: TechWords, text: string, { name }: Zone): number {
  const ago = durationIn(text);
  if (ago !== undefined) return Math.floor(Date.now() / 1000) - ago;
  const from = instantIn(text, name);
  if (from === undefined) throw mistake(t, 'sinceMisread', text);
  return from;
}
