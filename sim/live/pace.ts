import type { Timeline } from '../kernel/timeline.ts';

/** Real time, as the pace needs it. Given from outside, so that a test can turn the hands. */
export interface Metronome {
  nowMs(): number;
  /** Calls `beat` every `everyMs` until the returned function is called. */
  every(everyMs: number, beat: () => void): () => void;
}

const BEAT_MS = 50;
/** While an answer from the network is awaited, virtual time keeps to this speed, or a fast clock outruns the wire. */
const SPEED_ON_THE_WIRE = 10;
/** What really moves takes the time that it takes. */
const SPEED_OF_ELECTRONICS = 1;
/** An acknowledgement may never come; an answer comes, or the link gives up. */
const ACK_WAIT_MS_MAX = 2_000;
/** Real milliseconds that a wait for the wire may put virtual time behind, to be made up when the answer is there. */
const BEHIND_MS_MAX = 1_000;
/** Real milliseconds one beat may work before it lets others run. */
const WORK_MS_MAX = 40;

/** What the unit waits for: the broker's answer, the centre's acknowledgement, or electronics that go by real time. */
export type Awaited = 'answer' | 'acknowledgement' | 'electronics' | null;

/** Drives the virtual timeline by real time, faster or slower. */
export class Pace {
  readonly #timeline: Timeline;
  readonly #metronome: Metronome;
  readonly #awaited: () => Awaited;
  readonly #stop: () => void;
  #speed = 1;
  #paused = false;
  #lastMs: number;
  #waitingSinceMs: number | null = null;
  /** Where virtual time would be but for the wire. */
  #goalMs = 0;
  /** Where a jump wants to get to; reached as fast as the wire allows. */
  #target: number | null = null;

  constructor(timeline: Timeline, metronome: Metronome, awaited: () => Awaited, afterBeat: () => void) {
    this.#timeline = timeline;
    this.#metronome = metronome;
    this.#awaited = awaited;
    this.#lastMs = metronome.nowMs();
    this.#stop = metronome.every(BEAT_MS, () => {
      this.catchUp();
      afterBeat();
    });
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(factor: number) {
    this.catchUp();
    this.#speed = factor;
    this.#goalMs = 0;
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.catchUp();
    this.#paused = paused;
    this.#goalMs = 0;
  }

  /** A jump is under way. */
  get jumping(): boolean {
    return this.#target !== null;
  }

  /** Runs ahead to an instant, however slow the speed; a pause ends there. */
  jumpTo(atMs: number): void {
    this.#target = atMs;
  }

  /** A jump ends where it is. */
  stay(): void {
    this.#target = null;
  }

  /** Brings virtual time to where real time says it is. */
  catchUp(): void {
    const nowMs = this.#metronome.nowMs();
    const elapsedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    const speedMax = this.#speedMax(nowMs);
    if (this.#target !== null && speedMax === undefined) return this.#run(this.#target, nowMs);
    if (this.#paused) return;
    const { nowMs: fromMs } = this.#timeline;
    if (speedMax !== undefined) return this.#run(fromMs + elapsedMs * Math.min(this.#speed, speedMax), nowMs);
    const goalMs = Math.max(fromMs, this.#goalMs) + elapsedMs * this.#speed;
    this.#goalMs = Math.min(goalMs, fromMs + BEHIND_MS_MAX * this.#speed);
    this.#run(this.#goalMs, nowMs);
  }

  stop(): void {
    this.#stop();
  }

  #run(untilMs: number, startedMs: number): void {
    while (this.#timeline.nextMs <= untilMs) {
      this.#timeline.step();
      if (this.#awaited() !== null || this.#metronome.nowMs() - startedMs > WORK_MS_MAX) return;
    }
    this.#timeline.runUntil(Math.floor(untilMs));
    if (this.#target !== null && this.#timeline.nowMs >= this.#target) this.#target = null;
  }

  /** Undefined where nothing is waited for. */
  #speedMax(nowMs: number): number | undefined {
    const awaited = this.#awaited();
    if (awaited !== 'acknowledgement') this.#waitingSinceMs = null;
    if (awaited === 'electronics') return SPEED_OF_ELECTRONICS;
    if (awaited === 'answer') return SPEED_ON_THE_WIRE;
    if (awaited === null) return undefined;
    this.#waitingSinceMs ??= nowMs;
    return nowMs - this.#waitingSinceMs < ACK_WAIT_MS_MAX ? SPEED_ON_THE_WIRE : undefined;
  }
}
