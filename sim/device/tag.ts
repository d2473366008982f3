import type { AlertLevel, Tag, TagEvent } from '../../hal/ports/tag.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';
import type { CrashPoints } from './crash-points.ts';

/** From the opening of the port to a connection that stands. */
const connectMs = 2_000;
/** A tag that was lost is told gone after as long as by hal/ble. */
const goneAfterMs = 60_000;
const dayMs = 86_400_000;
/** How long a new cell lasts. */
const cellDays = 180;

/** A pocket tag in the world: somewhere, with a cell that runs down, and what it was told last still sounding. */
export class SimTag implements Tag {
  /** How loudly it calls whoever carries it. Out of reach it goes on as it was. */
  level: AlertLevel = 0;
  /** How often its button was pressed. */
  presses = 0;
  readonly #timeline: Timeline;
  readonly #crashPoints: CrashPoints;
  readonly #answer: (event: TagEvent) => void;
  #listener: ((event: TagEvent) => void) | undefined;
  #inRange = true;
  #radioWorks = true;
  #wanted: AlertLevel = 0;
  #isOpen = false;
  #told: 'near' | 'range' | 'radio' | undefined;
  #toldPercent: number | undefined;
  #coming: Booking | undefined;
  #draining: Booking | undefined;
  #percent = 100;
  #percentAtMs: number;

  /** `answer` hands an event to the unit, which passes it to the firmware when one is running. */
  constructor(timeline: Timeline, crashPoints: CrashPoints, answer: (event: TagEvent) => void) {
    this.#timeline = timeline;
    this.#crashPoints = crashPoints;
    this.#answer = answer;
    this.#percentAtMs = timeline.nowMs;
  }

  listen(listener: (event: TagEvent) => void): void {
    this.#listener = listener;
  }

  deliver(event: TagEvent): void {
    this.#listener?.(event);
  }

  open(): void {
    this.#crashPoints.around('tag.open', () => {
      this.#isOpen = true;
      this.#look(connectMs);
    });
  }

  alert(level: AlertLevel): void {
    this.#crashPoints.around('tag.alert', () => {
      this.#wanted = level;
      if (this.#told === 'near' && this.isReachable) this.level = level;
    });
  }

  close(): void {
    this.#crashPoints.around('tag.close', () => this.losePower());
  }

  /** The unit's process is gone; the tag goes on as it was told. */
  losePower(): void {
    this.#isOpen = false;
    this.#told = undefined;
    this.#toldPercent = undefined;
    this.#wanted = 0;
    this.#timeline.cancel(this.#coming);
    this.#timeline.cancel(this.#draining);
  }

  get isReachable(): boolean {
    return this.#inRange && this.#radioWorks;
  }

  /** Carried away, or back. */
  setInRange(inRange: boolean): void {
    this.#inRange = inRange;
    this.#look(this.isReachable ? connectMs : goneAfterMs);
  }

  /** The unit's own radio fails, or works again. */
  setRadio(works: boolean): void {
    this.#radioWorks = works;
    this.#look(this.isReachable ? connectMs : goneAfterMs);
  }

  /** A finger on its button; out of reach nobody hears of it. */
  press(): void {
    this.presses += 1;
    if (this.#told === 'near' && this.isReachable) this.#answer({ type: 'tag.pressed' });
  }

  /** Another cell, or one that was used elsewhere. */
  setPercent(percent: number): void {
    this.#percent = percent;
    this.#percentAtMs = this.#timeline.nowMs;
    this.#tellPercent();
  }

  #look(afterMs: number): void {
    this.#timeline.cancel(this.#coming);
    if (!this.#isOpen) return;
    this.#coming = this.#timeline.after(this.#told === undefined && !this.isReachable ? goneAfterMs : afterMs, () =>
      this.#find(),
    );
  }

  #find(): void {
    const away = this.#radioWorks ? 'range' : 'radio';
    const found = this.isReachable ? 'near' : away;
    if (found === 'near') this.level = this.#wanted;
    if (found === this.#told) return;
    this.#told = found;
    this.#answer(found === 'near' ? { type: 'tag.near' } : { type: 'tag.gone', reason: found });
    this.#tellPercent();
  }

  #tellPercent(): void {
    this.#timeline.cancel(this.#draining);
    if (this.#told !== 'near' || !this.isReachable) return;
    const usedMs = this.#timeline.nowMs - this.#percentAtMs;
    const percentMs = (cellDays * dayMs) / 100;
    const percent = Math.max(0, this.#percent - Math.floor(usedMs / percentMs));
    if (percent > 0) this.#draining = this.#timeline.after(percentMs - (usedMs % percentMs), () => this.#tellPercent());
    if (percent === this.#toldPercent) return;
    this.#toldPercent = percent;
    this.#answer({ type: 'tag.battery', percent });
  }
}
