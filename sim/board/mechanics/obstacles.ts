import type { MechanismPart, RollId } from '../../../hal/ports/mechanism.ts';
import type { MotionFault } from '../../device/mechanism-faults.ts';
import type { MechanismParts } from '../../device/mechanism-parts.ts';
import type { Motion } from '../../device/physical-event.ts';
import type { Meeting } from './strip.ts';

/** What the board has been told to do, by whom ever: the truth is labelled with it. */
export interface MotionOrder {
  readonly motion: Motion;
  readonly intent: number;
  readonly roll: RollId;
}

/** What stands in the way: what sticks until hands free it, and what goes wrong in the motion under way. */
export class Obstacles {
  readonly #parts: MechanismParts;
  readonly #stalled: (part: MechanismPart) => void;
  #fault: MotionFault = {};
  #roll: RollId | undefined;
  /** Still to come in this motion. */
  #jam: MotionFault['jam'];
  #tears = false;
  /** Told once a motion. */
  readonly #told = new Set<MechanismPart>();

  constructor(parts: MechanismParts, stalled: (part: MechanismPart) => void) {
    this.#parts = parts;
    this.#stalled = stalled;
  }

  expect({ roll }: MotionOrder, fault: MotionFault): void {
    this.#roll = roll;
    this.#fault = fault;
    this.#jam = fault.jam;
    this.#tears = fault.doubleFeed === true;
    this.#told.clear();
  }

  /** Hands have been here: what is met from now on is met anew. */
  freed(): void {
    this.#told.clear();
  }

  get slowness(): number {
    return this.#fault.slowness ?? 1;
  }

  /** Of a strip: the rollers may jam, and so may a cutter that nothing has entered yet. */
  feed(): Meeting {
    if (this.#fault.noMovement) return 'slip';
    if (this.#jam?.part === 'feed' || (this.#jam?.part === 'cutter' && !this.#jam.halfOut)) this.#stick();
    return this.#parts.obstruction === 'feed' || this.#parts.obstruction === 'cutter'
      ? this.meet(this.#parts.obstruction)
      : 'nothing';
  }

  blade(): Meeting {
    return this.#swing('cutter');
  }

  /** Of the gate and of the floor of the cup, which turn on one shaft. */
  flap(): Meeting {
    return this.#swing('gate');
  }

  /** Something holds this part, which is told. */
  meet(part: MechanismPart): MechanismPart {
    if (!this.#told.has(part)) {
      this.#told.add(part);
      this.#stalled(part);
    }
    return part;
  }

  /** Whether a cut of this roll tears off another sachet; once. */
  takeTear(roll: RollId): boolean {
    if (!this.#tears || roll !== this.#roll) return false;
    this.#tears = false;
    return true;
  }

  #swing(part: 'cutter' | 'gate'): Meeting {
    if (this.#fault.noMovement) return 'slip';
    if (this.#jam?.part === part) this.#stick();
    return this.#parts.obstruction === part ? this.meet(part) : 'nothing';
  }

  #stick(): void {
    this.#parts.obstruction = this.#jam?.part;
    this.#jam = undefined;
  }
}
