import { expect, it } from 'vitest';
import { CUT_DEGREES, geometry, MechanicsRig, sachet } from './mechanics-rig.ts';
import { PINS } from './sketch-rig.ts';

const { fed, binned, cupSensor = Number.NaN } = geometry.pins;
const atRest = { A: [1, 2, 3, 4, 5], chute: [], cup: [], bin: [] };

function lastLevel(rig: MechanicsRig, pin: number): boolean | undefined {
  return rig.levels.findLast((level) => level.pin === pin)?.high;
}

it('a jammed feed is stepped without moving, until hands free it', () => {
  const rig = new MechanicsRig();
  rig.move('release', 'A', { jam: { part: 'feed', halfOut: false } });
  expect(rig.names('stalled')).toEqual(['feed']);
  expect(rig.parts.obstruction).toBe('feed');
  expect(rig.whereabouts).toMatchObject(atRest);
  expect(rig.counts()).toMatchObject({ fedA: 0 });
  rig.move('release');
  expect(rig.names('stalled')).toEqual(['feed', 'feed']);
  rig.parts.obstruction = undefined;
  rig.mechanics.look();
  rig.move('release');
  expect(rig.names('presented')).toEqual(['1']);
});

it('what has been freed does not jam again in the same motion', () => {
  const rig = new MechanicsRig();
  rig.begin('release', 'A', { jam: { part: 'feed', halfOut: false } });
  rig.steps('A', 50);
  rig.parts.obstruction = undefined;
  rig.mechanics.look();
  rig.ms(20);
  rig.steps('A', 50);
  rig.ms(10);
  expect(rig.mechanics.position('A')).toBe(10);
});

it('a jammed cutter leaves the sachet hanging out, uncut, and holds it', () => {
  const rig = new MechanicsRig();
  rig.move('release', 'A', { jam: { part: 'cutter', halfOut: true } });
  expect(rig.names('stalled')).toEqual(['cutter']);
  expect(rig.parts).toMatchObject({ obstruction: 'cutter', halfOut: 'A' });
  expect(rig.mechanics.angles.cutter).toBeLessThan(25);
  expect(rig.whereabouts).toMatchObject(atRest);
  expect(rig.isDark('A')).toBe(true);
  expect(rig.counts()).toMatchObject({ fedA: 1 });
  const at = rig.mechanics.position('A');
  rig.begin('release');
  rig.steps('A', 20);
  expect(rig.mechanics.position('A')).toBe(at);
  rig.end();
  rig.parts.obstruction = undefined;
  rig.parts.halfOut = undefined;
  rig.mechanics.look();
  rig.ms(10);
  expect(rig.mechanics.position('A')).toBe(0);
  expect(rig.isDark('A')).toBe(false);
  rig.move('release');
  expect(rig.names('presented')).toEqual(['1']);
});

it('a cutter that jams before anything has entered it lets nothing in', () => {
  const rig = new MechanicsRig();
  rig.move('release', 'A', { jam: { part: 'cutter', halfOut: false } });
  expect(rig.names('stalled')).toEqual(['cutter']);
  expect(rig.parts).toMatchObject({ obstruction: 'cutter', halfOut: undefined });
  expect(rig.mechanics.position('A')).toBe(0);
});

it('a jam is met on the way, not by a servo that settles at its rest', () => {
  const rig = new MechanicsRig();
  rig.begin('release', 'A', { jam: { part: 'gate', halfOut: false } });
  rig.swing(PINS.gate, 92);
  expect(rig.names('stalled')).toEqual([]);
  rig.swing(PINS.gate, 45);
  expect(rig.names('stalled')).toEqual(['gate']);
  expect(rig.mechanics.angles.gate).toBeGreaterThan(85);
});

it.each(['release', 'swallow'] as const)('a jammed gate keeps the sachet of a %s in the chute', (motion) => {
  const rig = new MechanicsRig();
  rig.move(motion, 'A', { jam: { part: 'gate', halfOut: false } });
  expect(rig.names('stalled')).toEqual(['gate']);
  expect(rig.parts.obstruction).toBe('gate');
  expect(rig.whereabouts).toMatchObject({ A: [2, 3, 4, 5], chute: [1], cup: [], bin: [] });
  expect(rig.isDark('A')).toBe(true);
  rig.parts.chute.splice(0);
  rig.parts.obstruction = undefined;
  rig.mechanics.look();
  rig.ms(20);
  expect(rig.isDark('A')).toBe(false);
});

it('a jammed gate keeps the cup from tipping', () => {
  const rig = new MechanicsRig();
  rig.move('release');
  rig.retract({ jam: { part: 'gate', halfOut: false } });
  expect(rig.names('stalled')).toEqual(['gate']);
  expect(rig.whereabouts).toMatchObject({ cup: [1], bin: [] });
});

it('a coupling that slips moves nothing this once', () => {
  const rig = new MechanicsRig();
  rig.move('release', 'A', { noMovement: true });
  expect(rig.mechanics.position('A')).toBe(0);
  expect(rig.events).toEqual([]);
  rig.begin('release', 'A', { noMovement: true });
  rig.cut();
  rig.openGate('cup');
  // No more than their play.
  expect(rig.mechanics.angles.cutter).toBeLessThan(25);
  expect(rig.mechanics.angles.gate).toBeGreaterThan(85);
  rig.end();
  rig.move('release');
  expect(rig.names('presented')).toEqual(['1']);
});

