import type { RollId } from '../../hal/ports/mechanism.ts';
import type { DoorState, Placement, Power, SensorEvent, Sensors } from '../../hal/ports/sensors.ts';
import type { Random } from '../kernel/random.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { MechanismParts } from './mechanism-parts.ts';

/** Contacts of a worn button close up to so many times more, within `bounceMsMax`. */
const bouncesMax = 3;
const bounceMsMax = 12;

/** The button, the cup's light barrier and the service door. */
export class SimSensors implements Sensors {
  #door: DoorState = 'closed';
  /** When the door was opened last. */
  doorOpenedMs = Number.NEGATIVE_INFINITY;
  tiltedMs: number | null = null;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #parts: MechanismParts;
  readonly #powerNow: () => Power;
  readonly #answer: (event: SensorEvent) => void;
  #listener: ((event: SensorEvent) => void) | undefined;
  #cupSeen: 'empty' | 'occupied' | 'unknown' = 'empty';

  /** `answer` hands an event to the unit, which passes it to the firmware when one is running. */
  constructor(
    timeline: Timeline,
    random: Random,
    parts: MechanismParts,
    powerNow: () => Power,
    answer: (event: SensorEvent) => void,
  ) {
    this.#timeline = timeline;
    this.#random = random;
    this.#parts = parts;
    this.#powerNow = powerNow;
    this.#answer = answer;
  }

  listen(listener: (event: SensorEvent) => void): void {
    this.#listener = listener;
  }

  power(): Power {
    return this.#powerNow();
  }

  door(): DoorState {
    return this.#door;
  }

  placement(): Placement {
    const { upright, hung } = this.#parts;
    return { upright, rolls: { ...hung } };
  }

  get isDoorOpen(): boolean {
    return this.#door !== 'closed';
  }

  deliver(event: SensorEvent): void {
    this.#listener?.(event);
  }

  forgetListener(): void {
    this.#listener = undefined;
  }

  /** A finger on the button; `bounce` lets its contacts close more than once. */
  press(bounce: boolean): void {
    this.#answer({ type: 'button.pressed' });
    if (!bounce) return;
    for (let left = this.#random.below(bouncesMax + 1); left > 0; left -= 1) {
      this.#timeline.after(this.#random.between(1, bounceMsMax), () => this.#answer({ type: 'button.pressed' }));
    }
  }

  /** One of the small keys below the display; the first is 1. */
  choose(choice: number): void {
    this.#answer({ type: 'choice.pressed', choice });
  }

  askForQuiet(): void {
    this.#answer({ type: 'quiet.requested' });
  }

  openDoor(withKey: boolean): void {
    this.#door = withKey ? 'opened' : 'forced';
    this.doorOpenedMs = this.#timeline.nowMs;
    this.#answer({ type: 'door.opened', withKey });
  }

  closeDoor(): void {
    this.#door = 'closed';
    this.#answer({ type: 'door.closed' });
  }

  setUpright(isUpright: boolean): void {
    this.tiltedMs = isUpright ? null : this.#timeline.nowMs;
    this.#parts.upright = isUpright;
    this.#answer({ type: 'placement.changed', placement: this.placement() });
  }

  hang(roll: RollId, isHung: boolean): void {
    this.#parts.hung[roll] = isHung;
    this.#answer({ type: 'placement.changed', placement: this.placement() });
  }

  powerChanged(): void {
    this.#answer({ type: 'power.changed', power: this.#powerNow() });
  }

  /** The light barrier looks again; it tells the firmware only of a cup that has become empty. */
  lookIntoCup(): void {
    const reading = this.#parts.cupReading();
    const emptied = this.#cupSeen === 'occupied' && reading === 'empty';
    this.#cupSeen = reading;
    if (emptied) this.#answer({ type: 'cup.emptied' });
  }
}
