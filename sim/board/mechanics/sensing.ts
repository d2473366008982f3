import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { MechanismParts } from '../../device/mechanism-parts.ts';
import type { Random } from '../../kernel/random.ts';
import type { Chip } from '../chip.ts';
import { type Bounce, Bouncing } from './bouncing.ts';
import type { BoardPins } from './geometry.ts';

/** The edge of a sachet is not straight. */
const edge: Bounce = { timesMax: 2, withinMs: 1 };

/** The light barriers and the sensor of the cup, which pull their pins low; what is broken shows what it showed last. */
export class Sensing {
  readonly #parts: MechanismParts;
  readonly #fed: Readonly<Record<RollId, Bouncing>>;
  readonly #binned: Bouncing;
  readonly #cup: Bouncing | undefined;

  constructor(chip: Chip, pins: BoardPins, parts: MechanismParts, random: Random) {
    const at = (pin: number) => new Bouncing(chip, random, edge, (on) => chip.setLevel(pin, !on));
    this.#parts = parts;
    this.#fed = { A: at(pins.fed.A), B: at(pins.fed.B) };
    this.#binned = at(pins.binned);
    this.#cup = pins.cupSensor === undefined ? undefined : at(pins.cupSensor);
  }

  show(dark: Readonly<Record<RollId | 'bin', boolean>>): void {
    const { counterHealth, cup, cupHealth } = this.#parts;
    for (const roll of ['A', 'B'] as const) if (counterHealth[roll] === 'sound') this.#fed[roll].set(dark[roll]);
    if (counterHealth.bin === 'sound') this.#binned.set(dark.bin);
    if (cupHealth === 'sound') this.#cup?.set(cup.length > 0);
    else if (cupHealth !== 'unknown') this.#cup?.set(cupHealth === 'says-occupied');
  }
}
