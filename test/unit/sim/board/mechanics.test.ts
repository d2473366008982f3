import { expect, it } from 'vitest';
import { CUT_DEGREES, geometry, MechanicsRig } from './mechanics-rig.ts';
import { MODE, PINS } from './sketch-rig.ts';

const { gate, cup } = geometry;
const { cupSensor: CUP_SENSOR = Number.NaN } = geometry.pins;

/** As the sketch would read it. */
function level(rig: MechanicsRig, pin: number): boolean {
  rig.setMode(pin, 0);
  rig.send(0xd0 | (pin >> 3), 1);
  rig.ms(5);
  const [, low = 0, high = 0] = rig.messages.findLast(([first]) => first === (0x90 | (pin >> 3))) ?? [];
  return (((low | (high << 7)) >> (pin & 7)) & 1) === 1;
}

it('feeds, cuts and presents one sachet, which the witness counts once', () => {
  const rig = new MechanicsRig();
  rig.move('release');
  expect(rig.events.map(({ type, ...event }) => [type, 'intent' in event && event.intent])).toEqual([
    ['cut', 1],
    ['presented', 1],
  ]);
  expect(rig.whereabouts).toMatchObject({ A: [2, 3, 4, 5], chute: [], cup: [1], bin: [] });
  expect(rig.counts()).toEqual({ fedA: 1, fedB: 0, binned: 0 });
  expect(rig.isDark('A')).toBe(false);
  expect(level(rig, CUP_SENSOR)).toBe(false);
  expect(rig.halved).toEqual([]);
});

it('gives sachet after sachet of either roll, until none is left', () => {
  const rig = new MechanicsRig({ sachets: 4 });
  for (let sachet = 1; sachet <= 4; sachet += 1) {
    rig.move('release', 'A');
    rig.move('release', 'B');
  }
  rig.move('release', 'A');
  expect(rig.names('presented')).toEqual(['1', '101', '2', '102', '3', '103', '4', '104']);
  expect(rig.names('stalled')).toEqual(['feed']);
  expect(rig.counts()).toEqual({ fedA: 4, fedB: 4, binned: 0 });
  expect(rig.mechanics.position('A')).toBeLessThan(3);
  expect(rig.halved).toEqual([]);
});

it('swallows a sachet past the barrier of the bin', () => {
  const rig = new MechanicsRig();
  rig.move('swallow', 'B');
  expect(rig.names('binned')).toEqual(['101']);
  expect(rig.counts()).toEqual({ fedA: 0, fedB: 1, binned: 1 });
});

it('retracts two sachets one after another, and each is counted', () => {
  const rig = new MechanicsRig();
  rig.move('release');
  rig.move('release');
  rig.retract();
  expect(rig.names('binned')).toEqual(['1', '2']);
  expect(rig.events.at(-1)).toMatchObject({ type: 'binned', motion: 'retract', intent: 3 });
  expect(rig.whereabouts).toMatchObject({ cup: [], bin: [1, 2] });
  expect(rig.counts()).toMatchObject({ fedA: 2, binned: 2 });
  expect(level(rig, CUP_SENSOR)).toBe(true);
});

it('keeps in the cup what had no time to slide out', () => {
  const rig = new MechanicsRig();
  rig.move('release');
  rig.move('release');
  rig.begin('retract');
  while (rig.parts.bin.length === 0) {
    rig.setAnalog(PINS.cup, cup.tip);
    rig.ms(1);
  }
  rig.swing(PINS.cup, cup.rest);
  expect(rig.whereabouts).toMatchObject({ cup: [2], bin: [1] });
});

it('lets everything fall when the cup is tipped while the gate opens', () => {
  const rig = new MechanicsRig();
  rig.begin('retract');
  rig.feed();
  rig.cut();
  rig.swing(PINS.cup, cup.tip);
  rig.openGate('cup');
  expect([rig.names('presented'), rig.names('binned')]).toEqual([['1'], ['1']]);
  expect(rig.counts()).toMatchObject({ binned: 1 });
});

it('keeps the barrier dark from the edge of the sachet until the gate opens', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.steps('A', 20);
  rig.ms(10);
  expect(rig.mechanics.position('A')).toBeCloseTo(4);
  expect(rig.isDark('A')).toBe(false);
  rig.steps('A', 15);
  rig.ms(20);
  expect(rig.isDark('A')).toBe(true);
  expect(rig.parts.halfOut).toBe('A');
  rig.steps('A', 315);
  rig.cut();
  expect(rig.parts.halfOut).toBeUndefined();
  expect(rig.isDark('A')).toBe(true);
  rig.swing(PINS.gate, gate.cup);
  expect(rig.isDark('A')).toBe(false);
});

