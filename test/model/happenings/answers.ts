import type { Evidence, MechanismPart } from '../../../hal/ports/mechanism.ts';
import { evidenceOf, type Mechanics, type Motion } from '../mechanics.ts';
import type { Happening } from '../situation.ts';
import type { Family } from '../world.ts';

/** A movement goes on by one stage, and nobody is told. */
export function stage(mechanics: Mechanics, words: string): Happening {
  return { words, family: 'course', usual: true, mechanics };
}

/** A movement came to its end, or seems to have. */
export function moved(mechanics: Mechanics, { intent }: Motion, words: string): Happening {
  const still = { ...mechanics, motion: null };
  const event = { type: 'mechanism.moved', intent, evidence: evidenceOf(still) } as const;
  return { words, family: 'course', mechanics: still, event };
}

export function jammed(mechanics: Mechanics, part: MechanismPart, where: string): Happening {
  const still = { ...mechanics, motion: null };
  const intent = mechanics.motion?.intent ?? 0;
  return {
    words: `it jams in the ${part}, ${where}`,
    family: 'course',
    usual: true,
    mechanics: still,
    event: { type: 'mechanism.jammed', intent, part, evidence: evidenceOf(still) },
  };
}

/** The answer after a whole movement: sound, lost, or with a sensor that gives no believable answer. */
export function* answers(mechanics: Mechanics, motion: Motion): Generator<Happening> {
  const what = `the ${motion.kind} is done`;
  yield { ...moved(mechanics, motion, `${what} and says so`), usual: true };
  const silent = { ...mechanics, motion: null };
  yield { words: `${what}, its answer is lost`, family: 'lostAnswer', mechanics: silent };
  for (const { family, words, evidence } of blurred(evidenceOf(silent))) {
    const event = { type: 'mechanism.moved', intent: motion.intent, evidence } as const;
    yield { words: `${what}, ${words}`, family, mechanics: silent, event };
  }
}

interface Blur {
  readonly family: Family;
  readonly words: string;
  readonly evidence: Evidence;
}

/** What is told when some sensors give no believable answer. */
export function blurred(evidence: Evidence): readonly Blur[] {
  const counters = { ...evidence, fed: { A: null, B: null }, binned: null };
  return [
    { family: 'blurredCounters', words: 'the counters unreadable', evidence: counters },
    { family: 'blurredCup', words: 'the cup unreadable', evidence: { ...evidence, cup: 'unknown' } },
  ];
}
