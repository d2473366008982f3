import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import type { MotionFault } from '../../../../sim/device/mechanism-faults.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { MechanicsRig } from './mechanics-rig.ts';

const SACHETS = 40;
const CUTS = 30;
/** Longer than a motion takes. */
const CUT_MS_MAX = 4500;
const FALLING_MS = 500;

/** Moves until the power goes; what falls goes on falling, and then the power is back. */
function moveUntilCut(rig: MechanicsRig, random: Random, faults: readonly MotionFault[]): void {
  const cutAt = rig.chip.cycles + random.below(CUT_MS_MAX * CYCLES_PER_MS);
  rig.chip.at(cutAt, () => rig.chip.powerCut());
  try {
    if (random.chance(0.2)) rig.retract();
    else rig.move(random.pick(['release', 'swallow']), random.pick(['A', 'B']), random.pick(faults));
  } catch (error) {
    if (rig.chip.isPowered) throw error;
  }
  rig.chip.advanceTo(cutAt + FALLING_MS * CYCLES_PER_MS);
  expect(rig.chip.isPowered).toBe(false);
  rig.start();
  rig.guard();
}

/** As a technician leaves it. */
function free(rig: MechanicsRig): number[] {
  const { parts, mechanics } = rig;
  parts.halfOut = undefined;
  parts.obstruction = undefined;
  const removed = parts.chute.splice(0).map(({ serial }) => serial);
  mechanics.look();
  rig.ms(20);
  return removed;
}

it.each([
  [3, [{}, {}, { slowness: 1.5 }]],
  [2, [{ doubleFeed: true }, {}]],
])('power cuts lose no sachet, double none and hide none from its counter: seed %i', (seed, faults) => {
  const random = Random.stream(seed, 'cuts');
  const rig = new MechanicsRig({ seed, sachets: SACHETS, binCapacity: 2 * SACHETS });
  const all = Object.values(rig.whereabouts).flat().toSorted();
  const removed: number[] = [];
  const places = new Set<string>();
  let unseen = 0;
  for (let cut = 0; cut < CUTS; cut += 1) {
    moveUntilCut(rig, random, faults);
    const { A, B, chute, cup, bin } = rig.whereabouts;
    expect([A, B, chute, cup, bin, removed].flat().toSorted()).toEqual(all);
    const { fedA = 0, fedB = 0, binned = 0 } = rig.counts() ?? {};
    // The second of a double feed may pass its barrier while the power is out.
    const doubles = rig.names('cut').filter((name) => name.includes('+')).length;
    expect(fedA + fedB).toBeGreaterThanOrEqual(2 * SACHETS - A.length - B.length - doubles);
    unseen = bin.length - binned;
    expect(unseen).toBeGreaterThanOrEqual(0);
    if (rig.parts.halfOut !== undefined) places.add('half out');
    for (const [place, held] of Object.entries({ chute, cup, bin })) if (held.length > 0) places.add(place);
    if (rig.isDark('A') || rig.isDark('B')) removed.push(...free(rig));
  }
  expect(places).toEqual(new Set(['half out', 'chute', 'cup', 'bin']));
  // Nobody watches what falls past the barrier of the bin just when the power goes.
  expect(unseen).toBeLessThan(4);
  for (const type of ['presented', 'binned'] as const) {
    const serials = rig.names(type);
    expect(new Set(serials).size).toBe(serials.length);
  }
});

it('the mechanism stands still when its power goes, and a sachet that falls goes on falling', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.feed();
  rig.cut();
  rig.setAnalog(10, 45);
  rig.ms(100);
  rig.chip.powerCut();
  const { gate } = rig.mechanics.angles;
  expect(Math.abs(gate - 45)).toBeLessThan(10);
  rig.ms(100);
  expect(rig.mechanics.angles.gate).toBe(gate);
  expect(rig.whereabouts.cup).toEqual([1]);
});

it('a reset in the middle of a feed leaves the sachet hanging out, and its count stands', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.steps('A', 150);
  rig.step(0, 200, 1000);
  rig.ms(100);
  rig.chip.reset();
  rig.ms(300);
  const at = rig.mechanics.position('A');
  expect(at).toBeGreaterThan(31);
  expect(at).toBeLessThan(60);
  expect(rig.parts.halfOut).toBe('A');
  expect(rig.counts()).toMatchObject({ fedA: 1 });
  rig.guard();
  expect(rig.isDark('A')).toBe(true);
});
