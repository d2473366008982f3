import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { Random } from '../../kernel/random.ts';
import type { Chip } from '../chip.ts';
import { type Bounce, Bouncing } from './bouncing.ts';
import { after } from './chip-time.ts';
import type { Geometry } from './geometry.ts';

/** A contact closes one to four times. */
const contact: Bounce = { timesMax: 3, withinMs: 5 };

type Rung = keyof Geometry['ladder'];
const [supplyVolts, sixteenths] = [5, 16] as const;

/** Two lithium-ion cells at rest, in volts, at every tenth of their charge. */
const cellVolts = [3.0, 3.5, 3.65, 3.72, 3.77, 3.82, 3.87, 3.94, 4.02, 4.1, 4.2];
const cells = 2;

/** What two cells give at so many percent: 6.0 to 8.4 V. */
export function batteryVolts(percent: number): number {
  const tenths = Math.min(10, Math.max(0, percent / 10));
  const below = Math.min(9, Math.floor(tenths));
  const [low = 0, high = 0] = cellVolts.slice(below, below + 2);
  return cells * (low + (high - low) * (tenths - below));
}

/** What people touch, and the battery. At first everything is in its place, the door closed, the battery full. */
export class Switches {
  readonly #chip: Chip;
  readonly #geometry: Geometry;
  readonly #button: Bouncing;
  readonly #door: Bouncing;
  readonly #key: Bouncing;
  readonly #ladder: Readonly<Record<Rung, Bouncing>>;
  readonly #rungs: Record<Rung, boolean> = { rollA: true, rollB: true, lid: true, upright: true };
  #presses = 0;

  constructor(chip: Chip, geometry: Geometry, random: Random) {
    const { pins } = geometry;
    // Open, it leaves the pin to the chip's own pull-up.
    const toGround = (pin: number, isClosed: boolean): Bouncing =>
      new Bouncing(chip, random, contact, (closed) => chip.setLevel(pin, closed ? false : undefined), isClosed);
    const rung = (name: Rung): Bouncing =>
      new Bouncing(chip, random, contact, (closed) => this.#showLadder(name, closed), true);
    this.#chip = chip;
    this.#geometry = geometry;
    this.#button = toGround(pins.button, false);
    this.#door = toGround(pins.door, true);
    this.#key = toGround(pins.key, false);
    this.#ladder = { rollA: rung('rollA'), rollB: rung('rollB'), lid: rung('lid'), upright: rung('upright') };
    this.setBattery(100);
  }

  /** A finger on the button for so long; another one that comes meanwhile holds it for its own time. */
  press(forMs: number): void {
    this.#presses += 1;
    const press = this.#presses;
    this.#button.set(true);
    after(this.#chip, forMs, () => {
      if (press === this.#presses) this.#button.set(false);
    });
  }

  setDoor(isClosed: boolean): void {
    this.#door.set(isClosed);
  }

  turnKey(isTurned: boolean): void {
    this.#key.set(isTurned);
  }

  setRoll(roll: RollId, isPresent: boolean): void {
    this.#ladder[`roll${roll}`].set(isPresent);
  }

  setLid(isSeated: boolean): void {
    this.#ladder.lid.set(isSeated);
  }

  setUpright(isUpright: boolean): void {
    this.#ladder.upright.set(isUpright);
  }

  setBattery(percent: number): void {
    const { pins, batteryDivider } = this.#geometry;
    this.#chip.setVolts(pins.battery, batteryVolts(percent) / batteryDivider);
  }

  #showLadder(rung: Rung, isClosed: boolean): void {
    this.#rungs[rung] = isClosed;
    const { ladder, pins } = this.#geometry;
    const worths = Object.entries(ladder) as [Rung, number][];
    const sum = worths.reduce((all, [name, worth]) => all + (this.#rungs[name] ? worth : 0), 0);
    this.#chip.setVolts(pins.ladder, (supplyVolts * sum) / sixteenths);
  }
}
