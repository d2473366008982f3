import { nextDose, openDose } from '../../firmware/domain/agenda.ts';
import type { DoseKey } from '../../firmware/domain/dose.ts';
import { LOCKING } from '../../firmware/domain/lockout.ts';
import type { Host } from '../../firmware/host/host.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Mqtt, MqttEvent } from '../../hal/ports/mqtt.ts';
import type { AlarmCode } from '../../protocol/messages/alarm.ts';
import { type ConfigDocument, decodeConfig } from '../../protocol/messages/config.ts';
import type { Electronics, ElectronicsWiring } from '../device/electronics.ts';
import type { SavedParts } from '../device/mechanism-parts.ts';
import type { Sachet } from '../device/sachet.ts';
import type { BootFirmware, UnitPlace } from '../device/unit.ts';
import { usualUnit } from '../device/unit-spec.ts';
import type { Both, FaultName, PanelCommand, PanelFrame } from '../panel/frames.ts';
import { ZoneCalendar } from '../prescription/calendar.ts';
import { makeWorld, realFirmware } from '../run/firmware.ts';
import { World } from '../world/world.ts';
import { frameOf } from './frame.ts';
import { LiveLine } from './line.ts';
import { type Awaited, type Metronome, Pace } from './pace.ts';

export interface LiveOptions {
  readonly device: string;
  readonly config: ConfigDocument;
  readonly startMs: number;
  readonly seed: number;
  /** The way to the real broker. */
  readonly mqtt: Mqtt;
  readonly metronome: Metronome;
  /** The whole firmware of a unit on a board; without it the dispensing alone, set up with `config`. */
  readonly board?: LiveBoard;
  /** Electronics that go by real time, in place of the simulated ones. */
  readonly electronics?: LiveElectronics;
  /** Told after every beat in which something may have changed. */
  readonly onFrame: (frame: PanelFrame) => void;
}

/** What does not run faster because somebody wants to see tomorrow. */
export interface LiveElectronics {
  electronicsFor(wiring: ElectronicsWiring): Electronics;
  /** Something moves, or has just been touched. */
  readonly isBusy: boolean;
  stop(): void;
}

/** A unit that keeps what it knows in files, and is set up over its cable. */
export interface LiveBoard {
  readonly boot: BootFirmware;
  readonly databasePath: string;
  /** Where every sachet was when its process ended. */
  readonly rolls: SavedRolls | undefined;
  /** Keeps what sachets did, before the firmware hears of it: what rolls and hands do by themselves. */
  readonly keep: (rolls: SavedRolls) => void;
}

/** Where every sachet is. */
export interface SavedRolls extends SavedParts {
  /** What hands have taken out of the cup, the latest last. */
  readonly given: readonly Sachet[];
}

/** More than any roll holds. */
const GIVEN_MAX = 1_000;

/** Before anybody looks, the unit has started and the nurse has filled it. */
const FILLING_MS = 4 * 60_000;
/** More often, a jump through hours would wait for the wire all the time; less often, the centre would call it gone. */
const ALIVE_MS = 16_000;
const HOUR_MS = 3_600_000;
/** How far the clock fault sets the clock chip wrong. */
const CLOCK_STEP_MS = -3 * HOUR_MS;

const NOT_RUNNING: Both = { da: 'Apparatet er slukket.', en: 'The unit is off.' };
const NO_FAULT: Both = { da: 'Der er ingen fejl.', en: 'There is no fault.' };
const NOTHING_CALLS: Both = { da: 'Apparatet kalder ikke lige nu.', en: 'The unit is not calling right now.' };

/** What a technician is called out for (sim/world/technician.ts). */
const MENDED: readonly AlarmCode[] = [...LOCKING, 'dose-uncertain', 'storage-fault', 'time-suspect', 'bin-full'];

/** One simulated dispenser that a person can see, press and torment, running the real firmware in accelerable time. */
export class LiveUnit {
  readonly #electronics: LiveElectronics | undefined;
  readonly #world: World;
  readonly #line: LiveLine;
  readonly #pace: Pace;
  readonly #faults: Record<FaultName, boolean> = { jam: false, power: false, internet: false, clock: false };
  readonly #capacities = new Map<RollId, number>();
  readonly #given: Sachet[] = [];
  #spokenId = 0;
  #spoken: unknown;

