import type { FiveBoard } from '../../hal/johnny-five/board.ts';
import type { MechanismEvent, Move } from '../../hal/ports/mechanism.ts';
import type { ElectronicsWiring, UnitMechanism } from '../device/electronics.ts';
import type { MotionFault, MotionFaultSource } from '../device/mechanism-faults.ts';
import type { Motion } from '../device/physical-event.ts';
import type { ChipSerial } from './chip-serial.ts';
import type { BoardMechanics } from './mechanics/mechanics.ts';

interface Around {
  /** The drivers of the running firmware; asking for them lets the board's time pass. */
  readonly board: () => FiveBoard;
  readonly mechanics: BoardMechanics;
  readonly serial: ChipSerial;
  /** Lets the board's time pass. */
  readonly touched: () => void;
}

/** About what a movement takes, for faults that come after a share of it. */
const MOVEMENT_MS = 2_400;

/** The mechanism port of the drivers, with the world's faults put into what hangs on the pins. */
export class EmulatedMechanism implements UnitMechanism {
  faults: MotionFaultSource = () => undefined;
  readonly #wiring: ElectronicsWiring;
  readonly #around: Around;
  #listener: ((event: MechanismEvent) => void) | undefined;
  #board: FiveBoard | undefined;
  /** Its answer is lost on the way. */
  #unheard: number | undefined;

  constructor(wiring: ElectronicsWiring, around: Around) {
    this.#wiring = wiring;
    this.#around = around;
  }

  attach(board: FiveBoard): void {
    this.#board = board;
    board.mechanism.listen((event) => {
      if (!('intent' in event) || event.intent !== this.#unheard) this.#wiring.answer(event);
    });
  }

  detach(): void {
    this.#board?.mechanism.listen(() => undefined);
    this.#board = undefined;
    this.#listener = undefined;
  }

  get moving(): boolean {
    return this.#board?.isMoving === true;
  }

  get dead(): boolean {
    return !this.#around.serial.isPlugged;
  }

  set dead(dead: boolean) {
    if (dead) this.#around.serial.unplug();
    else this.#around.serial.plug();
    this.#around.touched();
  }

  listen(listener: (event: MechanismEvent) => void): void {
    this.#listener = listener;
  }

  deliver(event: MechanismEvent): void {
    this.#listener?.(event);
  }

  release(move: Move): void {
    this.#wiring.crashPoints.around('mechanism.release', () => this.#start('release', move));
  }

  swallow(move: Move): void {
    this.#wiring.crashPoints.around('mechanism.swallow', () => this.#start('swallow', move));
  }

  retract(move: Move): void {
    this.#wiring.crashPoints.around('mechanism.retract', () => this.#start('retract', move));
  }

  stop(): void {
    this.#wiring.crashPoints.around('mechanism.stop', () => this.#around.board().mechanism.stop());
  }

  inspect(): void {
    this.#wiring.crashPoints.around('mechanism.inspect', () => this.#around.board().mechanism.inspect());
  }

  #start(motion: Motion, move: Move): void {
    const { witness } = this.#wiring;
    const refused = this.moving;
    witness({ type: 'commanded', motion, intent: move.intent, roll: move.roll, refused });
    if (!refused && !this.dead) this.#prepare(motion, move, this.faults());
    this.#around.board().mechanism[motion](move);
  }

  #prepare(motion: Motion, { intent, roll }: Move, fault: MotionFault | undefined): void {
    this.#around.mechanics.look();
    this.#around.mechanics.expect({ motion, intent, roll }, fault);
    this.#unheard = fault?.feedbackLost === true ? intent : undefined;
    if (fault?.powerCutAt === undefined) return;
    const { timeline, losePower } = this.#wiring;
    timeline.after(MOVEMENT_MS * fault.powerCutAt * (fault.slowness ?? 1), () => {
      if (this.moving) losePower();
    });
  }
}
