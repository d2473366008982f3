import { cut, drawBack, fall, type Mechanics, type Motion } from '../mechanics.ts';
import type { Happening, Situation } from '../situation.ts';
import type { World } from '../world.ts';
import { answers, jammed, moved, stage } from './answers.ts';

/** What a movement meets. */
interface Way {
  readonly mechanics: Mechanics;
  readonly motion: Motion;
  /** Sachets the bin still takes. */
  readonly room: number;
  /** Whether the movement pauses at every stage. */
  readonly staged: boolean;
}

/**
 * What the mechanism does next with the movement asked of it. A usual movement ends at once; in a world of stages it
 * can also be caught half-way, where a power cut, a door or the unit's impatience meets it.
 */
export function* movements({ settings, may }: World, { mechanics }: Situation): Generator<Happening> {
  const { motion } = mechanics;
  if (motion === null) return;
  const room = settings.profile.binSachetsMax - mechanics.bin;
  const way: Way = { mechanics, motion, room, staged: may.has('stages') };
  if (motion.kind === 'retract') yield* retracting(way);
  else yield* feeding(way);
}

function* feeding({ mechanics, motion, room, staged }: Way): Generator<Happening> {
  const { kind, phase } = motion;
  switch (phase) {
    case 'asked':
      yield* beginning({ mechanics, motion, room, staged });
      return;
    case 'halfOut':
      yield stage(cut(mechanics, motion, 1, 1), `the ${kind} cuts the sachet`);
      yield { ...jammed({ ...mechanics, stuck: 'cutter' }, 'cutter', 'half out'), family: 'jam' };
      yield { ...stage(cut(mechanics, motion, 2, 2), `the ${kind} cuts two sachets`), family: 'doubleFeed' };
      yield { ...stage(cut(mechanics, motion, 1, 0), `the ${kind} cuts one uncounted`), family: 'blindCounter' };
      return;
    case 'cut':
      if (isTooFull(mechanics, motion, room)) yield jammed(mechanics, 'gate', 'before the full bin');
      else yield stage(fall(mechanics, motion), `the sachet falls into the ${kind === 'release' ? 'cup' : 'bin'}`);
      yield { ...jammed({ ...mechanics, stuck: 'gate' }, 'gate', 'before the gate'), family: 'jam' };
      return;
    case 'done':
      yield* answers(mechanics, motion);
  }
}

function isTooFull({ chute }: Mechanics, { kind }: Motion, room: number): boolean {
  return kind === 'swallow' && chute.length > room;
}

function* beginning(way: Way): Generator<Happening> {
  const { mechanics, motion, staged } = way;
  const { kind, roll } = motion;
  yield { ...moved(mechanics, motion, `the ${kind} moves nothing and is reported done`), family: 'stall' };
  if (mechanics.rolls[roll].length === 0) yield jammed(mechanics, 'feed', 'at the end of the roll');
  else if (mechanics.halfOut !== null && mechanics.halfOut !== roll)
    yield jammed(mechanics, 'cutter', 'behind another roll');
  else if (mechanics.stuck !== null) yield jammed(mechanics, mechanics.stuck, 'as before');
  else {
    yield { ...jammed({ ...mechanics, stuck: 'feed' }, 'feed', 'at once'), family: 'jam' };
    if (staged)
      yield stage(
        { ...mechanics, halfOut: roll, motion: { ...motion, phase: 'halfOut' } },
        `the ${kind} draws the sachet into the cutter`,
      );
    else yield* feedingAtOnce(way);
  }
}

/** From the command to the answer without a pause. */
function* feedingAtOnce({ mechanics, motion, room }: Way): Generator<Happening> {
  const loose = cut(mechanics, motion, 1, 1);
  yield { ...jammed({ ...loose, stuck: 'gate' }, 'gate', 'before the gate'), family: 'jam' };
  if (isTooFull(loose, motion, room)) {
    yield jammed(loose, 'gate', 'before the full bin');
    return;
  }
  yield* answers(fall(loose, motion), motion);
  const through = (count: number, counted: number): Mechanics => fall(cut(mechanics, motion, count, counted), motion);
  yield { ...moved(through(2, 2), motion, `the ${motion.kind} feeds two sachets`), family: 'doubleFeed' };
  yield { ...moved(through(1, 0), motion, `the ${motion.kind} is not counted`), family: 'blindCounter' };
}

function* retracting({ mechanics, motion, room, staged }: Way): Generator<Happening> {
  if (motion.phase === 'done') {
    yield* answers(mechanics, motion);
    return;
  }
  yield { ...moved(mechanics, motion, 'the retract moves nothing and is reported done'), family: 'stall' };
  if (mechanics.stuck !== null) yield jammed(mechanics, mechanics.stuck, 'as before');
  else if (mechanics.cup.length > room) yield jammed(mechanics, 'gate', 'before the full bin');
  else {
    yield { ...jammed({ ...mechanics, stuck: 'gate' }, 'gate', 'at the gate'), family: 'jam' };
    const drawn = drawBack(mechanics, motion);
    if (!staged) yield* answers(drawn, motion);
    // The light barrier sees the cup become empty and cannot tell by whom.
    else if (mechanics.cup.length === 0) yield stage(drawn, 'the empty cup is drawn back');
    else yield { ...stage(drawn, 'the cup is drawn back into the bin'), event: { type: 'cup.emptied' } };
  }
}
