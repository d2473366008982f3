import { MINUTE_MS } from '../../../firmware/domain/civil-time.ts';
import { untilNextDeadline } from '../../../firmware/machine/deadline.ts';
import type { Stamp } from '../../../firmware/machine/events.ts';
import { type Happening, type Situation, valueOf } from '../situation.ts';
import type { World } from '../world.ts';

/** Time moves only here: from deadline to deadline, so every other event happens at the very edge of one. */
export function* passages(world: World, situation: Situation): Generator<Happening> {
  const { snapshot, stamp } = situation;
  const untilMs = untilNextDeadline(snapshot.context, valueOf(snapshot).custody, stamp);
  if (untilMs !== null) {
    const minutes = Math.round(untilMs / MINUTE_MS);
    const passes = isAnswering(situation) ? ({ family: 'slow' } as const) : ({ family: 'course', usual: true } as const);
    yield* tick(world, later(stamp, untilMs), `${minutes} min pass`, passes);
  }
  const next = world.boundaries.find((boundary) => boundary > stamp.wallMs);
  const afterNext = world.boundaries.find((boundary) => next !== undefined && boundary > next);
  if (afterNext !== undefined) {
    yield* tick(world, later(stamp, afterNext - stamp.wallMs), 'the unit oversleeps a deadline', { family: 'overslept' });
  }
  yield* doubts(stamp);
  const step = 15 * MINUTE_MS;
  const forward = { ...stamp, wallMs: stamp.wallMs + step };
  if (stamp.trusted) yield* tick(world, forward, 'the clock is set forward 15 min', { family: 'setForward' });
  const back = { ...stamp, wallMs: stamp.wallMs - step };
  if (stamp.trusted) yield { words: 'the clock is set back 15 min', family: 'setBack', stamp: back };
}

/** A sound mechanism answers long before the next deadline. */
function isAnswering({ mechanics }: Situation): boolean {
  return mechanics.motion !== null || mechanics.inspecting;
}

const later = (stamp: Stamp, byMs: number): Stamp => ({
  ...stamp,
  wallMs: stamp.wallMs + byMs,
  monoMs: stamp.monoMs + byMs,
});

function* tick(
  { horizonMs }: World,
  stamp: Stamp,
  words: string,
  rest: Pick<Happening, 'family' | 'usual'>,
): Generator<Happening> {
  if (stamp.wallMs <= horizonMs) yield { words, stamp, event: { type: 'tick' }, ...rest };
}

function* doubts(stamp: Stamp): Generator<Happening> {
  const trusted = !stamp.trusted;
  const words = trusted ? 'the clock is set right' : 'the clock is doubted';
  const common = { words, stamp: { ...stamp, trusted }, event: { type: 'tick' } as const };
  yield { ...common, family: trusted ? 'course' : 'doubt', usual: trusted };
}
