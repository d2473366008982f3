import type { Evidence } from '../ports/mechanism.ts';
import type { DoorState, Placement, Power, SensorEvent, Sensors } from '../ports/sensors.ts';
import type { BoardFile, LadderSwitch } from './board-file.ts';
import type { Parts } from './parts.ts';
import type { Witness } from './sketch-protocol.ts';

/** A cup that is empty for so long is: a sachet that settles flutters for less, and one that a fall threw out is told of after the fall. */
const EMPTY_MS = 500;
/** No contact bounces for longer: a key that is turned before the door opens has come to rest by then. */
const CONTACT_MS = 30;
const VOLTS_MAX = 5;
const READING_MAX = 1023;
/** johnny-five tells what it has heard before, until it hears anew. */
const STALE_READINGS = 1;
/** Five a second. */
const STEADY_READINGS = 10;
/** A charge that wavers is no news. */
const PERCENT_STEP = 2;
/** A charger holds the battery within this of full. */
const MAINS_FROM_PERCENT = 95;
const SIXTEENTHS = 16;

export interface SensorSurroundings {
  /** Asks the board what it sees; nobody answers when it is not there. */
  readonly look: (seen: (witness: Witness) => void) => void;
  /** Whether the analog pins have been measured since the board is there. */
  readonly isMeasured: () => boolean;
  /** All that is asked at boot has been read, after the start or since the board is there again. */
  readonly known: () => void;
}

