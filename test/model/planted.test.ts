import { describe, expect, it } from 'vitest';
import { assign } from 'xstate';
import { openIntent } from '../../firmware/domain/memory.ts';
import { dispenser } from '../../firmware/machine/dispenser.ts';
import type { StampedEvent } from '../../firmware/machine/events.ts';
import { intendRelease } from '../../firmware/machine/steps/movement.ts';
import { takeEvidence } from '../../firmware/machine/steps/settlement.ts';
import { type Context, Turn } from '../../firmware/machine/turn.ts';
import { explore, inWords, type Violation } from './explore.ts';
import type { Machine } from './situation.ts';
import { MONDAY, type World, worldOf } from './world.ts';

type Parts = Parameters<Machine['provide']>[0];

/** One dose, and a mechanism that loses answers. */
const WORLD = worldOf({
  name: 'one dose and little luck',
  profile: 'dual-roll',
  slots: [{}],
  rolls: { A: ['unlabelled', 'unlabelled'] },
  may: ['press', 'cup', 'repair', 'settle', 'stages'],
  mishaps: ['lostAnswer', 'slow', 'lateAnswer', 'blurredCounters'],
  mishapsMax: 2,
  until: `${MONDAY}T09:00`,
});

const WORLD_WITH_A_DOOR = { ...WORLD, may: new Set([...WORLD.may, 'door' as const]), mishapsMax: 0 };

const WORLD_WITH_A_TILT = { ...WORLD, may: new Set([...WORLD.may, 'tilt' as const]), mishapsMax: 0 };

interface Planted {
  readonly bug: string;
  readonly breaks: string;
  readonly parts: Parts;
  readonly world?: World;
}

/** An action that decides something else than the chart's own. */
const instead = (decide: (context: Context, event: StampedEvent) => Context): never =>
  assign(({ context, event }: { context: Context; event: StampedEvent }) => decide(context, event)) as never;

const NOTHING = instead((context) => context);

/** The counter of the roll is read as it was before the movement, and the cup as empty. */
function overlookMovement(context: Context, event: StampedEvent): Context {
  const intent = openIntent(context.memory);
  const turn = new Turn(context, event);
  if (intent?.kind === 'release' && 'evidence' in event) {
    const fed = { ...event.evidence.fed, [intent.roll]: intent.fedBefore };
    Object.assign(turn, { event: { ...event, evidence: { ...event.evidence, fed, cup: 'empty' } } });
  }
  takeEvidence(turn);
  return turn.context();
}

/** The movement is asked for, and its intent is not among what is committed. */
function forgetIntent(context: Context, event: StampedEvent): Context {
  const turn = new Turn(context, event);
  intendRelease(turn);
  const { decision, ...rest } = turn.context();
  return { ...rest, decision: { ...decision, changes: decision.changes.filter(({ set }) => set !== 'intent') } };
}

const BUGS: readonly Planted[] = [
  {
    bug: 'a movement that happened is taken for one that did not',
    breaks: 'no sachet of a dose comes out a second time',
    parts: { actions: { takeEvidence: instead(overlookMovement) } },
  },
  {
    bug: 'an answer to an earlier movement is believed',
    breaks: 'one movement at a time',
    parts: { guards: { answersIntent: () => true } },
  },
  {
    bug: 'every press is a release',
    breaks: 'the chart never throws',
    parts: { guards: { doseReleasable: () => true } },
  },
  {
    bug: 'the intent is not written down',
    breaks: 'every movement has its intent in the same commit',
    parts: { actions: { intendRelease: instead(forgetIntent) } },
  },
  {
    bug: 'the open door is not noted',
    breaks: 'nothing moves at an open door',
    parts: { actions: { noteDoor: NOTHING } },
    world: WORLD_WITH_A_DOOR,
  },
  {
    bug: 'the door is not locked again',
    breaks: 'nothing moves at an open door',
    parts: { actions: { lockDoor: NOTHING } },
    world: WORLD_WITH_A_DOOR,
  },
  {
    bug: 'that the unit lies on its side is not noted',
    breaks: 'nothing begins to move in a unit that lies on its side',
    parts: { actions: { notePlacement: NOTHING } },
    world: WORLD_WITH_A_TILT,
  },
  {
    bug: 'a dose in doubt is passed over',
    breaks: 'the chart never throws',
    parts: { guards: { uncertain: () => false } },
  },
  {
    bug: 'a silent mechanism is waited for without end',
    breaks: 'every state leads back to locked, to an alarm or to an open door',
    parts: { guards: { moveOverdue: () => false } },
  },
];

function violationsOf(parts: Parts, world: World = WORLD): readonly Violation[] {
  return explore(world, dispenser.provide(parts), { statesMax: 20_000, stopAtFirst: true }).violations;
}

describe('the model check', () => {
  it.each([WORLD, WORLD_WITH_A_DOOR])('finds nothing where no bug is planted', (world) => {
    expect(violationsOf({}, world).map(inWords).join('\n\n')).toBe('');
  });

  it.each(BUGS)('finds that $bug', ({ breaks, parts, world }) => {
    expect(violationsOf(parts, world).map(({ law }) => law)).toContain(breaks);
  });

  it('tells the shortest way to what it finds', () => {
    const [first] = violationsOf({ actions: { takeEvidence: instead(overlookMovement) } });
    expect(first?.path.map((words) => words.replace(/ \[.*/, ''))).toMatchInlineSnapshot(`
      [
        "the unit starts",
        "the sensors are read",
        "20 min pass",
        "a press of the button",
        "the release draws the sachet into the cutter",
        "the release cuts the sachet",
        "the sachet falls into the cup",
        "the release is done and says so",
        "a press of the button",
      ]
    `);
  });
});
