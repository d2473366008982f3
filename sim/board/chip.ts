import { Agenda } from './agenda.ts';
import { Core, FREQUENCY_HZ, type ResetCause } from './core.ts';
import { Eeprom } from './eeprom.ts';
import { readHex } from './hex.ts';
import { type Drive, FIRST_ANALOG_PIN, PIN_COUNT, type PortName, pinsOf, placeOf } from './pins.ts';

export { FREQUENCY_HZ } from './core.ts';
export type { Drive } from './pins.ts';

export const CYCLES_PER_MS = FREQUENCY_HZ / 1000;
const SUPPLY_VOLTS = 5;
const BAUD = 57_600;
/** A byte with its start and stop bit. */
const CYCLES_PER_BYTE = Math.round((FREQUENCY_HZ * 10) / BAUD);

export interface ChipOptions {
  /** Intel hex. */
  readonly hex: string;
  /** What the EEPROM holds; a new chip's is erased. */
  readonly eeprom?: Uint8Array;
}

export interface PinChange {
  readonly pin: number;
  readonly drive: Drive;
  readonly cycle: number;
}

/**
 * An ATmega328P on a board, with all that hangs on its pins left to others. Its time is its own count of cycles, 16 million
 * a second, which goes on through resets and power cuts; it passes in `advance` and nowhere else. Two runs with the same
 * program, the same EEPROM and the same calls at the same cycles are the same to the byte.
 */
export class Chip {
  readonly eeprom: Eeprom;
  readonly #program: Uint16Array;
  readonly #agenda = new Agenda();
  readonly #drives: Drive[] = Array.from({ length: PIN_COUNT }, () => 'open');
  readonly #levels: (boolean | undefined)[] = Array.from({ length: PIN_COUNT }, () => undefined);
  readonly #volts: number[] = Array.from({ length: PIN_COUNT }, () => 0);
  readonly #pinListeners: ((change: PinChange) => void)[] = [];
  readonly #byteListeners: ((byte: number, cycle: number) => void)[] = [];
  #core: Core | undefined;
  #cycles = 0;
  #bornAt = 0;
  #lineFreeAt = 0;
  /** Counts lives and power cuts: bytes that left in an earlier one never arrive. */
  #life = 0;

  /** Without power at first. */
  constructor({ hex, eeprom }: ChipOptions) {
    this.#program = readHex(hex);
    this.eeprom = new Eeprom(eeprom);
  }

  get cycles(): number {
    return this.#core?.cycles ?? this.#cycles;
  }

  /** Cycles of this life in which the sketch did not sleep. */
  get busyCycles(): number {
    const core = this.#core;
    return core === undefined ? 0 : core.cycles - this.#bornAt - core.asleepCycles;
  }

  get isPowered(): boolean {
    return this.#core !== undefined;
  }

  /** Lets cycles pass, a few more at most: the last instruction is not cut in two. */
  advance(cycles: number): void {
    this.advanceTo(this.cycles + cycles);
  }

