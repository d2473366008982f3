import type { RollId } from '../../hal/ports/mechanism.ts';
import type { PhysicalEvent } from '../device/physical-event.ts';
import { contentsOf } from '../device/sachet.ts';
import type { World } from '../world/world.ts';

/**
 * The stated exceptions. A physical rule is judged on commands, not on sachets, where the unit had no way to know:
 * after a double feed (the extra sachets), while a cup sensor lies (what was taken), and while a counter sticks or
 * is silent (what moved): when a feed counter sticks, and the cup sensor or the bin counter fails too or a restart came
 * between, nothing inside the unit bears witness to the sachet before. Detection and alarm are still required.
 */
export class Exceptions {
  readonly #world: World;
  readonly #strays = new Set<number>();
  readonly #strayDoses = new Set<string>();
  /** The last sachet was cut while its counter stuck: only cup sensor or bin counter bear witness. */
  #uncounted = false;
  /** Neither the feed counter nor the sensor at the other end of the way (cup or bin) bore witness. */
  #blind = false;
  #otherUnsound = false;
  /** The last instant at which a sensor was known to be unsound. */
  #sensorsUnsoundMs = -Infinity;

  constructor(world: World) {
    this.#world = world;
  }

  happened(event: PhysicalEvent): void {
    if (event.type !== 'cut') return;
    this.#lookAtCounter(event.roll);
    // Its dose has come out in the name of another; whoever fits a new roll cannot know that.
    if (this.#blind) for (const sachet of event.sachets) this.#strayDoses.add(contentsOf(sachet));
    for (const extra of event.sachets.slice(1)) {
      this.#strays.add(extra.serial);
      this.#strayDoses.add(contentsOf(extra));
    }
  }

  /** The unit restarted and knows only what its counters say. */
  stopped(): void {
    if (this.#uncounted) this.#blind = true;
  }

  /** Whether a sachet came along unasked in a double feed, or came out when the unit could not know of the one before. */
  isStray(serial: number): boolean {
    return this.#blind || this.#strays.has(serial);
  }

  /** A sachet is being cut. What the last one left unknown stays unknown while the counter still sticks. */
  #lookAtCounter(roll: RollId): void {
    const { counterHealth, cupHealth, hasCupSensor } = this.#world.unit.parts;
    const stuck = counterHealth[roll] === 'stuck';
    this.#blind = stuck && (this.#blind || (this.#uncounted && this.#otherUnsound));
    this.#uncounted = stuck;
    this.#otherUnsound = !hasCupSensor || cupHealth !== 'sound' || counterHealth.bin !== 'sound';
  }

  /** Whether some sachet of a dose was lost to a double feed, or came out when nothing inside the unit bore witness. */
  isStrayDose(dose: string): boolean {
    return this.#strayDoses.has(dose);
  }

  /** Whether the sensors have told the truth for long enough to judge what they witnessed. */
  get sensorsSound(): boolean {
    const { parts } = this.#world.unit;
    const sound =
      parts.cupHealth === 'sound' &&
      parts.counterHealth.A === 'sound' &&
      parts.counterHealth.B === 'sound' &&
      parts.counterHealth.bin === 'sound';
    if (!sound) this.#sensorsUnsoundMs = this.#world.nowMs;
    return sound && this.#world.nowMs - this.#sensorsUnsoundMs > settleMs;
  }

  /** Called whenever a sensor may have changed, so that `sensorsSound` remembers. */
  lookAtSensors(): void {
    void this.sensorsSound;
  }

  /** How far from true time the unit may act without being at fault. */
  get clockToleranceMs(): number {
    return this.#world.unit.clock.excusedMs + slackMs;
  }

  /** Whether the clock is so wrong that the unit must know it. */
  get clockIsWrong(): boolean {
    const { clock } = this.#world.unit;
    return clock.source === 'lost' || Math.abs(clock.errorMs) > clock.excusedMs + noticeMs;
  }
}

/** Rounding of whole seconds in records and of gauges. */
const slackMs = 2_000;
/** A step up to this size may go unnoticed. */
const noticeMs = 2 * 60_000;
/** A record that rests on an old reading of a sensor may come so much later. */
const settleMs = 3 * 24 * 3_600_000;
