import { IN_PLACE } from '../../../firmware/domain/placement.ts';
import type { Power } from '../../../hal/ports/sensors.ts';
import { evidenceOf, withoutPower } from '../mechanics.ts';
import type { Happening, Situation } from '../situation.ts';
import { laterBoundary, MAINS, type World } from '../world.ts';
import { blurred } from './answers.ts';

/** What the mechanism says at rest, and what it should have said long ago. */
export function* inspections({ mechanics }: Situation): Generator<Happening> {
  const { late } = mechanics;
  if (late !== null) {
    const event = { type: 'mechanism.moved', ...late } as const;
    yield { words: 'an answer comes late', family: 'lateAnswer', mechanics: { ...mechanics, late: null }, event };
  }
  if (mechanics.motion !== null) return;
  yield { words: 'its board is lost', family: 'lostAnswer', event: { type: 'mechanism.lost' } };
  if (!mechanics.inspecting) return;
  const told = { ...mechanics, inspecting: false };
  const reading = { type: 'mechanism.inspected', evidence: evidenceOf(told) } as const;
  yield { words: 'the sensors are read', family: 'course', usual: true, mechanics: told, event: reading };
  yield { words: 'the reading is lost', family: 'lostAnswer', mechanics: told };
  for (const { family, words, evidence } of blurred(reading.evidence)) {
    yield { words: `the sensors are read, ${words}`, family, mechanics: told, event: { ...reading, evidence } };
  }
}

/** Somebody lays the unit on its side, or sets it up. */
export function* tilts({ mechanics }: Situation): Generator<Happening> {
  const upright = !mechanics.upright;
  const words = upright ? 'the unit is set upright' : 'the unit is laid on its side';
  const event = { type: 'placement.changed', placement: { ...IN_PLACE, upright } } as const;
  yield { words, family: 'tilt', usual: upright, mechanics: { ...mechanics, upright }, event };
}

const SUPPLIES: readonly (readonly [string, Power])[] = [
  ['the mains fail', { source: 'battery', batteryPercent: 80 }],
  ['the battery gets low', { source: 'battery', batteryPercent: 20 }],
  ['the battery gets critical', { source: 'battery', batteryPercent: 5 }],
];

export function* supply({ power: now }: Situation): Generator<Happening> {
  if (now !== MAINS) {
    const event = { type: 'power.changed', power: MAINS } as const;
    yield { words: 'the mains return', family: 'course', usual: true, power: MAINS, event };
  }
  for (const [words, power] of SUPPLIES) {
    if (power !== now) yield { words, family: 'power', power, event: { type: 'power.changed', power } };
  }
}

export function* line({ snapshot }: Situation): Generator<Happening> {
  const { lastSeq } = snapshot.context.memory;
  yield { words: 'the line comes up', family: 'link', usual: true, event: { type: 'link.up' } };
  yield { words: 'the line is lost', family: 'link', event: { type: 'link.down' } };
  const stored = (through: number) => ({ type: 'link.acknowledged', epoch: 1, through }) as const;
  yield { words: 'the centre has stored everything', family: 'link', usual: true, event: stored(lastSeq) };
  if (lastSeq > 0) yield { words: 'the centre has stored all but one', family: 'link', event: stored(lastSeq - 1) };
}

/** The unit stops and starts again, with a movement under way or not; hands may have been at the cup meanwhile. */
export function* restarts(world: World, { mechanics, stamp }: Situation): Generator<Happening> {
  const stood = withoutPower(mechanics);
  const soon = { ...stamp, monoMs: 0 };
  const restart = { family: 'powerCut', restart: true, stamp: soon } as const;
  yield { ...restart, words: 'the power is cut and returns', mechanics: stood };
  if (mechanics.cup.length > 0) {
    const words = 'the power is cut, the cup emptied, and the power returns';
    yield { ...restart, words, mechanics: { ...stood, cup: [] } };
  }
  if (mechanics.motion !== null) {
    const running = { ...mechanics, inspecting: false };
    yield { ...restart, words: 'the process dies and starts again', family: 'processKill', mechanics: running };
  }
  const late = laterBoundary(world, stamp.wallMs);
  if (late === null) return;
  const outage = { ...restart, family: 'outage', stamp: { ...soon, wallMs: late } } as const;
  yield { ...outage, words: 'the power is out for a while', mechanics: stood };
}