it('lets a sachet that is still joined to its roll not fall', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.feed();
  rig.openGate('cup');
  rig.openGate('bin');
  expect(rig.events).toEqual([]);
  expect(rig.parts.halfOut).toBe('A');
});

it('pushes no strip through a gate that is shut, nor past what lies on it', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.steps('A', 600);
  expect(rig.mechanics.position('A')).toBeCloseTo(geometry.gateFloorMm);
  rig.begin('release', 'B');
  rig.steps('B', 350);
  rig.ms(10);
  rig.cut();
  rig.steps('B', 350);
  rig.ms(10);
  expect(rig.mechanics.position('B')).toBeCloseTo(geometry.looseFromMm);
  expect(rig.names('stalled')).toEqual(['gate', 'gate']);
});

it('tears along the perforation when the blade comes down close to it', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.steps('A', 360);
  rig.ms(10);
  rig.cut();
  expect(rig.names('cut')).toEqual(['1']);
  expect(rig.mechanics.position('A')).toBeCloseTo(2);
  rig.cut();
  expect(rig.names('cut')).toEqual(['1']);
  expect(rig.halved).toEqual([]);
});

it.each([40, 200, 310])(
  'lets a blade go through a sachet after %i steps, and part of it slide past the barrier',
  (steps) => {
    const rig = new MechanicsRig();
    rig.begin('release');
    rig.steps('A', steps);
    rig.ms(10);
    expect(rig.isDark('A')).toBe(true);
    rig.cut();
    expect(rig.halved).toEqual([`1 at ${(steps / 5).toFixed(1)} mm`]);
    expect(rig.whereabouts).toMatchObject({ A: [2, 3, 4, 5], chute: [1] });
    expect(rig.isDark('A')).toBe(false);
    expect(rig.counts()).toMatchObject({ fedA: 1 });
  },
);

it('goes on cutting through sachets after the first, until hands have trimmed the strip', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.steps('A', 200);
  rig.ms(10);
  rig.cut();
  expect(rig.mechanics.position('A')).toBeCloseTo(0);
  rig.openGate('cup');
  rig.move('release');
  expect(rig.halved).toEqual(['1 at 40.0 mm', '2 at 40.0 mm']);
  expect(rig.whereabouts).toMatchObject({ A: [3, 4, 5], cup: [1, 2] });
  rig.mechanics.look();
  rig.move('release');
  expect(rig.halved).toHaveLength(2);
  expect(rig.whereabouts).toMatchObject({ A: [4, 5], cup: [1, 2, 3] });
});

it('cuts nothing where nothing hangs out, and lets nothing past a closed blade', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.cut();
  expect(rig.events).toEqual([]);
  rig.swing(PINS.cutter, CUT_DEGREES);
  rig.steps('A', 100);
  expect(rig.mechanics.position('A')).toBe(0);
  expect(rig.names('stalled')).toEqual(['cutter']);
  rig.swing(PINS.cutter, 20);
  rig.steps('A', 100);
  rig.ms(10);
  expect(rig.mechanics.position('A')).toBe(20);
});

it('cuts what hangs out unseen of the other roll in its weld, which harms nothing', () => {
  const rig = new MechanicsRig();
  rig.begin('release', 'A');
  rig.steps('A', 22);
  rig.end();
  expect([rig.isDark('A'), rig.parts.halfOut]).toEqual([false, undefined]);
  rig.move('release', 'B');
  expect(rig.names('cut')).toEqual(['101']);
  expect(rig.halved).toEqual([]);
  expect(rig.whereabouts.cup).toEqual([101]);
});

it('loses steps that come too fast, and all that start too fast', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  // 500 steps a second from standstill: the first only moves the rotor.
  rig.steps('A', 100, 1571);
  rig.ms(10);
  expect(rig.mechanics.position('A')).toBeCloseTo(0.2);
  rig.steps('A', 100, 942);
  rig.ms(10);
  expect(rig.mechanics.position('A')).toBeCloseTo(20.2);
  // At 1,910 steps a second squared, 900 a second are reached after 212 steps; of the last ones some 30 are slow enough.
  rig.swing(PINS.gate, gate.cup);
  rig.steps('B', 900, 3770, [6000, 6000]);
  rig.ms(10);
  expect(rig.mechanics.position('B')).toBeGreaterThan(35);
  expect(rig.mechanics.position('B')).toBeLessThan(70);
});

