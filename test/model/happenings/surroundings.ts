import type { Power } from '../../../hal/ports/sensors.ts';
import { evidenceOf, withoutPower } from '../mechanics.ts';
import type { Happening, Situation } from '../situation.ts';
import { MAINS, type World } from '../world.ts';
import { blurred } from './movement.ts';

/** What the mechanism says at rest. */
export function* inspections({ mechanics }: Situation): Generator<Happening> {
  const { late } = mechanics;
  if (late !== null) {
    const answer = { type: 'mechanism.moved', ...late } as const;
    yield { words: 'an answer comes late', family: 'lateAnswer', mechanics: { ...mechanics, late: null }, event: answer };
  }
  if (!mechanics.inspecting || mechanics.motion !== null) return;
  const told = { ...mechanics, inspecting: false };
  const evidence = evidenceOf(told);
  const event = { type: 'mechanism.inspected', evidence } as const;
  yield { words: 'the sensors are read', family: 'course', usual: true, mechanics: told, event };
  yield { words: 'the reading is lost', family: 'lostAnswer', mechanics: told };
  for (const [words, seen] of blurred(evidence)) {
    yield { words: `the sensors are read, ${words}`, family: 'blurredEvidence', mechanics: told, event: { ...event, evidence: seen } };
  }
}

const SUPPLIES: readonly (readonly [string, Power])[] = [
  ['the mains return', MAINS],
  ['the mains fail', { source: 'battery', batteryPercent: 80 }],
  ['the battery gets low', { source: 'battery', batteryPercent: 20 }],
  ['the battery gets critical', { source: 'battery', batteryPercent: 5 }],
];

export function* supply({ power: now }: Situation): Generator<Happening> {
  for (const [words, power] of SUPPLIES) {
    if (power.batteryPercent === now.batteryPercent) continue;
    const usual = power === MAINS;
    yield { words, family: usual ? 'course' : 'power', usual, power, event: { type: 'power.changed', power } };
  }
}

export function* line({ snapshot }: Situation): Generator<Happening> {
  const { lastSeq } = snapshot.context.memory;
  yield { words: 'the line comes up', family: 'link', usual: true, event: { type: 'link.up' } };
  yield { words: 'the line is lost', family: 'link', event: { type: 'link.down' } };
  for (const through of [lastSeq - 1, lastSeq]) {
    if (through < 0) continue;
    const event = { type: 'link.acknowledged', epoch: 1, through } as const;
    yield { words: `the centre has stored ${lastSeq - through === 0 ? 'everything' : 'all but one'}`, family: 'link', event };
  }
}

/** The unit stops and starts again, with a movement under way or not; hands may have been at the cup meanwhile. */
export function* restarts(world: World, { mechanics, stamp }: Situation): Generator<Happening> {
  const stood = withoutPower(mechanics);
  const soon = { ...stamp, monoMs: 0 };
  yield { words: 'the power is cut and returns', family: 'powerCut', restart: true, mechanics: stood, stamp: soon };
  if (mechanics.cup.length > 0) {
    const emptied = { ...stood, cup: [] };
    const words = 'the power is cut, the cup emptied, and the power returns';
    yield { words, family: 'powerCut', restart: true, mechanics: emptied, stamp: soon };
  }
  if (mechanics.motion !== null) {
    const running = { ...mechanics, inspecting: false };
    yield { words: 'the process dies and starts again', family: 'processKill', restart: true, mechanics: running, stamp: soon };
  }
  const next = world.boundaries.find((boundary) => boundary > stamp.wallMs);
  const afterNext = world.boundaries.find((boundary) => next !== undefined && boundary > next);
  if (afterNext !== undefined && afterNext <= world.horizonMs) {
    const late = { ...soon, wallMs: afterNext };
    yield { words: 'the power is out for a while', family: 'outage', restart: true, mechanics: stood, stamp: late };
  }
}
