import { FREQUENCY_HZ } from './chip.ts';

/** The chip, or the chip with what hangs on it. */
export interface Advancing {
  readonly cycles: number;
  /** It may stop a little before: what is missing is asked for again. */
  advanceTo(cycle: number): void;
}

/** Real time, given from outside. */
export interface Beat {
  nowMs(): number;
  /** Calls `beat` every `everyMs` until the returned function is called. */
  every(everyMs: number, beat: () => void): () => void;
}

const BEAT_MS = 2;
/** A machine that is busier than this lets the board fall behind, rather than run after lost time. */
const BEHIND_MS_MAX = 50;

/** Keeps a board at the speed of real time; what happened in a beat is to be passed on in `afterBeat`. */
export function runInRealTime(board: Advancing, clock: Beat, afterBeat: () => void = () => undefined): () => void {
  let lastMs = clock.nowMs();
  let cycle = board.cycles;
  return clock.every(BEAT_MS, () => {
    const nowMs = clock.nowMs();
    const elapsedMs = Math.min(nowMs - lastMs, BEHIND_MS_MAX);
    lastMs = nowMs;
    cycle = Math.max(cycle, board.cycles) + (elapsedMs * FREQUENCY_HZ) / 1000;
    board.advanceTo(Math.round(cycle));
    afterBeat();
  });
}
