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
  readonly cupSensor: number;
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
  /** A flap that is so close to where it should be lets a sachet through. */
  readonly openWithinDegrees: number;
  /** From an open flap to a sachet that has left it. */
  readonly fallMs: number;
  /** A sachet darkens a barrier for so long, and the next one comes no sooner than so much later. */
  readonly passMs: number;
  readonly apartMs: number;
}

export const referencePins: BoardPins = {
  button: 2,
  lamp: { red: 3, green: 5, blue: 6 },
  lock: 4,
  step: { A: 7, B: 8 },
  cutter: 9,
  gate: 10,
  cup: 11,
  sounder: 12,
  motorPower: 13,
  fed: { A: 14, B: 15 },
  binned: 16,
  cupSensor: 17,
  door: 18,
  key: 19,
  ladder: 20,
  battery: 21,
};

export const referenceGeometry: Geometry = {
  pins: referencePins,
  stepMm: 0.2,
  sachetMm: 70,
  barrierMm: 5,
  looseFromMm: 3,
  gateFloorMm: 73,
  seamMm: 6,
  lagMm: 0.3,
  stepsPerSecond: { start: 350, pullOut: 900 },
  servo: { minUs: 544, maxUs: 2400, degreesPerMs: 0.5 },
  cutter: { rest: 20, blade: 90 },
  gate: { rest: 90, cup: 45, bin: 135 },
  cup: { rest: 90, tip: 150 },
  openWithinDegrees: 10,
  fallMs: 40,
  passMs: 60,
  apartMs: 60,
};
