import type { BoardFile } from '../../hal/johnny-five/board-file.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { MechanismParts } from '../device/mechanism-parts.ts';
import type { PhysicalListener } from '../device/physical-event.ts';
import type { Random } from '../kernel/random.ts';
import type { Chip } from './chip.ts';
import { geometryOf } from './mechanics/geometry.ts';
import { BoardMechanics } from './mechanics/mechanics.ts';
import { Switches } from './mechanics/switches.ts';

export interface HousingOptions {
  readonly chip: Chip;
  /** What hangs on which of its pins. */
  readonly file: BoardFile;
  /** Where every sachet is. */
  readonly parts: MechanismParts;
  /** For contacts that bounce, and a mechanism that is never quite the same. */
  readonly random: Random;
  readonly witness: PhysicalListener;
}

const PRESS_MS = 150;

/** A unit around its chip: the mechanism and the switches on its pins, and the hands that touch them. */
export class Housing {
  readonly mechanics: BoardMechanics;
  readonly switches: Switches;
  readonly #parts: MechanismParts;

  constructor({ chip, file, parts, random, witness }: HousingOptions) {
    const geometry = geometryOf(file);
    this.#parts = parts;
    this.mechanics = new BoardMechanics({ chip, parts, geometry, random, witness });
    this.switches = new Switches(chip, geometry, random);
  }

  /** A finger on the button, as long as most leave it there. */
  press(): void {
    this.switches.press(PRESS_MS);
  }

  takeFromCup(): void {
    this.#parts.cup.splice(0);
    this.mechanics.look();
  }

  turnKey(isTurned: boolean): void {
    this.switches.turnKey(isTurned);
  }

  openDoor(): void {
    this.switches.setDoor(false);
  }

  /** The key is turned back. Whoever was inside may have fitted, freed or taken sachets. */
  closeDoor(): void {
    this.mechanics.look();
    this.switches.setDoor(true);
    this.switches.turnKey(false);
  }

  setUpright(isUpright: boolean): void {
    this.#parts.upright = isUpright;
    this.switches.setUpright(isUpright);
  }

  hang(roll: RollId, isHung: boolean): void {
    this.#parts.hung[roll] = isHung;
    this.switches.setRoll(roll, isHung);
  }

  turnLid(): void {
    this.switches.setLid(false);
  }

  seatLid(): void {
    this.switches.setLid(true);
  }
}
