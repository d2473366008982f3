import { expect } from 'vitest';
import { createBoard, type FiveBoard } from '../../../../hal/johnny-five/board.ts';
import type { LabelCamera } from '../../../../hal/johnny-five/movements.ts';
import type { MechanismEvent } from '../../../../hal/ports/mechanism.ts';
import type { SerialEvent } from '../../../../hal/ports/serial.ts';
import { Chip, CYCLES_PER_MS, type PinChange } from '../../../../sim/board/chip.ts';
import { ChipSerial } from '../../../../sim/board/chip-serial.ts';
import { Housing } from '../../../../sim/board/housing.ts';
import { emulationOf } from '../../../../sim/board/reference.ts';
import { beginVirtualTimers, type VirtualTimers } from '../../../../sim/board/virtual-timers.ts';
import { partsFilledWith } from '../../../../sim/device/mechanism-parts.ts';
import { Random } from '../../../../sim/kernel/random.ts';

const { hex, file } = emulationOf('reference');
const READY_MS_MAX = 5_000;
/** The slowest movement has come to its end by then. */
export const MOVE_MS_MAX = 6_000;

/** A line on which somebody else may speak. */
class NoisySerial extends ChipSerial {
  #tell: (event: SerialEvent) => void = () => undefined;

  override listen(listener: (event: SerialEvent) => void): void {
    this.#tell = listener;
    super.listen(listener);
  }

  /** Of what is sent next, the first byte of this value is lost. */
  loses: number | undefined;
  /** Sees all that is sent; what it says true to never arrives. */
  swallows: (message: Uint8Array) => boolean = () => false;

  override write(bytes: Uint8Array): boolean {
    if (this.swallows(bytes)) return true;
    const at = this.loses === undefined ? -1 : bytes.indexOf(this.loses);
    if (at < 0) return super.write(bytes);
    this.loses = undefined;
    return super.write(bytes.filter((_, index) => index !== at));
  }

  hear(...bytes: number[]): void {
    this.#tell({ type: 'serial.received', bytes: Uint8Array.from(bytes) });
  }
}

/** The drivers on the emulated chip, with a mechanism of five sachets a roll. */
export class BoardRig {
  readonly chip = new Chip({ hex });
  readonly serial = new NoisySerial(this.chip);
  readonly parts = partsFilledWith(5, 20);
  readonly switches: Housing['switches'];
  readonly mechanics: Housing['mechanics'];
  board: FiveBoard;
  readonly told: MechanismEvent[] = [];
  /** Sachets that the blade went through. */
  readonly halved: number[] = [];
  readonly sensed: string[] = [];
  readonly logged: string[] = [];
  readonly changes: PinChange[] = [];
  readonly #timers: VirtualTimers;
  readonly #camera: LabelCamera | undefined;

  constructor(camera?: LabelCamera) {
    this.#camera = camera;
    this.#timers = beginVirtualTimers();
    const { mechanics, switches } = new Housing({
      ...{ chip: this.chip, file, parts: this.parts },
      random: Random.stream(1, 'contacts'),
      witness: (event) => {
        if (event.type === 'halved') this.halved.push(event.sachet.serial);
      },
    });
    this.mechanics = mechanics;
    this.switches = switches;
    this.chip.onPin((change) => this.changes.push(change));
    this.chip.powerOn();
    this.board = this.#begin();
    this.until(() => this.board.isReady, READY_MS_MAX);
    this.sensed.length = 0;
  }

  /** The drivers end, and others begin on the board as it stands. */
  restart(): void {
    this.board.close();
    this.board = this.#begin();
  }

  #begin(): FiveBoard {
    const board = createBoard({
      ...{ file, serial: this.serial, log: { write: (_, text) => this.logged.push(text) } },
      ...(this.#camera !== undefined && { camera: this.#camera }),
    });
    board.mechanism.listen((event) => this.told.push(event));
    board.sensors.listen((event) => this.sensed.push(event.type));
    return board;
  }

  ms(count: number): void {
    for (let ms = 0; ms < count; ms += 1) {
      this.#timers.tick();
      this.chip.advance(CYCLES_PER_MS);
      this.serial.flush();
    }
  }

  until(holds: () => boolean, msMax = MOVE_MS_MAX): void {
    for (let ms = 0; !holds(); ms += 1) {
      if (ms > msMax) expect.unreachable('It did not come to pass.');
      this.ms(1);
    }
  }

  answer(): MechanismEvent {
    const count = this.told.length;
    this.until(() => this.told.length > count);
    return this.told[count] ?? expect.unreachable();
  }

  /** The share of its time that a lamp's pin is high. */
  brightness(pin: number): number {
    const since = this.chip.cycles;
    let high = 0;
    let at = since;
    let isHigh = this.chip.driveOf(pin) === 'high';
    const count = this.changes.length;
    this.ms(100);
    for (const change of this.changes.slice(count).filter((one) => one.pin === pin)) {
      if (isHigh) high += change.cycle - at;
      at = change.cycle;
      isHigh = change.drive === 'high';
    }
    if (isHigh) high += this.chip.cycles - at;
    return high / (this.chip.cycles - since);
  }

  end(): void {
    this.#timers.end();
  }
}
