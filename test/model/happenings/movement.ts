import type { Evidence, MechanismPart } from '../../../hal/ports/mechanism.ts';
import { cut, drawBack, evidenceOf, fall, type Mechanics, type Motion } from '../mechanics.ts';
import type { Happening, Situation } from '../situation.ts';
import type { World } from '../world.ts';

/**
 * What the mechanism does next with the movement asked of it. A usual movement ends at once; in a world of stages it
 * can also be caught half-way, where a power cut, a door or the unit's impatience meets it.
 */
export function* movements({ settings, may }: World, { mechanics }: Situation): Generator<Happening> {
  const { motion } = mechanics;
  if (motion === null) return;
  const room = settings.profile.binSachetsMax - mechanics.bin;
  if (motion.kind === 'retract') yield* retracting(mechanics, motion, room);
  else yield* feeding(mechanics, motion, room, may.has('stages'));
  if (!may.has('stages') && motion.phase === 'asked') yield* atOnce(mechanics, motion, room);
}

/** From the command to the answer without a pause, when nothing is in the way. */
function* atOnce(mechanics: Mechanics, motion: Motion, room: number): Generator<Happening> {
  if (mechanics.stuck !== null) return;
  if (motion.kind === 'retract') {
    if (mechanics.cup.length > room) return;
    yield* answers(drawBack(mechanics, motion), motion, 'retract');
    return;
  }
  if (isHeldBack(mechanics, motion)) return;
  if (motion.kind === 'swallow' && mechanics.chute.length >= room) {
    yield jammed({ ...cut(mechanics, motion, 1, 1), stuck: 'gate' }, 'gate', 'before the full bin');
    return;
  }
  const through = (count: number, counted: number): Mechanics => fall(cut(mechanics, motion, count, counted), motion);
  yield* answers(through(1, 1), motion, motion.kind);
  yield { ...moved(through(2, 2), motion, `the ${motion.kind} feeds two sachets`), family: 'doubleFeed' };
  yield { ...moved(through(1, 0), motion, `the ${motion.kind} is not counted`), family: 'blindCounter' };
}

function isHeldBack({ rolls, halfOut }: Mechanics, { roll }: Motion): boolean {
  return rolls[roll].length === 0 || (halfOut !== null && halfOut !== roll);
}

function* feeding(mechanics: Mechanics, motion: Motion, room: number, fine: boolean): Generator<Happening> {
  const { kind, phase } = motion;
  switch (phase) {
    case 'asked':
      yield* begins(mechanics, motion, fine);
      return;
    case 'halfOut': {
      yield stage(cut(mechanics, motion, 1, 1), `the ${kind} cuts the sachet`);
      yield { ...jammed({ ...mechanics, stuck: 'cutter' }, 'cutter', 'half out'), family: 'jam' };
      yield { ...stage(cut(mechanics, motion, 2, 2), `the ${kind} cuts two sachets`), family: 'doubleFeed' };
      yield { ...stage(cut(mechanics, motion, 1, 0), `the ${kind} cuts a sachet and does not count it`), family: 'blindCounter' };
      return;
    }
    case 'cut': {
      const full = kind === 'swallow' && mechanics.chute.length > room;
      if (full) yield jammed(mechanics, 'gate', 'before the full bin');
      else yield stage(fall(mechanics, motion), `the sachet falls into the ${kind === 'release' ? 'cup' : 'bin'}`);
      yield { ...jammed({ ...mechanics, stuck: 'gate' }, 'gate', 'before the gate'), family: 'jam' };
      return;
    }
    case 'done':
      yield* answers(mechanics, motion, kind);
  }
}

function* begins(mechanics: Mechanics, motion: Motion, fine: boolean): Generator<Happening> {
  const { kind, roll } = motion;
  yield { ...moved(mechanics, motion, `the ${kind} moves nothing and is reported done`), family: 'stall' };
  if (mechanics.rolls[roll].length === 0) yield jammed(mechanics, 'feed', 'at the end of the roll');
  else if (isHeldBack(mechanics, motion)) yield jammed(mechanics, 'cutter', 'behind another roll');
  else if (mechanics.stuck !== null) yield jammed(mechanics, mechanics.stuck, 'as before');
  else {
    const reached = { ...mechanics, halfOut: roll, motion: { ...motion, phase: 'halfOut' as const } };
    yield { ...stage(reached, `the ${kind} draws the sachet into the cutter`), family: 'stages' };
    yield { ...jammed({ ...mechanics, stuck: 'feed' }, 'feed', 'at once'), family: 'jam' };
    if (fine) return;
    const loose = { ...cut(mechanics, motion, 1, 1), stuck: 'gate' as const };
    yield { ...jammed(loose, 'gate', 'before the gate'), family: 'jam' };
  }
}

function* retracting(mechanics: Mechanics, motion: Motion, room: number): Generator<Happening> {
  if (motion.phase === 'done') {
    yield* answers(mechanics, motion, 'retract');
    return;
  }
  yield { ...moved(mechanics, motion, 'the retract moves nothing and is reported done'), family: 'stall' };
  if (mechanics.cup.length > room) yield jammed(mechanics, 'gate', 'before the full bin');
  else if (mechanics.stuck !== null) yield jammed(mechanics, mechanics.stuck, 'as before');
  else {
    const emptied = mechanics.cup.length > 0;
    const drawn = stage(drawBack(mechanics, motion), 'the cup is drawn back into the bin');
    // The light barrier sees the cup become empty and cannot tell by whom.
    yield { ...drawn, family: 'stages', ...(emptied && { event: { type: 'cup.emptied' } }) };
    yield { ...jammed({ ...mechanics, stuck: 'gate' }, 'gate', 'at the gate'), family: 'jam' };
  }
}

function* answers(mechanics: Mechanics, motion: Motion, what: string): Generator<Happening> {
  yield { ...moved(mechanics, motion, `the ${what} is done and says so`), family: 'course', usual: true };
  const silent = { ...mechanics, motion: null };
  yield { words: `the ${what} is done, its answer is lost`, family: 'lostAnswer', mechanics: silent };
  for (const [words, evidence] of blurred(evidenceOf(mechanics))) {
    const event = { type: 'mechanism.moved', intent: motion.intent, evidence } as const;
    yield { words: `the ${what} is done, ${words}`, family: 'blurredEvidence', mechanics: silent, event };
  }
}

/** What the sensors say when some of them give no believable answer. */
export function blurred(evidence: Evidence): [string, Evidence][] {
  return [
    ['the counters unreadable', { ...evidence, fed: { A: null, B: null }, binned: null }],
    ['the cup unreadable', { ...evidence, cup: 'unknown' }],
  ];
}

function moved(mechanics: Mechanics, { intent }: Motion, words: string): Happening {
  const still = { ...mechanics, motion: null };
  const event = { type: 'mechanism.moved', intent, evidence: evidenceOf(still) } as const;
  return { words, family: 'course', mechanics: still, event };
}

function jammed(mechanics: Mechanics, part: MechanismPart, where: string): Happening {
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

function stage(mechanics: Mechanics, words: string): Happening {
  return { words, family: 'course', usual: true, mechanics };
}