  advanceTo(cycle: number): void {
    while (this.cycles < cycle) {
      this.#run(Math.min(cycle, this.#agenda.nextCycle));
      while (this.#agenda.nextCycle <= this.cycles) this.#agenda.step();
    }
  }

  /** Calls back in the middle of an `advance`, as soon as the cycle is reached. */
  at(cycle: number, act: () => void): void {
    this.#agenda.add(cycle, act);
    this.#core?.stopAt(cycle);
  }

  powerOn(): void {
    if (this.#core === undefined) this.#begin('powerOn');
  }

  /** Every pin is let go, what is on the line is lost, and a write to the EEPROM stays half done. */
  powerCut(): void {
    if (this.#core === undefined) return;
    this.#end();
    this.eeprom.losePower(this.#cycles);
    this.#noteAll();
  }

  /** The reset pin, as a host pulls it through DTR. */
  reset(): void {
    if (this.#core !== undefined) this.#restart('pin');
  }

  /** The sketch stands still, interrupts and all, until the watchdog or a reset ends it. */
  hang(): void {
    this.#core?.hang();
  }

  /** Puts bytes on the line to the chip; they come in one after another at 57,600 baud. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#lineFreeAt = Math.max(this.#lineFreeAt, this.cycles) + CYCLES_PER_BYTE;
      this.at(this.#lineFreeAt, () => this.#core?.receive(byte));
    }
  }

  /** The cycle at which the last byte that was put on the line has come in. */
  get receivedBy(): number {
    return this.#lineFreeAt;
  }

  /** A byte from the chip, when its last bit has arrived. */
  onByte(listener: (byte: number, cycle: number) => void): void {
    this.#byteListeners.push(listener);
  }

  /** Told whenever the chip drives a pin otherwise, PWM and pulses included. */
  onPin(listener: (change: PinChange) => void): void {
    this.#pinListeners.push(listener);
  }

  driveOf(pin: number): Drive {
    return this.#drives[pin] ?? 'open';
  }

  /** Ties a pin to 5 V or to ground from outside; undefined unties it. An analog pin measures the same. */
  setLevel(pin: number, high: boolean | undefined): void {
    this.#levels[pin] = high;
    this.#volts[pin] = high === true ? SUPPLY_VOLTS : 0;
    this.#feed(pin);
  }

  /** Puts a voltage on an analog pin, 14 to 21; as a digital one it is high from half the supply on. */
  setVolts(pin: number, volts: number): void {
    this.#levels[pin] = volts >= SUPPLY_VOLTS / 2;
    this.#volts[pin] = volts;
    this.#feed(pin);
  }

  #run(until: number): void {
    const core = this.#core;
    if (core === undefined) {
      this.#cycles = Math.max(this.#cycles, until);
      return;
    }
    core.run(until);
    if (core.starved && core === this.#core) this.#restart('watchdog');
  }

  #restart(cause: ResetCause): void {
    this.#end();
    this.eeprom.finish();
    this.#begin(cause);
  }

  #begin(cause: ResetCause): void {
    this.#bornAt = this.#cycles;
    this.#core = new Core(
      this.#program,
      this.eeprom,
      { cycle: this.#cycles, cause },
      { transmitted: (byte) => this.#transmit(byte), portChanged: (port) => this.#note(port) },
    );
    for (let pin = 0; pin < PIN_COUNT; pin += 1) this.#feed(pin);
    this.#noteAll();
  }

  #end(): void {
    this.#cycles = this.cycles;
    this.#core?.stopAt(this.#cycles);
    this.#core = undefined;
    this.#life += 1;
  }

  #transmit(byte: number): void {
    const life = this.#life;
    this.at(this.cycles + CYCLES_PER_BYTE, () => {
      if (life !== this.#life) return;
      for (const listener of this.#byteListeners) listener(byte, this.cycles);
    });
  }

  #noteAll(): void {
    for (const port of ['B', 'C', 'D'] as const) this.#note(port);
  }

  #note(port: PortName): void {
    for (const [bit, pin] of pinsOf[port].entries()) {
      const drive = this.#core?.driveOf(port, bit) ?? 'open';
      if (drive === this.#drives[pin]) continue;
      this.#drives[pin] = drive;
      this.#feed(pin);
      for (const listener of this.#pinListeners) listener({ pin, drive, cycle: this.cycles });
    }
  }

  /** What the chip finds on a pin: what it is tied to, else its own pull-up, else ground. */
  #feed(pin: number): void {
    const core = this.#core;
    if (core === undefined) return;
    const place = placeOf(pin);
    if (place !== undefined) {
      core.setLevel(place.port, place.bit, this.#levels[pin] ?? this.#drives[pin] === 'pulled up');
    }
    if (pin >= FIRST_ANALOG_PIN) core.setVolts(pin - FIRST_ANALOG_PIN, this.#volts[pin] ?? 0);
  }
}
