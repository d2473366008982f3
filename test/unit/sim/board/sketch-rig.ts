import {
  type BoardMessage,
  decodeBoardMessage,
  encodeHostMessage,
  type Guard,
  type HostMessage,
  type Lease,
  type Witness,
} from '../../../../hal/johnny-five/sketch-protocol.ts';
import { Chip, CYCLES_PER_MS, type PinChange } from '../../../../sim/board/chip.ts';
import { sketchHex } from '../../../../sim/board/reference.ts';
import { Framer } from './framer.ts';

/** The reference unit's pins. */
export const PINS = { relay: 4, stepA: 7, stepB: 8, cutter: 9, gate: 10, cup: 11, sounder: 12, power: 13 } as const;
export const BARRIERS = { fedA: 14, fedB: 15, binned: 16, cup: 17 } as const;
export const MOTOR_PINS: readonly number[] = [7, 8, 9, 10, 11, 13];

export const CONTACTS = { door: 18, key: 19, button: 2 } as const;

export const GUARD: Guard = {
  ...{ type: 'guard', silenceMs: 500, ...BARRIERS, ...CONTACTS },
  ...{ relay: PINS.relay, motorPower: PINS.power },
};
export const LEASE: Lease = { type: 'lease', intent: 1, stepsA: 1000, stepsB: 0, forMs: 2000 };

/** Modes of Firmata. */
export const MODE = { input: 0, output: 1, analog: 2, pwm: 3, servo: 4, stepper: 8, pullUp: 11 } as const;

const STARTING_MS = 100;
const ANSWER_MS_MAX = 2000;

export function lowBits(number: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (number >> (7 * index)) & 0x7f);
}

/** The sketch on a chip with nothing around it, and somebody at its line who speaks Firmata by hand. */
export class SketchRig {
  readonly chip: Chip;
  /** Whole messages of the board, as bytes. */
  readonly messages: number[][] = [];
  readonly changes: PinChange[] = [];
  /** What it said in our own messages. */
  readonly said: BoardMessage[] = [];

  constructor(eeprom?: Uint8Array) {
    this.chip = new Chip({ hex: sketchHex, ...(eeprom === undefined ? {} : { eeprom }) });
    const framer = new Framer((message) => this.#heard(message));
    this.chip.onByte((byte) => framer.take(byte));
    this.chip.onPin((change) => this.changes.push(change));
    for (const pin of Object.values(BARRIERS)) this.chip.setLevel(pin, true);
    this.chip.setLevel(CONTACTS.door, false);
    this.start();
  }

  /** Power on, and until it has greeted and kept that it has started. */
  start(): void {
    this.chip.powerOn();
    this.ms(STARTING_MS);
  }

  ms(count: number): void {
    this.chip.advance(count * CYCLES_PER_MS);
  }

  /** Until everything that was sent has come in, and been followed. */
  send(...bytes: readonly number[]): void {
    this.chip.receive(Uint8Array.from(bytes));
    this.chip.advanceTo(this.chip.receivedBy);
    this.ms(1);
  }

  sysex(...bytes: readonly number[]): void {
    this.send(0xf0, ...bytes, 0xf7);
  }

  tell(message: HostMessage): void {
    this.sysex(...encodeHostMessage(message));
  }

  /** The first message of ours that the board says after it was told this. */
  ask(message: HostMessage): BoardMessage {
    const before = this.said.length;
    this.tell(message);
    return this.#waitFor(() => this.said[before]);
  }

  witness(): Witness {
    const answer = this.ask({ type: 'witness' });
    if (answer.type !== 'witness') throw new Error(`The board said ${answer.type}.`);
    return answer;
  }

  refusals(): string[] {
    return this.said.flatMap((message) => (message.type === 'refused' ? [`${message.id} ${message.reason}`] : []));
  }

  setMode(pin: number, mode: number): void {
    this.send(0xf4, pin, mode);
  }

  setDigital(pin: number, high: boolean): void {
    this.send(0xf5, pin, Number(high));
  }

  setAnalog(pin: number, value: number): void {
    this.send(0xe0 | pin, ...lowBits(value, 2));
  }

  configureStepper(stepper: number, pin: number, stepsPerTurn = 200): void {
    this.sysex(0x72, 0, stepper, 1, ...lowBits(stepsPerTurn, 2), pin, pin);
  }

  /** Speed in hundredths of a radian a second. */
  step(stepper: number, steps: number, speed: number, ramps: readonly number[] = []): void {
    this.sysex(0x72, 1, stepper, 1, ...lowBits(steps, 3), ...lowBits(speed, 2), ...ramps.flatMap((r) => lowBits(r, 2)));
  }

  /** Guarded, leased, and motor A ready to step. */
  arm(lease: Partial<Lease> = {}, guard: Partial<Guard> = {}): void {
    this.ask({ ...GUARD, ...guard });
    this.configureStepper(0, PINS.stepA);
    this.configureStepper(1, PINS.stepB);
    this.setMode(PINS.cutter, MODE.servo);
    this.setMode(PINS.power, MODE.output);
    this.ask({ ...LEASE, ...lease });
  }

  /** The cycles at which a pin went high. */
  rises(pin: number): number[] {
    return this.changes.filter((change) => change.pin === pin && change.drive === 'high').map(({ cycle }) => cycle);
  }

  /** A sachet passes a barrier. */
  pass(pin: number, darkMs: number): void {
    this.chip.setLevel(pin, false);
    this.ms(darkMs);
    this.chip.setLevel(pin, true);
  }

  #heard(message: number[]): void {
    this.messages.push(message);
    const [first, id = 0] = message;
    if (first === 0xf0 && id >= 1 && id <= 7) this.said.push(decodeBoardMessage(message.slice(1, -1)));
  }

  #waitFor<T>(found: () => T | undefined): T {
    for (let ms = 0; ms < ANSWER_MS_MAX; ms += 1) {
      const value = found();
      if (value !== undefined) return value;
      this.ms(1);
    }
    throw new Error('The board did not answer.');
  }
}
