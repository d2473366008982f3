import type { EventEmitter } from 'node:events';
import five, {
  type Button,
  type Pin,
  type RgbLed,
  type Sensor,
  type Servo,
  type Stepper,
  type Switch,
} from 'johnny-five';
import type { BoardFile } from './board-file.ts';

/** What johnny-five drives on the pins of one board. */
export interface Parts {
  readonly button: Button;
  readonly lamp: RgbLed;
  readonly steppers: Readonly<Record<'A' | 'B', Stepper>>;
  readonly cutter: Servo;
  readonly gate: Servo;
  readonly cup: Servo;
  readonly motorPower: Pin;
  /** Not on every board. */
  readonly cupSensor: Switch | undefined;
  readonly door: Switch;
  /** Read by the witness alone; set up, so that its port is told. */
  readonly key: Switch;
  /** Roll A, roll B, lid and upright as one voltage. */
  readonly switches: Sensor;
  readonly battery: Sensor;
}

const SENSOR_FREQ_MS = 200;
/** The pulses of 0 and 180 degrees, in microseconds. */
const PULSES_US = [544, 2400] as const;

/** Sets up all parts; the guard is told before, since no motor's pin may be set up without. */
export function furnish(board: EventEmitter, { pins, strip, button }: BoardFile): Parts {
  const input = (pin: number) => new five.Switch({ board, pin });
  const analog = (pin: number) => new five.Sensor({ board, pin: `A${pin - 14}`, freq: SENSOR_FREQ_MS });
  const servo = (pin: number) => new five.Servo({ board, pin, pwmRange: PULSES_US });
  const stepper = (step: number) =>
    new five.Stepper({
      board,
      type: five.Stepper.TYPE.DRIVER,
      stepsPerRev: strip.stepsPerTurn,
      // DIR is strapped; the sketch takes STEP twice for none.
      pins: { step, dir: step },
    });
  return {
    button: new five.Button({ board, pin: pins.button, isPullup: true, holdtime: button.holdMs }),
    lamp: new five.Led.RGB({ board, pins: [pins.lampRed, pins.lampGreen, pins.lampBlue] }),
    steppers: { A: stepper(pins.stepA), B: stepper(pins.stepB) },
    cutter: servo(pins.cutter),
    gate: servo(pins.gate),
    cup: servo(pins.cup),
    motorPower: new five.Pin({ board, pin: pins.motorPower, type: 'digital' }),
    cupSensor: pins.cupSensor === undefined ? undefined : input(pins.cupSensor),
    door: input(pins.door),
    key: input(pins.key),
    switches: analog(pins.switches),
    battery: analog(pins.battery),
  };
}
