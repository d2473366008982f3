import type { FiveBoard } from '../../hal/johnny-five/board.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { DoorState, Placement, Power, SensorEvent } from '../../hal/ports/sensors.ts';
import type { ElectronicsWiring, UnitSensors } from '../device/electronics.ts';
import type { Housing } from './housing.ts';

interface Around {
  readonly housing: Housing;
  /** Lets the board's time pass. */
  readonly touched: () => void;
}

/** Somebody turns the key, and then opens. */
const KEY_MS = 100;
/** The lid is turned, and put back after so long. */
const LID_MS = 1_000;

/** Fingers, keys and lids on the pins of the board; what the drivers make of it goes to the firmware. */
export class EmulatedSensors implements UnitSensors {
  readonly #wiring: ElectronicsWiring;
  readonly #around: Around;
  #board: FiveBoard | undefined;
  #listener: ((event: SensorEvent) => void) | undefined;
  #isDoorOpen = false;
  #doorOpenedMs = Number.NEGATIVE_INFINITY;
  #tiltedMs: number | null = null;

  constructor(wiring: ElectronicsWiring, around: Around) {
    this.#wiring = wiring;
    this.#around = around;
  }

  attach(board: FiveBoard): void {
    this.#board = board;
    board.sensors.listen((event) => {
      // What the supply does, the story says; the gauge on the board has its own tests.
      if (event.type !== 'power.changed') this.#wiring.sense(event);
    });
  }

  detach(): void {
    this.#board?.sensors.listen(() => undefined);
    this.#board = undefined;
    this.#listener = undefined;
  }

  get isDoorOpen(): boolean {
    return this.#isDoorOpen;
  }

  get doorOpenedMs(): number {
    return this.#doorOpenedMs;
  }

  get tiltedMs(): number | null {
    return this.#tiltedMs;
  }

  listen(listener: (event: SensorEvent) => void): void {
    this.#listener = listener;
  }

  deliver(event: SensorEvent): void {
    this.#listener?.(event);
  }

  power(): Power {
    return this.#wiring.power();
  }

  door(): DoorState {
    return this.#board?.sensors.door() ?? 'unknown';
  }

  placement(): Placement {
    return (
      this.#board?.sensors.placement() ?? { upright: this.#tiltedMs === null, rolls: { ...this.#wiring.parts.hung } }
    );
  }

  setUpright(isUpright: boolean): void {
    this.#tiltedMs = isUpright ? null : this.#wiring.timeline.nowMs;
    this.#around.housing.setUpright(isUpright);
    this.#around.touched();
  }

  hang(roll: RollId, isHung: boolean): void {
    this.#around.housing.hang(roll, isHung);
    this.#around.touched();
  }

  /** Contacts bounce here whether asked or not. */
  press(): void {
    this.#around.housing.press();
    this.#around.touched();
  }

  /** The keys are on the display, which has no part in the electronics. */
  choose(choice: number): void {
    this.#wiring.sense({ type: 'choice.pressed', choice });
  }

  askForQuiet(): void {
    const { housing, touched } = this.#around;
    housing.turnLid();
    touched();
    this.#wiring.timeline.after(LID_MS, () => {
      housing.seatLid();
      touched();
    });
  }

  openDoor(withKey: boolean): void {
    this.#isDoorOpen = true;
    this.#doorOpenedMs = this.#wiring.timeline.nowMs;
    const { housing, touched } = this.#around;
    housing.turnKey(withKey);
    touched();
    this.#wiring.timeline.after(withKey ? KEY_MS : 0, () => {
      if (this.#isDoorOpen) housing.openDoor();
      touched();
    });
  }

  closeDoor(): void {
    this.#isDoorOpen = false;
    this.#around.housing.closeDoor();
    this.#around.touched();
  }

  powerChanged(): void {
    const power = this.#wiring.power();
    this.#around.housing.switches.setBattery(power.batteryPercent);
    this.#wiring.sense({ type: 'power.changed', power });
  }

  lookIntoCup(): void {
    this.#around.housing.mechanics.look();
    this.#around.touched();
  }
}
