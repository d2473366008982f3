import { type Clock, type ClockReading, type ClockSource, WAKE_MS_MAX } from '../../hal/ports/clock.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';

/** Where a clock chip without power stands when it wakes. */
const lostEpochMs = 0;
/** A unit is to notice a step greater than this (reliability notes, section 4). */
const noticeableMs = 2 * 60_000;

/**
 * The clock chip and the counter since boot. The chip keeps its error against true time over power cuts; it may
 * drift, be stepped, lose its battery, and be put right by the network.
 */
export class SimClock implements Clock {
  readonly #timeline: Timeline;
  /** Parts per million; positive runs fast. */
  #driftPpm = 0;
  /** Wall time minus true time at `#setMs`. */
  #errorMs = 0;
  #setMs: number;
  #source: ClockSource = 'synchronised';
  /** How wrong the clock may be at `#setMs` without the firmware having had a chance to know. */
  #excusedMs = 0;
  /** A step that no reading has shown yet. */
  #unseenStepMs = 0;
  #seenStep = { byMs: 0, atMs: Number.NEGATIVE_INFINITY };
  #bootMs: number;
  #booking: Booking | undefined;
  #wake: (() => void) | undefined;
  readonly #run: (wake: () => void) => void;

  /** `run` calls into the firmware; the unit guards that call. */
  constructor(timeline: Timeline, run: (wake: () => void) => void) {
    this.#timeline = timeline;
    this.#setMs = timeline.nowMs;
    this.#bootMs = timeline.nowMs;
    this.#run = run;
  }

  read(): ClockReading {
    const nowMs = this.#timeline.nowMs;
    if (this.#unseenStepMs !== 0) {
      this.#seenStep = { byMs: this.#unseenStepMs, atMs: nowMs };
      this.#unseenStepMs = 0;
    }
    return { wallMs: nowMs + this.errorMs, monoMs: nowMs - this.#bootMs, source: this.#source };
  }

  wakeAfter(delayMs: number, wake: () => void): void {
    this.#timeline.cancel(this.#booking);
    this.#wake = wake;
    this.#booking = this.#timeline.after(delayMs, this.#ring);
  }

  /** How far the wall clock is from true time, in whole milliseconds. */
  get errorMs(): number {
    const elapsedMs = this.#timeline.nowMs - this.#setMs;
    return this.#errorMs + Math.round((elapsedMs * this.#driftPpm) / 1e6);
  }

  /** When the hands were last moved, by whatever. */
  get setMs(): number {
    return this.#setMs;
  }

  get source(): ClockSource {
    return this.#source;
  }

  /**
   * How wrong the clock may be through no fault of the firmware: drift, steps too small to notice, and steps that a
   * restart hid. What goes beyond is to be noticed.
   */
  get excusedMs(): number {
    const elapsedMs = this.#timeline.nowMs - this.#setMs;
    return this.#excusedMs + Math.abs((elapsedMs * this.#driftPpm) / 1e6);
  }

  boot(): void {
    this.#bootMs = this.#timeline.nowMs;
    if (this.#source !== 'lost') this.#excusedMs += this.#unseenStepMs;
    this.#unseenStepMs = 0;
  }

  /** Power or process is gone: nothing wakes any more; the chip runs on. */
  halt(): void {
    // Seen in the instant of the crash, it could not be written down any more.
    if (this.#seenStep.atMs === this.#timeline.nowMs) this.#unseenStepMs += this.#seenStep.byMs;
    this.#timeline.cancel(this.#booking);
    this.#wake = undefined;
  }

  drift(ppm: number): void {
    this.#settle(this.errorMs);
    this.#driftPpm = ppm;
  }

  /** Somebody, or a fault, moves the hands: the chip still vouches for itself, but no network stands behind it. */
  step(byMs: number): void {
    this.#settle(this.errorMs + byMs);
    if (Math.abs(byMs) <= noticeableMs) this.#excusedMs += Math.abs(byMs);
    else this.#unseenStepMs += Math.abs(byMs);
    if (this.#source === 'synchronised') this.#source = 'rtc';
  }

  /** The chip's battery is empty: the time starts again at 1970 and means nothing. */
  lose(): void {
    this.#settle(lostEpochMs - this.#timeline.nowMs);
    this.#source = 'lost';
  }

  /** The network puts the clock right, to within `errorMs`. */
  synchronise(errorMs: number): void {
    this.#settle(errorMs);
    this.#excusedMs = Math.abs(errorMs);
    this.#unseenStepMs = 0;
    this.#source = 'synchronised';
  }

  /** No network time any more: the chip counts on by itself. */
  holdOver(): void {
    if (this.#source === 'synchronised') this.#source = 'rtc';
  }

  readonly #ring = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    if (wake !== undefined) this.#run(wake);
  };

  /**
   * A board wakes the firmware at least every half minute, so that it notices changed hands. All the wakes in between
   * would find nothing; only the one after a change is worth simulating.
   */
  #wakeSoon(): void {
    if (this.#wake === undefined || (this.#booking?.atMs ?? 0) <= this.#timeline.nowMs + WAKE_MS_MAX) return;
    this.#timeline.cancel(this.#booking);
    this.#booking = this.#timeline.after(WAKE_MS_MAX, this.#ring);
  }

  #settle(errorMs: number): void {
    this.#wakeSoon();
    this.#excusedMs = this.excusedMs;
    this.#errorMs = errorMs;
    this.#setMs = this.#timeline.nowMs;
  }
}
