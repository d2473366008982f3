import type { BoardFile } from './board-file.ts';

/** So much at a time towards the barrier, so that its edge is met within this. */
export const BITE_MM = 2;
/** A strip that was put in with care is no further from the barrier than this. */
export const SLACK_MM = 15;
/** For all waits of a movement together, at the sketch. */
export const LEASE_MS = 20_000;
/** After the gate has opened a sachet has fallen by then. */
export const FALL_MS_MAX = 1_500;
/** The sketch takes a barrier for clear after this. */
export const LOOK_MS = 30;
/** A question to the sketch and its answer, and what a ramp takes longer: about. */
const OVERHEAD_MS = 20;

/** What the slowest release that goes through takes, about, in milliseconds. */
export function slowestReleaseMs({ strip, servos }: BoardFile): number {
  const { sachetMm, barrierMm, mmPerStep, stepsPerTurn, slowRpm, fastRpm } = strip;
  const msPerMm = (rpm: number) => 60_000 / (rpm * stepsPerTurn * mmPerStep);
  const towardsMm = barrierMm + SLACK_MM;
  const bites = Math.ceil(towardsMm / BITE_MM);
  const feedMs = towardsMm * msPerMm(slowRpm) + (sachetMm - barrierMm) * msPerMm(fastRpm);
  const { cutter, gate, cup } = servos;
  // Each to its rest, then the blade down and up, and the gate open and shut.
  const turnMs = 3 * cutter.ms + 3 * gate.ms + cup.ms;
  return Math.round(feedMs + bites * (LOOK_MS + OVERHEAD_MS) + turnMs + 2 * FALL_MS_MAX);
}
