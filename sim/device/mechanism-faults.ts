/** What goes wrong in one motion. Several can fall together. */
export interface MotionFault {
  /** The part sticks and stays stuck until freed; a cutter may stick with the sachet half out. */
  readonly jam?: { readonly part: 'feed' | 'cutter' | 'gate'; readonly halfOut: boolean };
  /** The motor turns, nothing moves, and the board reports the motion as done. */
  readonly noMovement?: boolean;
  /** Two sachets come at once. */
  readonly doubleFeed?: boolean;
  /** The motion happens but its answer never arrives. */
  readonly feedbackLost?: boolean;
  /** How many times slower than usual; 1 is usual. */
  readonly slowness?: number;
  /** Mains and battery go after this share (0–1) of the motion. */
  readonly powerCutAt?: number;
}

/** Draws what goes wrong in the motion that is about to begin; `undefined` when all is well. */
export type MotionFaultSource = () => MotionFault | undefined;

/** How long the phases of a motion take, in milliseconds, and when the board gives up. */
export interface MotionTimes {
  readonly feedMs: number;
  readonly cutMs: number;
  readonly gateMs: number;
  readonly retractMs: number;
  /** From the last phase to the answer. */
  readonly answerMs: number;
  /** How long the board pushes against a stuck part before it reports a jam. */
  readonly stallMs: number;
  readonly inspectMs: number;
}

export const usualMotionTimes: MotionTimes = {
  feedMs: 600,
  cutMs: 400,
  gateMs: 300,
  retractMs: 900,
  answerMs: 50,
  stallMs: 800,
  inspectMs: 40,
};
