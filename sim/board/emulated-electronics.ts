import { ANSWER_MS_MAX, createBoard, type FiveBoard } from '../../hal/johnny-five/board.ts';
import type { BoardFile } from '../../hal/johnny-five/board-file.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Electronics, ElectronicsWiring } from '../device/electronics.ts';
import type { BoardTime, Passing } from './board-time.ts';
import { Chip, CYCLES_PER_MS } from './chip.ts';
import { ChipSerial } from './chip-serial.ts';
import { EmulatedMechanism } from './emulated-mechanism.ts';
import { EmulatedSensors } from './emulated-sensors.ts';
import { Housing } from './housing.ts';
import type { BoardMechanics } from './mechanics/mechanics.ts';

export interface EmulationOptions {
  /** The sketch, as Intel hex. */
  readonly hex: string;
  readonly file: BoardFile;
  readonly log: Log;
  /** Whose time the board goes by. */
  readonly time: (board: Passing) => BoardTime;
}

/**
 * The real drivers, johnny-five and all, over an emulated cable on the real sketch, whose pins drive a modelled mechanism.
 * Power cuts take the chip; a firmware's process that ends takes its drivers, and the sketch finds out by their silence.
 */
export class EmulatedElectronics implements Electronics, Passing {
  readonly file: BoardFile;
  readonly chip: Chip;
  readonly serial: ChipSerial;
  readonly mechanics: BoardMechanics;
  readonly mechanism: EmulatedMechanism;
  readonly sensors: EmulatedSensors;
  readonly panel = { show: (view: Parameters<FiveBoard['panel']['show']>[0]) => this.#tell().panel.show(view) };
  readonly lock = { set: (locked: boolean) => this.#tell().lock.set(locked) };
  readonly #options: EmulationOptions;
  readonly #time: BoardTime;
  #board: FiveBoard | undefined;
  #booting: { readonly ready: () => void; leftMs: number } | undefined;

  constructor(wiring: ElectronicsWiring, options: EmulationOptions) {
    const { parts, random, witness } = wiring;
    this.#options = options;
    this.file = options.file;
    this.chip = new Chip({ hex: options.hex });
    this.serial = new ChipSerial(this.chip);
    const housing = new Housing({ chip: this.chip, file: options.file, parts, random, witness });
    this.mechanics = housing.mechanics;
    this.#time = options.time(this);
    this.mechanism = new EmulatedMechanism(wiring, {
      board: () => this.#ask(),
      mechanics: this.mechanics,
      serial: this.serial,
      touched: () => this.#time.touched(),
    });
    this.sensors = new EmulatedSensors(wiring, {
      housing,
      touched: () => this.#time.touched(),
    });
  }

  get isBusy(): boolean {
    if (this.#board === undefined) return false;
    const isComing = this.serial.isPlugged && !this.#board.isReady;
    return this.#booting !== undefined || isComing || this.#board.isBusy;
  }

  /** The door would open. */
  get isUnlocked(): boolean {
    return this.chip.driveOf(this.file.pins.lock) === 'high';
  }

  get cycles(): number {
    return this.chip.cycles;
  }

  advanceTo(cycle: number): void {
    while (cycle - this.chip.cycles >= CYCLES_PER_MS) this.step();
  }

  step(): void {
    this.chip.advance(CYCLES_PER_MS);
    this.serial.flush();
    if (this.#booting === undefined) return;
    this.#booting.leftMs -= 1;
    if (this.#booting.leftMs > 0 && this.#board?.isReady !== true) return;
    const { ready } = this.#booting;
    this.#booting = undefined;
    ready();
  }

  boot(ready: () => void): void {
    this.#endProcess();
    this.mechanics.look();
    this.chip.powerOn();
    const board = createBoard({ file: this.file, serial: this.serial, log: this.#options.log });
    this.mechanism.attach(board);
    this.sensors.attach(board);
    this.#board = board;
    this.#booting = { ready, leftMs: ANSWER_MS_MAX };
    this.#time.wake();
  }

  processGone(): void {
    this.#endProcess();
  }

  losePower(): void {
    this.#endProcess();
    this.chip.powerCut();
  }

  renew(): void {
    this.chip.powerCut();
    this.chip.eeprom.load(new Uint8Array(this.chip.eeprom.contents().length).fill(0xff));
    this.mechanism.dead = false;
    this.mechanics.look();
  }

  /** The drivers go without a word: the cable ends with their process. */
  #endProcess(): void {
    this.serial.close();
    this.#booting = undefined;
    this.mechanism.detach();
    this.sensors.detach();
    this.#board?.close();
    this.#board = undefined;
    this.#time.processGone();
  }

  #tell(): FiveBoard {
    this.#time.wake();
    return this.#there();
  }

  #ask(): FiveBoard {
    this.#time.touched();
    return this.#there();
  }

  #there(): FiveBoard {
    if (this.#board === undefined) throw new Error('The firmware speaks to electronics that it was not booted on.');
    return this.#board;
  }
}
