import { describe, expect, it } from 'vitest';
import { dispenser } from '../../firmware/machine/dispenser.ts';
import { allEdges } from './edges.ts';
import { type Exploration, explore, inWords } from './explore.ts';
import type { World } from './world.ts';
import { WORLDS } from './worlds.ts';

const STATES_MAX = 60_000;
/** The largest worlds take a minute on a quiet core. */
const patienceMs = 900_000;

/** Edges that cannot be taken, each with the reason. An edge that is taken after all must leave this table. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'door.opened 0: withKey → open',
      'door.opened 1: else → inspecting',
      'door.closed 0: else → stays',
      'cup.emptied 0: else → stays',
      'takeOut.requested 0: else → stays',
      'stock.loaded 0: else → stays',
      'bin.emptied 0: else → stays',
      'selfTest.requested 0: else → stays',
    ].map((edge) => [`custody.deciding on ${edge}`, 'Deciding ends within the event that began it, so none meets it.']),
  ),
  'custody.inspecting on door.opened 0: withKey → open': 'It waits for the answer of the mechanism, and opens then.',
  'custody.fault always 1: faultIsOver → inspecting':
    'What blocks is only cleared by a repair, which leaves fault itself, or at the open door: this is a safety net.',
};

const explored = new Map<World, Exploration>();

function exploration(world: World): Exploration {
  const known = explored.get(world) ?? explore(world, dispenser, { statesMax: STATES_MAX });
  explored.set(world, known);
  return known;
}

describe('the dispensing chart, in every state that can be reached', () => {
  it.for(WORLDS)('keeps every law in the world of $name', { timeout: patienceMs }, async (world, { annotate }) => {
    const { states, edges, depth, violations } = exploration(world);
    await annotate(`${states} states, ${edges} edges, depth ${depth}`);
    expect(violations.map(inWords).join('\n\n')).toBe('');
  });

  it('takes every edge of custody, reminder and tag, but for those that cannot be', () => {
    const taken = new Set(WORLDS.flatMap((world) => [...exploration(world).taken]));
    const missing = allEdges(dispenser).filter((edge) => !taken.has(edge));
    expect(missing.sort()).toEqual(Object.keys(UNREACHABLE).sort());
  });
});
