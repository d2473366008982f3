import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { MODE, PINS, SketchRig } from './sketch-rig.ts';

const CYCLES_PER_US = CYCLES_PER_MS / 1000;
/** Of a servo. */
const DEGREE_US = 1856 / 180;
/** By how much a step may wait for whatever else the sketch does. */
const UNEVEN_MS = 0.05;

function gaps(cycles: readonly number[]): number[] {
  return cycles.slice(1).map((cycle, index) => cycle - (cycles[index] ?? 0));
}

/** Steps until the board says that it is done. */
function stepThrough(rig: SketchRig, steps: number, speed: number, ramps: readonly number[] = []): number[] {
  const before = rig.rises(PINS.stepA).length;
  rig.step(0, steps, speed, ramps);
  const isDone = () => rig.messages.some(([, id, stepper]) => id === 0x72 && stepper === 0);
  for (let ms = 0; ms < 20_000 && !isDone(); ms += 100) {
    rig.ms(100);
    rig.sysex(0x79);
  }
  expect(isDone()).toBe(true);
  return rig.rises(PINS.stepA).slice(before);
}

it.each([
  [1, 628, []],
  [100, 628, []],
  [2000, 6280, []],
  [400, 1885, [1600, 1600]],
  [401, 6280, [3000, 500]],
  [400, 1885, [0, 1600]],
  [400, 1885, [1600, 0]],
  [3, 6280, [100, 100]],
  [1000, 3770, [16_383, 16_383]],
])('makes exactly %i steps at speed %i, ramps %j', (steps, speed, ramps) => {
  const rig = new SketchRig();
  rig.arm({ stepsA: steps, forMs: 60_000 });
  const cycles = stepThrough(rig, steps, speed, ramps);
  expect(cycles).toHaveLength(steps);
  rig.ms(100);
  expect(rig.rises(PINS.stepA)).toHaveLength(steps);
});

it('steps evenly at the speed that was asked for', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 10_000 });
  const between = gaps(stepThrough(rig, 200, 628));
  expect(between.reduce((sum, gap) => sum + gap, 0) / between.length / CYCLES_PER_US).toBeCloseTo(5000, -1);
  expect(Math.max(...between) - Math.min(...between)).toBeLessThan(60 * CYCLES_PER_US);
});

it('speeds up and slows down as asked, and is at full speed in between', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 10_000 });
  // 600 steps a second, reached at 1,000 steps a second squared: after 180 steps, and 0.6 s.
  const cycles = stepThrough(rig, 600, 1885, [3142, 3142]);
  const between = gaps(cycles).map((gap) => gap / CYCLES_PER_MS);
  expect(between[300]).toBeCloseTo(1000 / 600, 1);
  expect(((cycles[180] ?? 0) - (cycles[0] ?? 0)) / CYCLES_PER_MS).toBeGreaterThan(570);
  expect(((cycles[180] ?? 0) - (cycles[0] ?? 0)) / CYCLES_PER_MS).toBeLessThan(630);
  expect(((cycles[599] ?? 0) - (cycles[419] ?? 0)) / CYCLES_PER_MS).toBeCloseTo(600, -2);
  const speedingUp = between.slice(0, 170);
  for (const [index, gap] of speedingUp.slice(1).entries()) {
    expect(gap).toBeLessThan((speedingUp[index] ?? 0) + UNEVEN_MS);
  }
});

it('holds each step long enough for a driver', () => {
  const rig = new SketchRig();
  rig.arm();
  stepThrough(rig, 20, 628);
  const edges = rig.changes.filter(({ pin }) => pin === PINS.stepA && rig.chip.cycles > 0);
  const widths = edges.flatMap(({ drive, cycle }, index) =>
    drive === 'high' ? [(edges[index + 1]?.cycle ?? 0) - cycle] : [],
  );
  expect(Math.min(...widths)).toBeGreaterThanOrEqual(2 * CYCLES_PER_US);
});

it('moves both steppers at once without losing a step', () => {
  const rig = new SketchRig();
  rig.arm({ stepsA: 500, stepsB: 700, forMs: 10_000 });
  rig.step(1, 700, 3000, [2000, 2000]);
  stepThrough(rig, 500, 2000, [2000, 2000]);
  rig.ms(400);
  rig.sysex(0x79);
  rig.ms(400);
  expect([rig.rises(PINS.stepA), rig.rises(PINS.stepB)].map((rises) => rises.length)).toEqual([500, 700]);
});

