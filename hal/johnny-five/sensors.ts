import type { Evidence } from '../ports/mechanism.ts';
import type { DoorState, Power, SensorEvent, Sensors } from '../ports/sensors.ts';
import type { BoardFile } from './board-file.ts';
import type { Parts } from './parts.ts';

/** A cup that is empty for so long is: a sachet that settles flutters in the barrier for less. */
const EMPTY_MS = 100;
/** No contact bounces for longer. */
const CONTACT_MS = 30;
const VOLTS_MAX = 5;
const READING_MAX = 1023;
/** A charge that wavers is no news. */
const PERCENT_STEP = 2;
/** A charger holds the battery within this of full. */
const MAINS_FROM_PERCENT = 95;
/** Bits of the ladder of four switches. */
const [LID, UPRIGHT] = [2, 1] as const;

export interface SensorSurroundings {
  /** Somebody has set the unit up again. */
  readonly onUpright: () => void;
  /** Has the board tell the levels of these pins once more. */
  readonly lookAgain: (pins: readonly number[]) => void;
}

/**
 * Button, cup, door, key, lid and battery. johnny-five tells a switch again with every report of its port, so what is
 * passed on is what has changed.
 */
export class FiveSensors implements Sensors {
  readonly #file: BoardFile;
  readonly #around: SensorSurroundings;
  #parts: Parts | undefined;
  #listener: (event: SensorEvent) => void = () => undefined;
  #cup: 'empty' | 'occupied' | 'unknown' = 'unknown';
  #cupTimer: NodeJS.Timeout | undefined;
  #doorTimer: NodeJS.Timeout | undefined;
  #held = false;
  #seen = false;
  #door: DoorState | undefined;
  #lidSeated: boolean | undefined;
  #isUpright = true;
  #power: Power | undefined;

  constructor(file: BoardFile, around: SensorSurroundings) {
    this.#file = file;
    this.#around = around;
  }

  listen(listener: (event: SensorEvent) => void): void {
    this.#listener = listener;
  }

  /** A battery that nobody has measured yet is believed to hold. */
  power(): Power {
    return this.#power ?? { source: 'mains', batteryPercent: 100 };
  }

  door(): DoorState {
    return this.#door ?? 'forced';
  }

  /** Whether everything that is asked at boot has been read. */
  get isKnown(): boolean {
    return this.#power !== undefined && this.#seen;
  }

  /** A unit that lies on its side drops a sachet anywhere. */
  get isUpright(): boolean {
    return this.#isUpright;
  }

  /** What lies in the cup; that it has become empty is told before this returns. */
  cup(): Evidence['cup'] {
    this.#cupIsEmpty();
    return this.#cup;
  }

  furnished(parts: Parts): void {
    this.#parts = parts;
    const { button, cupSensor, door, switches, battery } = parts;
    button.on('down', () => {
      this.#held = false;
      this.#listener({ type: 'button.pressed' });
    });
    button.on('hold', () => {
      if (this.#held) return;
      this.#held = true;
      this.#listener({ type: 'quiet.requested' });
    });
    cupSensor?.on('close', () => this.#cupIsOccupied());
    cupSensor?.on('open', () => this.#cupMayBeEmpty());
    for (const edge of ['open', 'close']) door.on(edge, () => this.#lookSoon());
    switches.on('change', () => this.#readLadder());
    battery.on('change', () => this.#readBattery());
  }

  /** The board is there, or there again, and its pins have been reported: what changed meanwhile is told now. */
  ready(): void {
    this.#seen = true;
    if (this.#parts?.cupSensor?.isClosed === true) this.#cupIsOccupied();
    this.#cupIsEmpty();
    this.#look();
  }

  /** Of what nobody reads nothing is known; a door that may open unseen stays as it was seen last. */
  lost(): void {
    this.#forgetCupTimer();
    clearTimeout(this.#doorTimer);
    this.#doorTimer = undefined;
  }

  close(): void {
    this.lost();
    this.#parts?.switches.disable();
    this.#parts?.battery.disable();
  }

  /** A sachet that settles flutters, and a report may be spoilt: it is empty when it has been so for a while. */
  #cupMayBeEmpty(): void {
    const { cupSensor } = this.#file.pins;
    if (this.#cup !== 'occupied' || this.#cupTimer !== undefined || cupSensor === undefined) return;
    this.#around.lookAgain([cupSensor]);
    this.#cupTimer = setTimeout(() => this.#cupIsEmpty(), EMPTY_MS);
  }

  #cupIsOccupied(): void {
    this.#forgetCupTimer();
    if (this.#parts?.cupSensor?.isClosed === true) this.#cup = 'occupied';
  }

  #forgetCupTimer(): void {
    clearTimeout(this.#cupTimer);
    this.#cupTimer = undefined;
  }

  #cupIsEmpty(): void {
    this.#forgetCupTimer();
    if (this.#parts?.cupSensor?.isClosed !== false) return;
    const wasOccupied = this.#cup === 'occupied';
    this.#cup = 'empty';
    if (wasOccupied) this.#listener({ type: 'cup.emptied' });
  }

  /**
   * The key was turned first, but its contacts may bounce yet. And no report is checked on its way: what opens a door is
   * believed when it was told twice.
   */
  #lookSoon(): void {
    const isNews = this.#parts?.door.isClosed !== (this.#door === 'closed');
    if (!isNews || this.#doorTimer !== undefined) return;
    this.#around.lookAgain([this.#file.pins.door, this.#file.pins.key]);
    this.#doorTimer = setTimeout(() => this.#look(), CONTACT_MS);
  }

  /** The key was turned when the door came open; a key that is turned later opens nothing. */
  #look(): void {
    clearTimeout(this.#doorTimer);
    this.#doorTimer = undefined;
    if (this.#parts === undefined) return;
    const { door, key } = this.#parts;
    const isShut = door.isClosed;
    if (this.#door !== undefined && isShut === (this.#door === 'closed')) return;
    const withKey = key.isClosed;
    const open = withKey ? 'opened' : 'forced';
    this.#door = isShut ? 'closed' : open;
    this.#listener(isShut ? { type: 'door.closed' } : { type: 'door.opened', withKey });
  }

  #readLadder(): void {
    const sixteenths = Math.round(((this.#parts?.switches.value ?? 0) / READING_MAX) * VOLTS_MAX * (16 / VOLTS_MAX));
    const lidSeated = (sixteenths & LID) !== 0;
    const wasUpright = this.#isUpright;
    this.#isUpright = (sixteenths & UPRIGHT) !== 0;
    if (!wasUpright && this.#isUpright) this.#around.onUpright();
    if (this.#lidSeated === true && !lidSeated) this.#listener({ type: 'quiet.requested' });
    this.#lidSeated = lidSeated;
  }

  #readBattery(): void {
    const { divider, emptyVolts, fullVolts } = this.#file.battery;
    const volts = ((this.#parts?.battery.value ?? 0) / READING_MAX) * VOLTS_MAX * divider;
    const share = (volts - emptyVolts) / (fullVolts - emptyVolts);
    const batteryPercent = Math.round(100 * Math.min(1, Math.max(0, share)));
    const source = batteryPercent >= MAINS_FROM_PERCENT ? 'mains' : 'battery';
    const told = this.#power;
    if (source === told?.source && Math.abs(batteryPercent - told.batteryPercent) < PERCENT_STEP) return;
    const power = { source, batteryPercent } as const;
    this.#power = power;
    this.#listener({ type: 'power.changed', power });
  }
}
