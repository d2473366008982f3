import type { Host } from '../../firmware/host/host.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Mqtt, MqttEvent } from '../../hal/ports/mqtt.ts';
import { type ConfigDocument, decodeConfig } from '../../protocol/messages/config.ts';
import type { Electronics, ElectronicsWiring } from '../device/electronics.ts';
import type { BootFirmware, UnitPlace } from '../device/unit.ts';
import { usualUnit } from '../device/unit-spec.ts';
import type { Both, PanelCommand, PanelFrame } from '../panel/frames.ts';
import { ZoneCalendar } from '../prescription/calendar.ts';
import { makeWorld, realFirmware } from '../run/firmware.ts';
import { World } from '../world/world.ts';
import { carryOut } from './commands.ts';
import { LiveFaults } from './faults.ts';
import { frameOf } from './frame.ts';
import { KeptRolls, type SavedRolls } from './kept-rolls.ts';
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
  readonly onFiles?: UnitOnFiles;
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
export interface UnitOnFiles {
  readonly boot: BootFirmware;
  readonly databasePath: string;
  /** Where every sachet was when its process ended. */
  readonly rolls: SavedRolls | undefined;
  /** Keeps what sachets did, before the firmware hears of it: what rolls and hands do by themselves. */
  readonly keep: (rolls: SavedRolls) => void;
}

/** Before anybody looks, the unit has started and the nurse has filled it. */
const FILLING_MS = 4 * 60_000;
/** More often, a jump through hours would wait for the wire all the time; less often, the centre would call it gone. */
const ALIVE_MS = 16_000;

/** One simulated dispenser that a person can see, press and torment, running the real firmware in accelerable time. */
export class LiveUnit {
  readonly #electronics: LiveElectronics | undefined;
  readonly #world: World;
  readonly #line: LiveLine;
  readonly #pace: Pace;
  readonly #faults: LiveFaults;
  readonly #rolls: KeptRolls;
  readonly #capacities = new Map<RollId, number>();
  #spokenId = 0;
  #spoken: unknown;

  constructor(options: LiveOptions) {
    let line: LiveLine | undefined;
    const { onFiles } = options;
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
      onFiles === undefined
        ? makeWorld({
            ...place,
            boot: realFirmware(spec, options.config.serviceNumber, ALIVE_MS),
            startMs: options.startMs - FILLING_MS,
          })
        : new World({
            ...place,
            boot: onFiles.boot,
            databasePath: onFiles.databasePath,
            documentOf: () => this.#documentInForce(),
            startMs: options.startMs,
          });
    this.#line = line as unknown as LiveLine;
    this.#faults = new LiveFaults(this.#world, this.#line);
    this.#rolls = new KeptRolls(this.#world);
    this.#world.watch({
      happened: (event) => event.type === 'fitted' && this.#capacities.set(event.roll, event.sachets.length),
    });
    this.#pace = new Pace(
      this.#world.timeline,
      options.metronome,
      () => this.#awaited(),
      () => options.onFrame(this.frame()),
    );
    if (onFiles !== undefined) {
      if (onFiles.rolls !== undefined) this.#rolls.restore(onFiles.rolls);
      this.#rolls.keepWith(onFiles.keep);
      this.#world.unit.start(0);
      this.#world.watch({ started: () => this.#followPlan() });
      return;
    }
    this.#world.unit.start();
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
    return this.#rolls.now;
  }

  get host(): Host | undefined {
    return this.#world.unit.host;
  }

  /** Starts the firmware anew, as a restart of the process would. */
  restart(why: string): void {
    this.#world.unit.killProcess(why, 0);
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
      faults: this.#faults.on,
      electronics: this.#electronics === undefined ? 'simulated' : 'emulated',
      capacities: this.#capacities,
    });
  }

  /** Carries out what the person at the panel asks; a sentence comes back when it cannot be done. */
  carryOut(command: PanelCommand): Both | undefined {
    this.#pace.catchUp();
    return carryOut(command, { world: this.#world, pace: this.#pace, faults: this.#faults });
  }

  /** Ends the run; the unit is left as by a power cut. */
  stop(): void {
    this.#pace.stop();
    this.#electronics?.stop();
    this.#world.unit.losePower('the simulator ends');
    this.#world.dispose();
  }

  #awaited(): Awaited {
    if (this.#electronics?.isBusy === true) return 'electronics';
    if (this.#faults.on.internet) return null;
    if (this.#line.isOwed) return 'answer';
    const draining = this.#line.connected && this.#world.unit.host?.state.chart.link === 'draining';
    return draining ? 'acknowledgement' : null;
  }
}
