import { expect, it } from 'vitest';
import { type Chip, CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { batteryVolts, Switches } from '../../../../sim/board/mechanics/switches.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { geometry } from './mechanics-rig.ts';
import { MODE, SketchRig } from './sketch-rig.ts';

const { button, door, key, ladder, battery } = geometry.pins;
const BOUNCE_MS_MAX = 5;

function fitted(seed = 1): { rig: SketchRig; switches: Switches; levels: [number, boolean | undefined, number][] } {
  const rig = new SketchRig();
  const levels: [number, boolean | undefined, number][] = [];
  const { chip } = rig;
  const setLevel = chip.setLevel.bind(chip) as Chip['setLevel'];
  chip.setLevel = (pin, high) => {
    levels.push([pin, high, chip.cycles]);
    setLevel(pin, high);
  };
  const switches = new Switches(chip, geometry, Random.stream(seed, 'switches'));
  for (const pin of [button, door, key]) rig.setMode(pin, MODE.pullUp);
  for (let port = 0; port < 3; port += 1) rig.send(0xd0 | port, 1);
  rig.ms(5);
  return { rig, switches, levels };
}

/** What the board has last told of a pin. */
function reads(rig: SketchRig, pin: number): boolean {
  const [, low = 0, high = 0] = rig.messages.findLast(([first]) => first === (0x90 | (pin >> 3))) ?? [];
  return (((low | (high << 7)) >> (pin & 7)) & 1) === 1;
}

function measures(rig: SketchRig, pin: number): number {
  const channel = pin - 14;
  rig.send(0xc0 | channel, 1);
  rig.ms(50);
  rig.send(0xc0 | channel, 0);
  const [, low = 0, high = 0] = rig.messages.findLast(([first]) => first === (0xe0 | channel)) ?? [];
  return low | (high << 7);
}

it('a press closes the button one to four times, and ends when the finger leaves', () => {
  const closings = new Set<number>();
  for (let seed = 1; seed <= 30; seed += 1) {
    const { rig, switches, levels } = fitted(seed);
    const from = rig.chip.cycles;
    levels.length = 0;
    switches.press(120);
    rig.ms(60);
    const closed = levels.filter(([pin, high]) => pin === button && high === false);
    closings.add(closed.length);
    for (const [, , cycle] of closed) expect(cycle - from).toBeLessThanOrEqual(BOUNCE_MS_MAX * CYCLES_PER_MS + 10);
    expect(reads(rig, button)).toBe(false);
    rig.ms(80);
    expect(reads(rig, button)).toBe(true);
  }
  expect(closings).toEqual(new Set([1, 2, 3, 4]));
});

it('a second press holds the button for its own time', () => {
  const { rig, switches } = fitted();
  switches.press(50);
  rig.ms(40);
  switches.press(50);
  rig.ms(40);
  expect(reads(rig, button)).toBe(false);
  rig.ms(30);
  expect(reads(rig, button)).toBe(true);
});

it('door and key pull their pins to ground', () => {
  const { rig, switches } = fitted();
  expect([reads(rig, door), reads(rig, key)]).toEqual([false, true]);
  switches.setDoor(false);
  switches.turnKey(true);
  rig.ms(20);
  expect([reads(rig, door), reads(rig, key)]).toEqual([true, false]);
});

it('every combination of the ladder has a voltage of its own', () => {
  const { rig, switches } = fitted();
  const seen: number[] = [];
  for (let sixteenths = 0; sixteenths < 16; sixteenths += 1) {
    switches.setRoll('A', (sixteenths & 8) !== 0);
    switches.setRoll('B', (sixteenths & 4) !== 0);
    switches.setLid((sixteenths & 2) !== 0);
    switches.setUpright((sixteenths & 1) !== 0);
    rig.ms(20);
    seen.push(measures(rig, ladder));
  }
  expect(seen).toEqual(Array.from({ length: 16 }, (_, sixteenths) => sixteenths * 64));
});

it.each([
  [0, 6.0],
  [50, 7.64],
  [95, 8.3],
  [100, 8.4],
  [130, 8.4],
])('a battery of %i percent gives %f volts', (percent, volts) => {
  const { rig, switches } = fitted();
  switches.setBattery(percent);
  expect(batteryVolts(percent)).toBeCloseTo(volts);
  expect(Math.abs((measures(rig, battery) / 1024) * 5 * 3 - volts)).toBeLessThan(0.02);
});
