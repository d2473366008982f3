import type { BoardFile } from '../../../hal/johnny-five/board-file.ts';

/** What hangs on which pin of the board, by Firmata's numbers. */
export interface BoardPins {
  readonly button: number;
  readonly lamp: { readonly red: number; readonly green: number; readonly blue: number };
  readonly lock: number;
  readonly step: { readonly A: number; readonly B: number };
  readonly cutter: number;
  readonly gate: number;
  readonly cup: number;
  readonly sounder: number;
  readonly motorPower: number;
  /** Light barriers behind the cutter, low while dark. */
  readonly fed: { readonly A: number; readonly B: number };
  readonly binned: number;
  /** Low while something lies in the cup. */
  readonly cupSensor?: number;
  /** Contacts to ground that want the chip's pull-up, as the button does: low is closed, low is turned. */
  readonly door: number;
  readonly key: number;
  readonly ladder: number;
  readonly battery: number;
}

/** Lengths lie along the strip, from the blade; angles are in degrees; times are those of an unhurried mechanism. */
export interface Geometry {
  readonly pins: BoardPins;
  readonly stepMm: number;
  readonly sachetMm: number;
  readonly barrierMm: number;
  /** A loose sachet slides on to the gate, and its tail lies here. */
  readonly looseFromMm: number;
  readonly gateFloorMm: number;
  /** The strip is perforated between two sachets: a blade that comes down so close to it tears it there. */
  readonly seamMm: number;
  /** The strip comes after its roller by so much at most. */
  readonly lagMm: number;
  readonly stepsPerSecond: {
    /** Faster than that a standing motor does not start. */
    readonly start: number;
    /** Faster than that none turns. */
    readonly pullOut: number;
  };
  readonly servo: { readonly minUs: number; readonly maxUs: number; readonly degreesPerMs: number };
  readonly cutter: { readonly rest: number; readonly blade: number };
  readonly gate: { readonly rest: number; readonly cup: number; readonly bin: number };
  readonly cup: { readonly rest: number; readonly tip: number };
  /** What each switch of the ladder is worth, in sixteenths of 5 V. */
  readonly ladder: BoardFile['ladder'];
  /** Volts of the battery for each at its pin. */
  readonly batteryDivider: number;
  /** A flap that is so close to where it should be lets a sachet through. */
  readonly openWithinDegrees: number;
  /** From an open flap to a sachet that has left it. */
  readonly fallMs: number;
  /** A sachet darkens a barrier for so long, and the next one comes no sooner than so much later. */
  readonly passMs: number;
  readonly apartMs: number;
}

/** What a board file does not say of a mechanism, since no program asks for it. */
const model = {
  lagMm: 0.3,
  stepsPerSecond: { start: 350, pullOut: 900 },
  servo: { minUs: 544, maxUs: 2400, degreesPerMs: 0.5 },
  openWithinDegrees: 10,
  fallMs: 40,
  passMs: 60,
  apartMs: 60,
} as const;
/** The blade is through so far before the end of its way. */
const cutsBeforeDegrees = 20;

/** The mechanism of a unit that is built after a board file; its blade comes down, and its cup tips, by a growing angle. */
export function geometryOf({ pins, strip, servos, ladder, battery }: BoardFile): Geometry {
  const { cutter, gate, cup } = servos;
  return {
    ...model,
    pins: pinsOf(pins),
    stepMm: strip.mmPerStep,
    sachetMm: strip.sachetMm,
    barrierMm: strip.barrierMm,
    looseFromMm: strip.gateMm - strip.sachetMm,
    gateFloorMm: strip.gateMm,
    seamMm: strip.weldMm,
    cutter: { rest: cutter.rest, blade: cutter.cut - cutsBeforeDegrees },
    gate: { rest: gate.rest, cup: gate.cup, bin: gate.bin },
    cup: { rest: cup.rest, tip: cup.tip },
    ladder,
    batteryDivider: battery.divider,
  };
}

function pinsOf(pins: BoardFile['pins']): BoardPins {
  const { lampRed, lampGreen, lampBlue, stepA, stepB, fedA, fedB, switches, ...alike } = pins;
  return {
    ...alike,
    lamp: { red: lampRed, green: lampGreen, blue: lampBlue },
    step: { A: stepA, B: stepB },
    fed: { A: fedA, B: fedB },
    ladder: switches,
  };
}
