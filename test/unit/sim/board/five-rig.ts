import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { Line } from '../../../../hal/johnny-five/line.ts';
import { encodeHostMessage, type HostMessage } from '../../../../hal/johnny-five/sketch-protocol.ts';
import { Chip, CYCLES_PER_MS, type PinChange } from '../../../../sim/board/chip.ts';
import { ChipSerial } from '../../../../sim/board/chip-serial.ts';
import { sketchHex } from '../../../../sim/board/reference.ts';
import { BARRIERS } from './sketch-rig.ts';

/** What is used here of johnny-five 2.1.0 and firmata-io 2.3.0, which bring no types. */
interface Io extends EventEmitter {
  readonly firmware: { readonly name: string; readonly version: { readonly major: number; readonly minor: number } };
  readonly pins: readonly { readonly supportedModes: readonly number[]; readonly analogChannel: number }[];
  sysexCommand(bytes: readonly number[]): void;
  queryFirmware(told: () => void): void;
  queryPinState(pin: number, told: () => void): void;
}
interface Part extends EventEmitter {
  on(event: string, told: (value: never) => void): this;
}
type New<T> = new (options: object) => T;
interface Five {
  readonly Board: New<EventEmitter>;
  readonly Pin: New<{ high(): void; low(): void }>;
  readonly Led: { readonly RGB: New<{ color(red: number, green: number, blue: number): void }> };
  readonly Servo: New<{ to(degrees: number): void }>;
  readonly Button: New<Part>;
  readonly Sensor: New<Part & { readonly value: number }>;
  readonly Stepper: New<{ step(options: object, done: (error: Error | null) => void): void }> & {
    readonly TYPE: { readonly DRIVER: number };
  };
}

const require = createRequire(import.meta.url);
const { Firmata }: { Firmata: new (line: Line, options: object) => Io } = require('firmata-io');
export const five: Five = require('johnny-five');

const WAIT_MS_MAX = 10_000;

/** The real johnny-five on the emulated board, both in virtual time: a turn of the event loop for every millisecond. */
export class FiveRig {
  readonly chip = new Chip({ hex: sketchHex });
  readonly serial = new ChipSerial(this.chip);
  readonly changes: PinChange[] = [];
  readonly io: Io;
  readonly board: EventEmitter;
  isReady = false;
  isLost = false;

  constructor() {
    this.chip.onPin((change) => this.changes.push(change));
    for (const pin of Object.values(BARRIERS)) this.chip.setLevel(pin, true);
    const line = new Line(this.serial);
    this.io = new Firmata(line, { samplingInterval: 10 });
    this.board = new five.Board({ io: this.io, repl: false, debug: false, sigint: false });
    this.board.on('ready', () => {
      this.isReady = true;
    });
    line.open({
      opened: () => void line.emit('open'),
      lost: () => {
        this.isLost = true;
      },
    });
    this.chip.powerOn();
  }

  async ready(): Promise<this> {
    await this.until(() => this.isReady);
    return this;
  }

  async until(holds: () => boolean): Promise<void> {
    const end = this.chip.cycles + WAIT_MS_MAX * CYCLES_PER_MS;
    while (!holds()) {
      if (this.chip.cycles > end) throw new Error('It did not come to pass.');
      this.chip.advance(CYCLES_PER_MS);
      this.serial.flush();
      await new Promise(setImmediate);
    }
  }

  async ms(count: number): Promise<void> {
    const end = this.chip.cycles + count * CYCLES_PER_MS;
    await this.until(() => this.chip.cycles >= end);
  }

  async tell(message: HostMessage): Promise<void> {
    this.io.sysexCommand(encodeHostMessage(message));
    await this.ms(20);
  }

  rises(pin: number): number[] {
    return this.changes.filter((change) => change.pin === pin && change.drive === 'high').map(({ cycle }) => cycle);
  }

  /** The part of its time that a pin was high, since a cycle. */
  duty(pin: number, since: number): number {
    let high = 0;
    let at = since;
    let isHigh = false;
    for (const change of [...this.changes.filter((one) => one.pin === pin)]) {
      if (change.cycle > since && isHigh) high += change.cycle - at;
      at = Math.max(since, change.cycle);
      isHigh = change.drive === 'high';
    }
    if (isHigh) high += this.chip.cycles - at;
    return high / (this.chip.cycles - since);
  }
}
