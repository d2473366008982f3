import type { ElectronicsWiring } from '../device/electronics.ts';
import type { BoardTime, Passing } from './board-time.ts';
import { EmulatedElectronics } from './emulated-electronics.ts';
import type { Beat } from './real-time.ts';
import { emulationOf } from './reference.ts';

const BEAT_MS = 2;
/** A machine that is busier than this lets the board fall behind, rather than run after lost time. */
const BEHIND_MS_MAX = 50;
/** Contacts have come to rest, and reports are sent, within this. */
const SETTLING_MS = 300;

/** A board that goes by real time, whatever the world around it goes by. */
class RealTime implements BoardTime {
  readonly #beat: Beat;
  readonly #stop: () => void;
  #wokenMs = Number.NEGATIVE_INFINITY;
  #lastMs: number;
  #owedMs = 0;

  constructor(board: Passing, beat: Beat) {
    this.#beat = beat;
    this.#lastMs = beat.nowMs();
    this.#stop = beat.every(BEAT_MS, () => this.#pass(board));
  }

  wake(): void {
    this.#wokenMs = this.#beat.nowMs();
  }

  processGone(): void {
    this.wake();
  }

  get isSettling(): boolean {
    return this.#beat.nowMs() < this.#wokenMs + SETTLING_MS;
  }

  stop(): void {
    this.#stop();
  }

  #pass(board: Passing): void {
    const nowMs = this.#beat.nowMs();
    this.#owedMs = Math.min(this.#owedMs + nowMs - this.#lastMs, BEHIND_MS_MAX);
    this.#lastMs = nowMs;
    for (; this.#owedMs >= 1; this.#owedMs -= 1) board.step();
  }
}

/** Emulated electronics for a unit that a person looks at. */
export class RealBoard {
  readonly #beat: Beat;
  #electronics: EmulatedElectronics | undefined;
  #time: RealTime | undefined;

  constructor(beat: Beat) {
    this.#beat = beat;
  }

  electronicsFor(wiring: ElectronicsWiring): EmulatedElectronics {
    this.#electronics = new EmulatedElectronics(wiring, {
      ...emulationOf('reference'),
      time: (board) => {
        this.#time = new RealTime(board, this.#beat);
        return this.#time;
      },
    });
    return this.#electronics;
  }

  /** Something moves or was just touched: who lets the world's time run faster must wait for it. */
  get isBusy(): boolean {
    return this.#electronics?.isBusy === true || this.#time?.isSettling === true;
  }

  stop(): void {
    this.#time?.stop();
  }
}