it('loses its step when its power goes for a moment', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.swing(PINS.gate, gate.cup);
  rig.step(0, 600, 1885, [1600, 0]);
  rig.ms(1250);
  rig.setDigital(PINS.power, false);
  rig.ms(10);
  rig.setDigital(PINS.power, true);
  const at = rig.mechanics.position('A');
  rig.ms(1000);
  expect(rig.rises(PINS.stepA)).toHaveLength(600);
  expect(at).toBeGreaterThan(60);
  expect(rig.mechanics.position('A')).toBeLessThan(at + 1);
});

it('runs on by less than a third of a millimetre', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.step(0, 300, 1885, [1600, 0]);
  let rises = 0;
  while (rises < 300) {
    rig.ms(1);
    rises = rig.rises(PINS.stepA).length;
    expect(rises * 0.2 - rig.mechanics.position('A')).toBeLessThanOrEqual(0.31 + 0.12);
  }
  const atLastStep = rig.mechanics.position('A');
  expect(atLastStep).toBeLessThan(60);
  rig.ms(50);
  expect(rig.mechanics.position('A')).toBe(60);
});

it('moves nothing without motor power', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.setDigital(PINS.power, false);
  rig.steps('A', 50);
  rig.swing(PINS.cutter, CUT_DEGREES);
  rig.swing(PINS.gate, gate.cup);
  expect(rig.mechanics.position('A')).toBe(0);
  expect(rig.mechanics.angles).toEqual({ cutter: 20, gate: 90, cup: 90 });
});

it('turns a servo sixty degrees in 120 ms, up to its end stops, and leaves it where it is without power', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.setAnalog(PINS.cup, 150);
  rig.ms(60 + 20);
  expect(rig.mechanics.angles.cup).toBeGreaterThan(115);
  expect(rig.mechanics.angles.cup).toBeLessThan(131);
  rig.setDigital(PINS.power, false);
  const { cup: stopped } = rig.mechanics.angles;
  rig.ms(300);
  expect(rig.mechanics.angles.cup).toBe(stopped);
  rig.setDigital(PINS.power, true);
  rig.ms(300);
  expect(Math.abs(rig.mechanics.angles.cup - 150)).toBeLessThan(2);
  rig.sysex(0x70, PINS.gate, ...[400 & 0x7f, 400 >> 7, 2600 & 0x7f, 2600 >> 7]);
  rig.swing(PINS.gate, 180);
  expect(rig.mechanics.angles.gate).toBe(180);
});

it('leaves a servo where it is without pulses', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.setAnalog(PINS.cup, 180);
  rig.ms(60);
  rig.setMode(PINS.cup, MODE.servo);
  rig.ms(40);
  const { cup: stopped } = rig.mechanics.angles;
  rig.ms(300);
  expect(rig.mechanics.angles.cup).toBe(stopped);
  expect(stopped).toBeLessThan(150);
});

it('holds a servo still, however uneven its pulses', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.swing(PINS.gate, 100);
  rig.swing(PINS.cup, 60);
  const { angles } = rig.mechanics;
  for (const roll of ['A', 'B'] as const) rig.step(roll === 'A' ? 0 : 1, 60, 1000);
  rig.ms(400);
  for (const flap of ['cutter', 'gate', 'cup'] as const)
    expect(rig.mechanics.angles[flap]).toBeCloseTo(angles[flap], 1);
});

it('bounces at every edge, and never counts twice', () => {
  const rig = new MechanicsRig({ seed: 7, sachets: 6 });
  for (let sachet = 1; sachet <= 6; sachet += 1) rig.move('release');
  expect(rig.levels.filter(({ pin }) => pin === geometry.pins.fed.A).length).toBeGreaterThan(2 * 6 + 4);
  expect(rig.counts()).toMatchObject({ fedA: 6 });
});

it('is the same to the byte in two runs with one seed', () => {
  const run = (seed: number) => {
    const rig = new MechanicsRig({ seed });
    rig.move('release');
    rig.move('swallow', 'B', { doubleFeed: true });
    rig.retract();
    rig.chip.powerCut();
    return { transcript: rig.transcript(), eeprom: rig.chip.eeprom.contents() };
  };
  const first = run(3);
  expect(first.transcript).toContain('"binned"');
  expect(run(3)).toEqual(first);
  expect(run(4).transcript).not.toBe(first.transcript);
});
