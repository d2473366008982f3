import { MINUTE_MS } from '../../../firmware/domain/civil-time.ts';
import { untilNextDecision } from '../../../firmware/machine/deadline.ts';
import type { Stamp } from '../../../firmware/machine/events.ts';
import { chartValue, type Happening, type Situation } from '../situation.ts';
import { laterBoundary, type World } from '../world.ts';

const STEP_MS = 15 * MINUTE_MS;

/** Time moves only here: from deadline to deadline, so every other event happens at the very edge of one. */
export function* passages(world: World, situation: Situation): Generator<Happening> {
  const { snapshot, stamp } = situation;
  const untilMs = untilNextDecision(snapshot.context, chartValue(snapshot).custody, stamp);
  if (untilMs !== null) {
    const words = `${Math.round(untilMs / MINUTE_MS)} min pass`;
    const how = isAnswering(situation) ? ({ family: 'slow' } as const) : ({ family: 'course', usual: true } as const);
    yield* tick(world, later(stamp, untilMs), { words, ...how });
  }
  const late = laterBoundary(world, stamp.wallMs);
  if (late !== null) {
    yield* tick(world, later(stamp, late - stamp.wallMs), {
      words: 'the unit oversleeps a deadline',
      family: 'overslept',
    });
  }
  yield* settings(world, stamp);
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

function* tick({ horizonMs }: World, stamp: Stamp, how: Omit<Happening, 'stamp' | 'event'>): Generator<Happening> {
  if (stamp.wallMs <= horizonMs) yield { ...how, stamp, event: { type: 'tick' } };
}

/** The wall clock is doubted, set right, or set by somebody who is believed. */
function* settings(world: World, stamp: Stamp): Generator<Happening> {
  if (!stamp.trusted) {
    yield* tick(world, { ...stamp, trusted: true }, { words: 'the clock is set right', family: 'course', usual: true });
    return;
  }
  yield* tick(world, { ...stamp, trusted: false }, { words: 'the clock is doubted', family: 'doubt' });
  const forward = { ...stamp, wallMs: stamp.wallMs + STEP_MS };
  yield* tick(world, forward, { words: 'the clock is set forward 15 min', family: 'setForward' });
  // A step back wakes nothing: the unit learns of it with the next event.
  const back = { ...stamp, wallMs: stamp.wallMs - STEP_MS };
  yield { words: 'the clock is set back 15 min', family: 'setBack', stamp: back };
}
