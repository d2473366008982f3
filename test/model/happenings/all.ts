import type { Happening, Situation } from '../situation.ts';
import { isMishap, isVisit } from '../step.ts';
import type { World } from '../world.ts';
import { movements } from './movement.ts';
import { centre, citizen } from './people.ts';
import { outOfPlace, swaps, technician, visitors } from './service.ts';
import { inspections, line, restarts, supply, tilts } from './surroundings.ts';
import { tag } from './tag.ts';
import { passages } from './time.ts';

/** Everything that may happen to a unit now. */
export function* happenings(world: World, situation: Situation): Generator<Happening> {
  for (const happening of candidates(world, situation)) if (isAllowed(world, situation, happening)) yield happening;
}

function* candidates(world: World, situation: Situation): Generator<Happening> {
  yield* movements(world, situation);
  yield* inspections(situation);
  yield* passages(world, situation);
  yield* visitors(world, situation);
  yield* restarts(world, situation);
  if (isBetweenStages(situation)) return;
  yield* citizen(world, situation);
  yield* centre(world, situation);
  yield* technician(world, situation);
  yield* swaps(world, situation);
  yield* outOfPlace(situation);
  yield* tilts(situation);
  yield* supply(situation);
  yield* line(situation);
  yield* tag();
}

/** There only what interrupts the movement is of interest. */
function isBetweenStages({ mechanics: { motion } }: Situation): boolean {
  return motion?.phase === 'halfOut' || motion?.phase === 'cut';
}

function isAllowed(world: World, { mishaps, visits }: Situation, happening: Happening): boolean {
  if (isVisit(happening) && visits >= world.visitsMax) return false;
  if (isMishap(world, happening)) return mishaps < world.mishapsMax;
  return happening.family === 'course' || world.may.has(happening.family);
}
