import type { Power } from '../../hal/ports/sensors.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';

const hourMs = 3_600_000;
/** The gauge reports every so many percent. */
const gaugeStepPercent = 5;

export interface BatterySpec {
  /** How long a full battery runs the unit. */
  readonly runHours: number;
  /** How long an empty battery takes to fill from the mains. */
  readonly chargeHours: number;
}

/** Mains and battery. The charge is a straight line between changes, so time may jump. */
export class SimBattery {
  readonly #timeline: Timeline;
  readonly #spec: BatterySpec;
  readonly #changed: () => void;
  readonly #flat: () => void;
  #mains = true;
  #drawing = true;
  #percent = 100;
  #sinceMs: number;
  #gauge: Booking | undefined;

  /** `changed`: the source or the gauge's step is another. `flat`: nothing is left and there are no mains. */
  constructor(timeline: Timeline, spec: BatterySpec, changed: () => void, flat: () => void) {
    this.#timeline = timeline;
    this.#spec = spec;
    this.#changed = changed;
    this.#flat = flat;
    this.#sinceMs = timeline.nowMs;
  }

  get mains(): boolean {
    return this.#mains;
  }

  /** Whether anything can run at all. */
  get live(): boolean {
    return this.#mains || this.#exact() > 0;
  }

  power(): Power {
    const rounded = Math.round(this.#exact() / gaugeStepPercent) * gaugeStepPercent;
    return { source: this.#mains ? 'mains' : 'battery', batteryPercent: rounded };
  }

  setMains(on: boolean): void {
    if (on === this.#mains) return;
    this.#settle();
    this.#mains = on;
    this.#changed();
    if (!on && this.#percent <= 0) this.#flat();
    this.#bookGauge();
  }

  /** Whether the unit is running and so draws on the battery. */
  setDrawing(drawing: boolean): void {
    this.#settle();
    this.#drawing = drawing;
    this.#bookGauge();
  }

  /** Sets the charge, for stories that begin with a tired battery. */
  setPercent(percent: number): void {
    this.#settle();
    this.#percent = percent;
    this.#changed();
    this.#bookGauge();
  }

  #slopePerMs(): number {
    if (this.#mains) return this.#percent < 100 ? 100 / (this.#spec.chargeHours * hourMs) : 0;
    return this.#drawing ? -100 / (this.#spec.runHours * hourMs) : 0;
  }

  #exact(): number {
    const elapsedMs = this.#timeline.nowMs - this.#sinceMs;
    return Math.min(100, Math.max(0, this.#percent + elapsedMs * this.#slopePerMs()));
  }

  #settle(): void {
    this.#percent = this.#exact();
    this.#sinceMs = this.#timeline.nowMs;
  }

  #bookGauge(): void {
    this.#timeline.cancel(this.#gauge);
    this.#gauge = undefined;
    const slope = this.#slopePerMs();
    if (slope === 0 || (slope < 0 && this.#percent <= 0)) return;
    const steps = this.#percent / gaugeStepPercent;
    const target = (slope > 0 ? Math.floor(steps + 1.001) : Math.ceil(steps - 1.001)) * gaugeStepPercent;
    const delayMs = (Math.min(100, Math.max(0, target)) - this.#percent) / slope;
    this.#gauge = this.#timeline.after(delayMs, () => this.#step(Math.min(100, Math.max(0, target))));
  }

  #step(percent: number): void {
    this.#percent = percent;
    this.#sinceMs = this.#timeline.nowMs;
    this.#bookGauge();
    this.#changed();
    if (percent === 0) this.#flat();
  }
}
