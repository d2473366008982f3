import { describe, expect, it } from 'vitest';
import { Chip, CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { readHex } from '../../../../sim/board/hex.ts';
import { sketchHex } from '../../../../sim/board/reference.ts';
import { GUARD, LEASE, MODE, PINS, SketchRig } from './sketch-rig.ts';

const STEADY = 628;

describe('a hex file', () => {
  it('is read into words, and what it does not name is erased', () => {
    const words = readHex(':0400100034127856D8\n:00000001FF\n');
    expect([...words.slice(7, 11)]).toEqual([0xffff, 0x1234, 0x5678, 0xffff]);
  });

  it.each([
    ['nonsense', 'hello\n', 'Line 1 of the hex file is no record.'],
    ['a wrong checksum', ':0400100034127856D9\n', 'Line 1 of the hex file has a wrong checksum.'],
    ['a wrong length', ':0500100034127856D8\n', 'Line 1 of the hex file is not as long as it says.'],
    ['an address beyond the flash', ':048000003412785668\n', 'Line 1 of the hex file lies beyond the flash.'],
    ['no end', ':0400100034127856D8\n', 'The hex file has no end; it may have been cut short.'],
  ])('with %s is refused', (_, text, sentence) => {
    expect(() => readHex(text)).toThrow(sentence);
  });
});

it('lets time pass to the cycle, with power and without', () => {
  const chip = new Chip({ hex: sketchHex });
  chip.advance(1000);
  expect(chip.cycles).toBe(1000);
  chip.powerOn();
  chip.advance(10 * CYCLES_PER_MS);
  expect(chip.cycles - 1000 - 10 * CYCLES_PER_MS).toBeLessThan(10);
  const calls: number[] = [];
  for (const cycle of [300_000, 200_000, 300_000]) chip.at(cycle, () => calls.push(chip.cycles));
  chip.powerCut();
  chip.advanceTo(400_000);
  expect(calls).toEqual([200_000, 300_000, 300_000]);
});

it('brings bytes at the speed of the line', () => {
  const rig = new SketchRig();
  const since = rig.chip.cycles;
  rig.chip.receive(new Uint8Array(576).fill(0x7f));
  expect((rig.chip.receivedBy - since) / CYCLES_PER_MS).toBeCloseTo(100, 0);
  const arrived: number[] = [];
  rig.chip.onByte((_, cycle) => arrived.push(cycle));
  rig.chip.advanceTo(rig.chip.receivedBy);
  rig.sysex(0x6b);
  rig.ms(100);
  const gaps = arrived.slice(1).map((cycle, index) => cycle - (arrived[index] ?? 0));
  expect(gaps.length).toBeGreaterThan(150);
  expect(Math.min(...gaps)).toBeGreaterThan(2600);
});

it('is the same to the byte and to the cycle in two runs of the same script', () => {
  const run = () => {
    const rig = new SketchRig();
    const bytes: string[] = [];
    rig.chip.onByte((byte, cycle) => bytes.push(`${byte}@${cycle}`));
    rig.arm({ stepsA: 300 });
    rig.setMode(3, MODE.pwm);
    rig.setAnalog(3, 100);
    rig.setAnalog(PINS.cutter, 1200);
    rig.step(0, 300, 1885, [1600, 1600]);
    rig.send(0xc6, 1);
    rig.chip.setVolts(20, 3.3);
    rig.pass(14, 40);
    rig.ms(300);
    rig.chip.powerCut();
    rig.start();
    rig.chip.hang();
    rig.ms(500);
    rig.witness();
    return { bytes, changes: rig.changes, eeprom: rig.chip.eeprom.contents() };
  };
  const first = run();
  expect(first.changes.length).toBeGreaterThan(600);
  expect(run()).toEqual(first);
});

it('lets go of every pin and loses what is on the line when its power is cut', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.setDigital(PINS.power, true);
  rig.setAnalog(PINS.cutter, 90);
  rig.tell({ type: 'witness' });
  const heard = rig.said.length;
  rig.chip.powerCut();
  expect(rig.chip.isPowered).toBe(false);
  for (let pin = 0; pin < 22; pin += 1) expect(rig.chip.driveOf(pin)).toBe('open');
  const before = rig.changes.length;
  rig.ms(1000);
  expect([rig.said.length, rig.changes.length]).toEqual([heard, before]);
  rig.start();
  expect(rig.witness()).toMatchObject({ nonce: 2, resetCause: 1, trips: 0 });
  expect(rig.ask(LEASE)).toMatchObject({ reason: 'no-guard' });
});

it('starts anew at its reset pin, and greets', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.setDigital(PINS.power, true);
  const greetings = () => rig.messages.filter(([first]) => first === 0xf9).length;
  const before = greetings();
  rig.chip.reset();
  expect(rig.chip.driveOf(PINS.power)).toBe('open');
  rig.ms(100);
  expect(greetings()).toBe(before + 1);
  expect(rig.witness()).toMatchObject({ nonce: 2, resetCause: 2 });
});

it('a sketch that hangs is restarted by its watchdog, motors off, and says so', () => {
  const rig = new SketchRig();
  rig.arm({ stepsA: 60_000, forMs: 60_000 }, { silenceMs: 10_000 });
  rig.setDigital(PINS.power, true);
  rig.step(0, 10_000, STEADY);
  rig.ms(100);
  const { nonce } = rig.witness();
  const since = rig.chip.cycles;
  rig.chip.hang();
  rig.ms(400);
  const open = rig.changes.find(({ pin, drive, cycle }) => pin === PINS.power && drive === 'open' && cycle > since);
  expect(((open?.cycle ?? Number.POSITIVE_INFINITY) - since) / CYCLES_PER_MS).toBeLessThan(270);
  rig.ms(100);
  expect(rig.witness()).toMatchObject({ nonce: nonce + 1, resetCause: 8 });
  expect(rig.ask(LEASE)).toMatchObject({ reason: 'no-guard' });
  const steps = rig.rises(PINS.stepA).length;
  rig.ms(500);
  expect(rig.rises(PINS.stepA)).toHaveLength(steps);
});

it('a count that was under way when the sketch hung is not lost', () => {
  const rig = new SketchRig();
  rig.ask(GUARD);
  rig.chip.setLevel(14, false);
  rig.ms(60);
  rig.chip.hang();
  rig.ms(500);
  expect(rig.witness().counts).toMatchObject({ fedA: 1 });
});

it('finds on an input what it is tied to, else its pull-up, else ground', () => {
  const rig = new SketchRig();
  const reads = () => {
    rig.send(0xd0, 0);
    rig.send(0xd0, 1);
    rig.ms(5);
    const [, low = 0] = rig.messages.findLast(([first]) => first === 0x90) ?? [];
    return (low >> 2) & 1;
  };
  rig.setMode(2, MODE.input);
  expect(reads()).toBe(0);
  rig.setMode(2, MODE.pullUp);
  expect(reads()).toBe(1);
  rig.chip.setLevel(2, false);
  expect(reads()).toBe(0);
  rig.chip.setLevel(2, undefined);
  expect(reads()).toBe(1);
  rig.setMode(2, MODE.input);
  rig.chip.setLevel(2, true);
  expect(reads()).toBe(1);
});