/**
 * Button, cup, door, key, how the unit stands, lid and battery. A report of Firmata's may be spoilt on its way: that a contact
 * has changed is reason to ask, and what is believed of button, cup, door and key is what the sketch says under its CRC. The
 * ladder and the battery are measured, and believed when two readings agree, or a whole step apart.
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
  #presses: number | undefined;
  #door: DoorState | undefined;
  #lidSeated: boolean | undefined;
  #placement: Placement | undefined;
  #ladderSum: number | undefined;
  /** How often the same was read again. */
  #agreeing = 0;
  #isSettling = false;
  /** The ladder has been read since the board is there. */
  #isPlaced = false;
  #staleReadings = STALE_READINGS;
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
    return this.#door ?? 'unknown';
  }

  /** Until somebody has looked it stands as it should. */
  placement(): Placement {
    return this.#placement ?? { upright: true, rolls: { A: true, B: true } };
  }

  /** All is well again with how it stands, and not for long enough yet to be told. */
  get isSettling(): boolean {
    return this.#isSettling;
  }

  /** Whether everything that is asked at boot has been read. */
  get isKnown(): boolean {
    return this.#power !== undefined && this.#isPlaced && this.#door !== undefined;
  }

  /** What lay in the cup then; that it has become empty is told before this returns. */
  cup(witness: Witness): Evidence['cup'] {
    if (this.#file.pins.cupSensor === undefined) return 'unknown';
    this.#tellCup(witness);
    return this.#cup;
  }

  furnished(parts: Parts): void {
    this.#parts = parts;
    const { button, cupSensor, door, switches, battery } = parts;
    const ask = (): void => this.#around.look(() => undefined);
    button.on('down', () => {
      this.#held = false;
      ask();
    });
    button.on('hold', () => {
      if (this.#held) return;
      this.#held = true;
      this.#around.look(({ isPressed }) => {
        if (isPressed) this.#listener({ type: 'quiet.requested' });
      });
    });
    for (const edge of ['open', 'close']) for (const one of [cupSensor, door]) one?.on(edge, ask);
    switches.on('data', () => this.#readLadder());
    battery.on('change', () => this.#readBattery());
  }

  /**
   * The board is there, or there again: what changed meanwhile is told now. What was pressed meanwhile is over; and that the
   * cup is empty is told when it is known how the unit stands, for a fall may have emptied it.
   */
  ready(witness: Witness): void {
    this.#presses = witness.presses;
    if (witness.dark.cup) this.cup(witness);
    this.#tellDoor(witness);
  }

  /** What the board sees, whoever has asked. */
  see(witness: Witness): void {
    if (witness.presses !== this.#presses) this.#listener({ type: 'button.pressed' });
    this.#presses = witness.presses;
    if (witness.dark.cup) this.cup(witness);
    else if (this.#cup === 'occupied' && this.#isPlaced)
      this.#cupTimer ??= this.#lookIn(EMPTY_MS, (later) => this.cup(later));
    if (witness.isDoorShut !== (this.#door === 'closed')) {
      this.#doorTimer ??= this.#lookIn(CONTACT_MS, (later) => this.#tellDoor(later));
    }
  }

  /** Of what nobody reads nothing is known; a door that may open unseen stays as it was seen last. */
  lost(): void {
    this.#forgetCupTimer();
    this.#forgetDoorTimer();
    this.#ladderSum = undefined;
    this.#isPlaced = false;
    this.#isSettling = false;
    this.#staleReadings = STALE_READINGS;
  }

  close(): void {
    this.lost();
    this.#parts?.switches.disable();
    this.#parts?.battery.disable();
  }

  #lookIn(ms: number, seen: (witness: Witness) => void): NodeJS.Timeout {
    return setTimeout(() => this.#around.look(seen), ms);
  }

  #forgetCupTimer(): void {
    clearTimeout(this.#cupTimer);
    this.#cupTimer = undefined;
  }

  #forgetDoorTimer(): void {
    clearTimeout(this.#doorTimer);
    this.#doorTimer = undefined;
  }

  /** A sachet that settles flutters: it is gone when it has been so for a while, or when a movement has come to its end. */
  #tellCup({ dark }: Witness): void {
    this.#forgetCupTimer();
    const wasOccupied = this.#cup === 'occupied';
    this.#cup = dark.cup ? 'occupied' : 'empty';
    if (wasOccupied && !dark.cup) this.#listener({ type: 'cup.emptied' });
  }

  /** The key was turned when the door came open; a key that is turned later opens nothing. */
  #tellDoor({ isDoorShut, isKeyTurned }: Witness): void {
    this.#forgetDoorTimer();
    if (this.#door !== undefined && isDoorShut === (this.#door === 'closed')) return;
    const open = isKeyTurned ? 'opened' : 'forced';
    this.#door = isDoorShut ? 'closed' : open;
    this.#listener(isDoorShut ? { type: 'door.closed' } : { type: 'door.opened', withKey: isKeyTurned });
  }

  /** What is read once may lie between two sums, and is believed when it is read again; before a first report there is nothing. */
  #readLadder(): void {
    const reading = this.#parts?.switches.value ?? null;
    if (reading === null || !this.#around.isMeasured()) return;
    if (this.#staleReadings > 0) {
      this.#staleReadings -= 1;
      return;
    }
    const sum = Math.round((reading / READING_MAX) * SIXTEENTHS);
    this.#agreeing = sum === this.#ladderSum ? this.#agreeing + 1 : 0;
    this.#ladderSum = sum;
    if (this.#agreeing === 0) return;
    const isWell = (name: LadderSwitch): boolean => {
      const worth = this.#file.ladder[name];
      return worth === undefined || (sum & worth) !== 0;
    };
    this.#place({ upright: isWell('upright'), rolls: { A: isWell('rollA'), B: isWell('rollB') } });
    const lidSeated = isWell('lid');
    if (this.#lidSeated === true && !lidSeated) this.#listener({ type: 'quiet.requested' });
    this.#lidSeated = lidSeated;
  }

  /** That all is well again is believed when it has been so for a while: a contact may rattle. */
  #place(placement: Placement): void {
    const { upright, rolls } = this.placement();
    const isBetter =
      (placement.upright && !upright) || (placement.rolls.A && !rolls.A) || (placement.rolls.B && !rolls.B);
    this.#isSettling = this.#isPlaced && isBetter && this.#agreeing < STEADY_READINGS;
    if (this.#isSettling) return;
    const isNews = placement.upright !== upright || placement.rolls.A !== rolls.A || placement.rolls.B !== rolls.B;
    this.#placement = placement;
    if (isNews) this.#listener({ type: 'placement.changed', placement });
    if (this.#isPlaced) return;
    this.#isPlaced = true;
    if (this.isKnown) this.#around.known();
  }

  #readBattery(): void {
    const reading = this.#parts?.battery.value ?? null;
    if (reading === null) return;
    const { divider, volts } = this.#file.battery;
    const batteryPercent = chargeAt((reading / READING_MAX) * VOLTS_MAX * divider, volts);
    const source = batteryPercent >= MAINS_FROM_PERCENT ? 'mains' : 'battery';
    const told = this.#power;
    const isWavering = told !== undefined && Math.abs(batteryPercent - told.batteryPercent) < PERCENT_STEP;
    // At its edge the mains come back at once, but are lost by a whole step only: else each wavering would lose them anew.
    if (isWavering && (source === told.source || source === 'battery')) return;
    const power = { source, batteryPercent } as const;
    this.#power = power;
    this.#listener({ type: 'power.changed', power });
    if (told === undefined && this.isKnown) this.#around.known();
  }
}

/** @returns percent, for the volts at every tenth */
function chargeAt(volts: number, tenths: readonly number[]): number {
  const above = tenths.findIndex((one) => volts < one);
  if (above === 0) return 0;
  if (above < 0) return 100;
  const [low = 0, high = 0] = tenths.slice(above - 1, above + 1);
  return Math.round(10 * (above - 1 + (volts - low) / (high - low)));
}
