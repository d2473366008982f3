/**
 * What the sketch takes, as its headers say (`sketch/board.h`, `pins.h`, `stepper.h`, `pwm.c`), by Firmata's pin numbers.
 * Another wiring of what moves, opens or sounds is another build of it.
 */
export const sketchLimits: {
  readonly motorPins: readonly number[];
  readonly lockPin: number;
  readonly sounderPin: number;
  readonly dimmedPins: readonly number[];
  /** From here on a pin measures. */
  readonly firstAnalogPin: number;
  /** From here on a pin does nothing else. */
  readonly firstAnalogOnlyPin: number;
  readonly stepsPerSecondMax: number;
} = {
  motorPins: [7, 8, 9, 10, 11, 13],
  lockPin: 4,
  sounderPin: 12,
  dimmedPins: [3, 5, 6],
  firstAnalogPin: 14,
  firstAnalogOnlyPin: 20,
  stepsPerSecondMax: 3600,
};
