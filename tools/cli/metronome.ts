import type { Metronome } from '../../sim/live/pace.ts';

/** Real time. */
export const metronome: Metronome = {
  nowMs: () => performance.now(),
  every(everyMs, beat) {
    const timer = setInterval(beat, everyMs);
    return () => clearInterval(timer);
  },
};