  constructor(options: LiveOptions) {
    let line: LiveLine | undefined;
    const { board } = options;
    this.#electronics = options.electronics;
    const spec = { ...usualUnit, device: options.device };
    const place = {
      seed: options.seed,
      config: options.config,
      spec,
      line: (answer: (event: MqttEvent) => void) => {
        line = new LiveLine(options.mqtt, (event) => {
          // Heard before time goes on: a jump would let hours pass between the answer and the unit's hearing of it.
          answer(event);
          this.#pace.catchUp();
        });
        return line;
      },
      ...this.#electronicsPlace(),
    };
    this.#world =
      board === undefined
        ? makeWorld({
            ...place,
            boot: realFirmware(spec, options.config.serviceNumber, ALIVE_MS),
            startMs: options.startMs - FILLING_MS,
          })
        : new World({
            ...place,
            boot: board.boot,
            databasePath: board.databasePath,
            documentOf: () => this.#documentInForce(),
            startMs: options.startMs,
          });
    this.#line = line as unknown as LiveLine;
    this.#world.watch({
      happened: (event) => event.type === 'fitted' && this.#capacities.set(event.roll, event.sachets.length),
    });
    this.#pace = new Pace(
      this.#world.timeline,
      options.metronome,
      () => this.#awaited(),
      () => options.onFrame(this.frame()),
    );
    if (board !== undefined) this.#keepRolls(board);
    this.#world.unit.start(board === undefined ? undefined : 0);
    if (board !== undefined) {
      this.#world.watch({ started: () => this.#followPlan() });
      return;
    }
    this.#world.timeline.after(10_000, () => this.#world.nurse.comeRegularly());
    this.#pace.jumpTo(options.startMs);
  }

  /** What electronics tell comes in between two beats: time goes on to now before it is heard. */
  #electronicsPlace(): Pick<UnitPlace, 'electronics'> {
    const electronics = this.#electronics;
    if (electronics === undefined) return {};
    const now =
      <E>(tell: (event: E) => void) =>
      (event: E): void => {
        this.#pace.catchUp();
        tell(event);
      };
    return {
      electronics: (wiring) =>
        electronics.electronicsFor({ ...wiring, answer: now(wiring.answer), sense: now(wiring.sense) }),
    };
  }

  /** Where every sachet is now. */
  get rolls(): SavedRolls {
    return { ...this.#world.unit.parts.save(), given: [...this.#given] };
  }

  get host(): Host | undefined {
    return this.#world.unit.host;
  }

  /** Starts the firmware anew, as a restart of the process would. */
  restart(why: string): void {
    this.#world.unit.killProcess(why, 0);
  }

  /** Whoever is asked later what became of a dose still knows what was taken before. */
  #keepRolls({ rolls, keep }: LiveBoard): void {
    const world = this.#world;
    if (rolls !== undefined) {
      world.unit.parts.restore(rolls);
      this.#given.push(...rolls.given);
      world.whereabouts.happened({ type: 'taken', sachets: rolls.given }, world.nowMs);
    }
    world.watch({
      happened: (event) => {
        if (event.type === 'taken') this.#given.push(...event.sachets);
        this.#given.splice(0, this.#given.length - GIVEN_MAX);
        keep(this.rolls);
      },
    });
  }

  /** A unit that starts again goes on with the plan that it has. */
  #followPlan(): void {
    const config = this.#documentInForce();
    const { schedule, nowMs } = this.#world;
    if (config !== undefined && config.version !== schedule.config.version)
      schedule.adopt(config, ZoneCalendar.of(config.zone, nowMs), nowMs);
  }

  /** Only the unit knows what another centre has sent it. */
  #documentInForce(): ConfigDocument | undefined {
    const bytes = this.#world.unit.host?.ledger?.orders.config()?.bytes;
    return bytes === undefined ? undefined : decodeConfig(bytes);
  }

  frame(): PanelFrame {
    const { spoken } = this.#world.unit.signs;
    if (spoken !== this.#spoken) {
      this.#spoken = spoken;
      this.#spokenId += 1;
    }
    return frameOf({
      world: this.#world,
      speed: this.#pace.speed,
      paused: this.#pace.paused,
      jumping: this.#pace.jumping,
      spokenId: this.#spokenId,
      faults: { ...this.#faults },
      capacities: this.#capacities,
    });
  }

  /** Carries out what the person at the panel asks; a sentence comes back when it cannot be done. */
  carryOut(command: PanelCommand): Both | undefined {
    this.#pace.catchUp();
    const { unit } = this.#world;
    switch (command.do) {
      case 'press':
        // Whoever presses wants to see what comes of it, and not the next morning.
        this.#pace.stay();
        unit.sensors.press(false);
        return undefined;
      case 'choose':
        unit.sensors.choose(command.choice);
        return undefined;
      case 'take':
        unit.takeFromCup();
        return undefined;
      case 'speed':
        this.#pace.speed = command.factor;
        return undefined;
      case 'pause':
        this.#pace.paused = command.on;
        return undefined;
      case 'jump':
        return this.#jump();
      case 'door':
        if (command.open) unit.sensors.openDoor(true);
        else unit.sensors.closeDoor();
        return undefined;
      case 'fault':
        this.#setFault(command.name, command.on);
        return undefined;
      default:
        return unit.running ? this.#ask(command) : NOT_RUNNING;
    }
  }

  /** Ends the run; the unit is left as by a power cut. */
  stop(): void {
    this.#pace.stop();
    this.#electronics?.stop();
    this.#world.unit.losePower('the simulator ends');
    this.#world.dispose();
  }

  /** What people around the unit ask of it. */
  #ask(command: PanelCommand): Both | undefined {
    const { unit, nurse, technician, relative, diary, nowMs } = this.#world;
    switch (command.do) {
      case 'quiet':
        if (unit.host?.state.chart.reminder === 'idle' && (unit.signs.view?.sound ?? 0) === 0) return NOTHING_CALLS;
        unit.sensors.askForQuiet();
        break;
      case 'takeOut':
        // The person at the panel takes each sachet; nobody collects them unseen.
        unit.ask({ type: 'takeOut.requested', doses: command.doses });
        break;
      case 'away':
        relative.tellAbsence(nowMs + command.hours * HOUR_MS);
        break;
      case 'home':
        relative.tellReturn();
        break;
      case 'refill':
        nurse.refill();
        break;
      case 'repair':
        if (!this.#isFaulty) return NO_FAULT;
        this.#faults.jam = false;
        this.#faults.clock = false;
        technician.repair();
        break;
      default:
        if (command.do !== 'settle') break;
        for (const dose of diary.uncertain) {
          unit.ask({ type: 'uncertainty.settled', dose: dose as DoseKey, fate: command.fate });
        }
    }
    return undefined;
  }

  /** Whether a technician has anything to do: a fault that was set, or one that the unit knows of. */
  get #isFaulty(): boolean {
    return this.#faults.jam || this.#faults.clock || MENDED.some((code) => this.#world.diary.isAlarmed(code));
  }

  #setFault(name: FaultName, on: boolean): void {
    if (this.#faults[name] === on) return;
    this.#faults[name] = on;
    const { unit, time, timeline } = this.#world;
    switch (name) {
      case 'jam':
        unit.parts.obstruction = on ? 'cutter' : undefined;
        return;
      case 'power':
        unit.setMains(!on);
        return;
      case 'internet':
        this.#line.plugged = !on;
        time.networkChanged(!on);
        return;
      case 'clock':
        if (on) {
          unit.clock.step(CLOCK_STEP_MS);
          time.networkChanged(false);
        } else {
          time.networkChanged(!this.#faults.internet);
          unit.clock.synchronise(0);
        }
        timeline.after(1_000, () => unit.ask({ type: 'tick' }));
    }
  }

  /** To where something next happens with a dose: its window opens, its time comes, or it ends. */
  #jump(): Both | undefined {
    const memory = this.#world.unit.host?.state.memory;
    if (memory == null) return NOT_RUNNING;
    const { nowMs } = this.#world;
    const open = openDose(memory, nowMs);
    const next = nextDose(memory, nowMs);
    const stops = [open?.dueMs, next?.dueMs].filter((ms): ms is number => ms !== undefined && ms > nowMs);
    if (stops.length === 0) return { da: 'Der er ingen dosis at hoppe til.', en: 'There is no dose to jump to.' };
    this.#pace.jumpTo(Math.min(...stops));
    return undefined;
  }

  #awaited(): Awaited {
    if (this.#electronics?.isBusy === true) return 'electronics';
    if (this.#faults.internet) return null;
    if (this.#line.isOwed) return 'answer';
    const draining = this.#line.connected && this.#world.unit.host?.state.chart.link === 'draining';
    return draining ? 'acknowledgement' : null;
  }
}