it.each([
  ['no steps', 0, 628, 0, 1],
  ['no speed', 10, 0, 0, 1],
  ['more speed than a step takes', 10, 16_383, 0, 1],
  ['a stepper that is not there', 10, 628, 5, 1],
  ['backwards', 10, 628, 0, 0],
])('refuses a move with %s', (_, steps, speed, stepper, direction) => {
  const rig = new SketchRig();
  rig.arm();
  const low = (number: number) => [number & 0x7f, number >> 7];
  rig.sysex(0x72, 1, stepper, direction, ...low(steps), 0, ...low(speed));
  rig.ms(50);
  expect(rig.refusals()).toEqual(['114 out-of-range']);
  expect(rig.rises(PINS.stepA)).toEqual([]);
});

it('finishes a move before it takes another', () => {
  const rig = new SketchRig();
  rig.arm();
  rig.step(0, 50, 628);
  rig.step(0, 50, 628);
  rig.ms(400);
  expect(rig.refusals()).toEqual(['114 busy']);
  expect(rig.rises(PINS.stepA)).toHaveLength(50);
});

function pulses(rig: SketchRig, pin: number): number[] {
  const edges = rig.changes.filter((change) => change.pin === pin);
  return edges.flatMap(({ drive, cycle }, index) => {
    const fall = edges[index + 1];
    return drive === 'high' && fall !== undefined ? [(fall.cycle - cycle) / CYCLES_PER_US] : [];
  });
}

it.each([
  ['degrees', 0, 544],
  ['degrees', 90, 1472],
  ['degrees', 180, 2400],
  ['too many degrees', 300, 2400],
  ['microseconds', 1500, 1500],
  ['more than its range', 2500, 2400],
])('gives a servo a pulse every 20 ms, from %s: %i', (_, value, expectedUs) => {
  const rig = new SketchRig();
  rig.arm();
  rig.setAnalog(PINS.cutter, value);
  rig.ms(400);
  const widths = pulses(rig, PINS.cutter);
  expect(widths.length).toBeGreaterThan(18);
  for (const width of widths) expect(Math.abs(width - expectedUs)).toBeLessThan(DEGREE_US);
  for (const gap of gaps(rig.rises(PINS.cutter))) {
    expect(Math.abs(gap / CYCLES_PER_MS - 20)).toBeLessThan(0.02);
  }
});

it('keeps three servos still while both steppers run', () => {
  const rig = new SketchRig();
  rig.arm({ stepsA: 1000, stepsB: 1000, forMs: 10_000 });
  for (const pin of [PINS.gate, PINS.cup]) rig.setMode(pin, MODE.servo);
  for (const [pin, us] of [
    [PINS.cutter, 900],
    [PINS.gate, 1500],
    [PINS.cup, 2100],
  ] as const)
    rig.setAnalog(pin, us);
  rig.step(0, 1000, 6000, [3000, 3000]);
  rig.step(1, 1000, 5000, [3000, 3000]);
  rig.ms(450);
  for (const [pin, us] of [
    [PINS.cutter, 900],
    [PINS.gate, 1500],
    [PINS.cup, 2100],
  ] as const) {
    for (const width of pulses(rig, pin).slice(1)) expect(Math.abs(width - us)).toBeLessThan(20);
  }
});

it('takes the range of a servo from the host, and refuses one that would tear it', () => {
  const rig = new SketchRig();
  rig.arm();
  const low = (number: number) => [number & 0x7f, number >> 7];
  rig.sysex(0x70, PINS.cutter, ...low(1000), ...low(2000));
  rig.setAnalog(PINS.cutter, 180);
  rig.ms(100);
  for (const width of pulses(rig, PINS.cutter).slice(1)) expect(Math.abs(width - 2000)).toBeLessThan(DEGREE_US);
  rig.sysex(0x70, PINS.cutter, ...low(100), ...low(2000));
  rig.sysex(0x70, PINS.cutter, ...low(1500), ...low(1400));
  rig.ms(20);
  expect(rig.refusals()).toEqual(['112 out-of-range', '112 out-of-range']);
});

it('sounds a square wave for as long as asked', () => {
  const rig = new SketchRig();
  rig.tell({ type: 'tone', hz: 440, forMs: 500 });
  rig.ms(700);
  const rises = rig.rises(PINS.sounder);
  expect(Math.abs(rises.length - 220)).toBeLessThanOrEqual(1);
  for (const gap of gaps(rises)) expect(Math.abs(gap / CYCLES_PER_US - 1_000_000 / 440)).toBeLessThan(20);
  expect(rig.chip.driveOf(PINS.sounder)).toBe('low');
  rig.tell({ type: 'tone', hz: 1000, forMs: 60_000 });
  rig.tell({ type: 'tone', hz: 0, forMs: 0 });
  const before = rig.changes.length;
  rig.ms(20);
  expect(rig.changes.length).toBe(before);
});
