import { bootHost } from '../../firmware/host/host.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import type { Mqtt, MqttEvent } from '../../hal/ports/mqtt.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import type { BootFirmware } from '../device/unit.ts';
import { usualUnit } from '../device/unit-spec.ts';
import { LiveLine } from '../live/line.ts';
import { World } from '../world/world.ts';

/** Real time, as a fleet needs it. Given from outside, so that a test can turn the hands. */
export interface RealTime {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** @returns how to cancel it */
  after(delayMs: number, run: () => void): () => void;
}

export interface FleetUnitOptions {
  readonly device: string;
  readonly seed: number;
  /** Of its ledger; a number of its own unless told. */
  readonly epoch?: number;
  readonly config: ConfigDocument;
  /** The unit's own time when it is switched on; its clock runs as fast as real time, and may show another hour. */
  readonly ownMs: number;
  readonly time: RealTime;
  /** The way to the real broker. */
  readonly mqtt: Mqtt;
  /** How often it says that it is there; as often as the firmware does unless told. */
  readonly aliveMs?: number;
}

/** When a dose was missed for good, if nobody pressed. */
export interface Deadline {
  readonly device: string;
  /** `<slot>/<date>` */
  readonly dose: string;
  /** Real time. */
  readonly atMs: number;
}

/** The nurse fills the unit before it is put where it belongs. */
const FILLING_MS = 4 * 60_000;
const DAY_MS = 86_400_000;
const TIMER_MS_MAX = 60_000;

/** One simulated dispenser with the real firmware, living in real time on a real line. Nobody ever presses its button. */
export class FleetUnit {
  readonly device: string;
  readonly world: World;
  readonly line: LiveLine;
  /** What the firmware threw; a sound one throws nothing. */
  readonly crashes: unknown[] = [];
  /** When its line stood for the last time, in real time. */
  connectedMs = Number.NEGATIVE_INFINITY;
  readonly #time: RealTime;
  /** Own time minus real time. */
  #aheadMs: number;
  #cancel: () => void = () => undefined;
  #living = false;

  /** Makes a filled unit that is switched off. */
  constructor(options: FleetUnitOptions) {
    const { device, seed, config, ownMs, time, mqtt, epoch = 1 + seed } = options;
    this.device = device;
    this.#time = time;
    this.#aheadMs = ownMs - time.nowMs();
    const spec = { ...usualUnit, device };
    let line: LiveLine | undefined;
    this.world = new World({
      boot: realFirmware(options),
      seed,
      startMs: ownMs - FILLING_MS,
      config,
      spec,
      forgetful: true,
      line: (answer) => {
        line = new LiveLine(mqtt, (event) => this.#hear(event, answer));
        return line;
      },
    });
    this.line = line as unknown as LiveLine;
    provision(this.world.unit.store, { device, config, atMs: ownMs - FILLING_MS, epoch });
    this.line.plugged = false;
    this.world.watch({ crashed: (error) => this.crashes.push(error) });
    this.world.unit.start(0);
    this.world.timeline.after(10_000, () => this.world.nurse.comeRegularly());
    this.world.timeline.runUntil(ownMs);
    this.world.unit.losePower('on the way to its citizen');
  }

  /** Power comes; from now on its time runs. */
  switchOn(): void {
    this.#aheadMs = this.world.nowMs - this.#time.nowMs();
    this.#living = true;
    this.line.plugged = true;
    this.world.unit.start();
    this.#catchUp();
  }

  /** Nothing in it moves any more, as in a process that hangs; what its line does is somebody else's business. */
  freeze(): void {
    this.#living = false;
    this.#cancel();
  }

  /** Whether the centre has all that it knows. */
  get isCurrent(): boolean {
    return this.#living && this.world.unit.host?.state.chart.link === 'current';
  }

  /** The number of its latest record. */
  get lastSeq(): number {
    return this.world.diary.lastSeq;
  }

  /** The windows that end between two instants of real time. */
  deadlines(fromMs: number, toMs: number): Deadline[] {
    const doses = this.world.schedule.between(fromMs + this.#aheadMs - DAY_MS, toMs + this.#aheadMs);
    return doses
      .map(({ key, closesMs }) => ({ device: this.device, dose: key, atMs: closesMs - this.#aheadMs }))
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }

  /** Ends it, with a goodbye to the broker if it can. */
  stop(): void {
    this.freeze();
    this.world.unit.losePower('the run ends');
    this.world.dispose();
  }

  #hear(event: MqttEvent, answer: (event: MqttEvent) => void): void {
    if (!this.#living) return;
    if (event.type === 'mqtt.connected') this.connectedMs = this.#time.nowMs();
    this.world.timeline.runUntil(this.#ownMs);
    answer(event);
    this.#catchUp();
  }

  readonly #catchUp = (): void => {
    if (!this.#living) return;
    const { timeline } = this.world;
    timeline.runUntil(this.#ownMs);
    this.#cancel();
    const waitMs = timeline.nextMs - this.#ownMs;
    this.#cancel = this.#time.after(Math.min(Math.max(waitMs, 0), TIMER_MS_MAX), this.#catchUp);
  };

  get #ownMs(): number {
    return Math.floor(this.#time.nowMs() + this.#aheadMs);
  }
}

function realFirmware({ device, config, aliveMs }: FleetUnitOptions): BootFirmware {
  const { firmware } = usualUnit;
  const alive = aliveMs === undefined ? {} : { aliveMs };
  return (ports, observe) =>
    bootHost({ device, firmware, serviceNumber: config.serviceNumber, ports, observe, ...alive });
}