it.each(['release', 'swallow'] as const)('a second sachet that is torn off in a %s is counted as well', (motion) => {
  const rig = new MechanicsRig();
  rig.move(motion, 'A', { doubleFeed: true });
  expect(rig.names('cut')).toEqual(['1+2']);
  expect(rig.names(motion === 'release' ? 'presented' : 'binned')).toEqual(['1', '2']);
  expect(rig.counts()).toEqual({ fedA: 2, fedB: 0, binned: motion === 'swallow' ? 2 : 0 });
  expect(rig.isDark('A')).toBe(false);
});

it('a second sachet that comes when the gate has closed lies on it, and is counted', () => {
  const rig = new MechanicsRig();
  rig.begin('release', 'A', { doubleFeed: true });
  rig.feed();
  rig.cut();
  rig.setAnalog(PINS.gate, 45);
  while (rig.parts.cup.length === 0) rig.ms(1);
  rig.swing(PINS.gate, 90);
  expect(rig.whereabouts).toMatchObject({ chute: [2], cup: [1] });
  expect(rig.isDark('A')).toBe(true);
  expect(rig.counts()).toMatchObject({ fedA: 2 });
  rig.end();
});

it('a slow mechanism does the same, later', () => {
  const usual = new MechanicsRig();
  usual.move('release');
  const slow = new MechanicsRig();
  slow.move('release', 'A', { slowness: 3 });
  expect(slow.whereabouts).toEqual(usual.whereabouts);
  expect(slow.counts()).toEqual(usual.counts());
  const hurried = new MechanicsRig();
  hurried.begin('release', 'A', { slowness: 3 });
  hurried.feed();
  hurried.swing(PINS.cutter, CUT_DEGREES);
  hurried.swing(PINS.cutter, 20);
  expect(hurried.names('cut')).toEqual([]);
});

it('a full bin leaves the rest in chute and cup', () => {
  const rig = new MechanicsRig({ binCapacity: 1 });
  rig.move('swallow', 'A', { doubleFeed: true });
  expect(rig.whereabouts).toMatchObject({ chute: [2], bin: [1] });
  expect(rig.names('stalled')).toEqual(['gate']);
  expect(rig.counts()).toMatchObject({ fedA: 2, binned: 1 });
  rig.move('release', 'B');
  rig.retract();
  expect(rig.whereabouts.cup).toEqual([2, 101]);
  rig.parts.bin.splice(0);
  rig.mechanics.look();
  rig.retract();
  expect(rig.whereabouts).toMatchObject({ cup: [101], bin: [2] });
});

it.each([
  ['A', fed.A],
  ['bin', binned],
] as const)('a barrier %s that sticks shows what it showed last', (name, pin) => {
  const rig = new MechanicsRig();
  rig.parts.counterHealth[name] = 'stuck';
  rig.begin('swallow');
  rig.steps('A', 350);
  rig.ms(20);
  rig.cut();
  rig.openGate('bin');
  expect(lastLevel(rig, pin)).toBe(true);
  expect(rig.names('binned')).toEqual(['1']);
  expect(rig.counts()).toEqual(name === 'A' ? { fedA: 0, fedB: 0, binned: 1 } : { fedA: 1, fedB: 0, binned: 0 });
});

it.each([
  ['says-empty', true, true],
  ['says-occupied', false, false],
  ['unknown', true, true],
  ['sound', true, false],
] as const)('a cup sensor that is %s', (health, before, after) => {
  const rig = new MechanicsRig();
  rig.parts.cupHealth = health;
  rig.mechanics.look();
  rig.ms(2);
  expect(lastLevel(rig, cupSensor)).toBe(before);
  rig.move('release');
  expect(lastLevel(rig, cupSensor)).toBe(after);
});

it('sees the cup emptied by a hand', () => {
  const rig = new MechanicsRig();
  rig.move('release');
  rig.parts.cup.splice(0);
  rig.mechanics.look();
  rig.ms(2);
  expect(lastLevel(rig, cupSensor)).toBe(true);
});

it('a roll that is fitted begins at the blade, and the other one stays as it is', () => {
  const rig = new MechanicsRig();
  rig.begin('release');
  rig.steps('A', 100);
  rig.steps('B', 100);
  rig.ms(10);
  rig.parts.bays.B.splice(0, 5, sachet(200));
  rig.mechanics.look();
  expect([rig.mechanics.position('A'), rig.mechanics.position('B')]).toEqual([20, 0]);
  expect(rig.parts.halfOut).toBe('A');
  rig.parts.halfOut = undefined;
  rig.mechanics.look();
  expect(rig.mechanics.position('A')).toBe(0);
  expect(rig.parts.halfOut).toBeUndefined();
});

it('goes on with a sachet that hung out when the unit was put away', () => {
  const rig = new MechanicsRig({ halfOut: 'B' });
  expect(rig.parts.halfOut).toBe('B');
  rig.ms(20);
  expect(rig.isDark('B')).toBe(true);
});
