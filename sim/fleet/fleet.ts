import { setTimeout as delay } from 'node:timers/promises';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import { type CentreWatch, type Shown, until } from './centre-watch.ts';
import { peakPerSecond, spreadOf } from './figures.ts';
import { FleetUnit, type RealTime } from './fleet-unit.ts';
import { firstWindowMs, minutePlan } from './minute-plan.ts';
import { layRelay, type Relay } from './relay.ts';
import type { MissedDoses, Noticed, Rush, Silence, Storm } from './report.ts';
import { Calls, tapped } from './tap.ts';

export interface FleetOptions {
  readonly devices: readonly string[];
  readonly broker: { readonly host: string; readonly port: number };
  /** A device's own way to the broker, or to another port of this machine that leads there. */
  readonly lineOf: (device: string, port?: number) => Mqtt;
  readonly centre: CentreWatch;
  readonly time: RealTime;
  readonly aliveMs?: number;
}

interface Victim {
  readonly unit: FleetUnit;
  readonly relay: Relay;
  readonly how: Silence;
  readonly will: boolean;
}

const kinds = [
  { how: 'cut', will: true },
  { how: 'frozen', will: true },
  { how: 'cut', will: false },
  { how: 'frozen', will: false },
] as const;

/** The fewest units of which each kind of silence has one. */
export const DEVICES_MIN = kinds.length + 1;
const VICTIMS_EACH_MAX = 5;
const MINUTE_MS = 60_000;
/** Longer than a unit is silent between two signs of life: the pulls are spread over it, and so meet every moment. */
const PULLS_MS = 10_000;
const RUSH_MS_MAX = 180_000;
/** What is missed at the very end is waited for. */
const LATE_MS_MAX = 15_000;
const NOTICE_MS_MAX = 60_000;

/** Many units in one process, each with its own connection, and what the centre shows of them. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #calls = new Calls();
  readonly #units: FleetUnit[] = [];
  readonly #victims: Victim[] = [];
  readonly #stopWatching: () => void;
  /** When a missed dose was first shown, by device and dose. */
  readonly #missedMs = new Map<string, number>();
  readonly #shownRecords = new Set<string>();
  #shownTwice = 0;
  readonly #offlineMs = new Map<string, number>();

  private constructor(options: FleetOptions) {
    this.#options = options;
    this.#stopWatching = options.centre.listen((shown) => this.#note(shown));
  }

  /** Makes the units, filled and switched off. */
  static async make(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    const { devices } = options;
    const each = Math.min(VICTIMS_EACH_MAX, Math.max(1, Math.floor(devices.length / 10)));
    for (const [index, device] of devices.entries()) {
      const kind = kinds[Math.floor(index / each)];
      if (kind === undefined) fleet.#units.push(fleet.#makeUnit(index, options.lineOf(device), true));
      else {
        const relay = await layRelay(options.broker);
        const unit = fleet.#makeUnit(index, options.lineOf(device, relay.port), kind.will);
        fleet.#units.push(unit);
        fleet.#victims.push({ unit, relay, ...kind });
      }
      await delay(0);
    }
    return fleet;
  }

  /** Switches every unit on in the same moment. */
  async arrive(): Promise<Rush> {
    const { nowMs } = this.#options.time;
    const startMs = nowMs();
    for (const unit of this.#units) unit.switchOn();
    return this.#rush(startMs);
  }

  /** Lets doses be missed for so long, and measures from each deadline to the page. */
  async miss(seconds: number): Promise<MissedDoses> {
    const { nowMs } = this.#options.time;
    const fromMs = nowMs();
    const toMs = fromMs + seconds * 1000;
    await delay(seconds * 1000);
    const deadlines = this.#units.flatMap((unit) => unit.deadlines(fromMs, toMs));
    const shownMs = ({ device, dose }: { device: string; dose: string }) => this.#missedMs.get(`${device} ${dose}`);
    await until(() => deadlines.every((deadline) => shownMs(deadline) !== undefined), LATE_MS_MAX, nowMs);
    const delays = deadlines.flatMap((deadline) => {
      const atMs = shownMs(deadline);
      return atMs === undefined ? [] : [atMs - deadline.atMs];
    });
    return { ...spreadOf(delays), neverShown: deadlines.length - delays.length, shownTwice: this.#shownTwice };
  }

  /** Lets some units fall silent in every way there is, one after another; they stay silent. */
  async pull(): Promise<Noticed[]> {
    const { nowMs } = this.#options.time;
    const pulledMs = new Map<string, number>();
    this.#offlineMs.clear();
    for (const { unit, relay, how } of inTurn(this.#victims)) {
      pulledMs.set(unit.device, nowMs());
      unit.freeze();
      if (how === 'cut') relay.cut();
      else relay.freeze();
      await delay(PULLS_MS / this.#victims.length);
    }
    await until(() => this.#victims.every(({ unit }) => this.#offlineMs.has(unit.device)), NOTICE_MS_MAX, nowMs);
    return kinds.map(({ how, will }) => {
      const alike = this.#victims.filter((victim) => victim.how === how && victim.will === will);
      const ms = alike.flatMap(({ unit: { device } }) => {
        const atMs = this.#offlineMs.get(device);
        return atMs === undefined ? [] : [atMs - (pulledMs.get(device) as number)];
      });
      return { how, will, ms, never: alike.length - ms.length };
    });
  }

  /** @param restart ends and starts the broker; resolves when it runs again */
  async storm(sessions: Storm['sessions'], restart: () => Promise<void>): Promise<Storm> {
    const endedMs = this.#options.time.nowMs();
    this.#calls.clear();
    await restart();
    return { sessions, ...(await this.#rush(endedMs, this.#options.time.nowMs())) };
  }

  /** The units of which the centre has not everything. */
  async incomplete(): Promise<string[]> {
    interface Device {
      readonly id: string;
      readonly online: boolean;
      readonly ackedThrough: number;
    }
    const { devices } = await this.#options.centre.get<{ devices: readonly Device[] }>('/api/devices');
    const known = new Map(devices.map((device) => [device.id, device]));
    return this.#survivors
      .filter(({ device, lastSeq }) => {
        const shown = known.get(device);
        return shown === undefined || !shown.online || shown.ackedThrough < lastSeq;
      })
      .map(({ device }) => device);
  }

  get crashes(): string[] {
    return this.#units.flatMap(({ device, crashes }) => crashes.map((error) => `${device}: ${String(error)}`));
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    for (const unit of this.#units) unit.stop();
    for (const { relay } of this.#victims) await relay.close();
  }

  get #survivors(): FleetUnit[] {
    const gone = new Set(this.#offlineMs.size === 0 ? [] : this.#victims.map(({ unit }) => unit));
    return this.#units.filter((unit) => !gone.has(unit));
  }

  #makeUnit(index: number, line: Mqtt, will: boolean): FleetUnit {
    const { devices, time, aliveMs } = this.#options;
    const dayMs = time.nowMs();
    // Deadlines are spread evenly over each minute.
    const phaseMs = Math.floor((index * MINUTE_MS) / devices.length);
    return new FleetUnit({
      device: devices[index] as string,
      seed: index + 1,
      config: minutePlan(dayMs),
      ownMs: firstWindowMs(dayMs) + MINUTE_MS - phaseMs,
      time,
      mqtt: tapped(line, { calls: this.#calls, nowMs: time.nowMs, muteWill: !will }),
      ...(aliveMs === undefined ? {} : { aliveMs }),
    });
  }

  /** Waits until every unit has been connected since, and is current. */
  async #rush(sinceMs: number, fromMs = sinceMs): Promise<Rush> {
    const { nowMs } = this.#options.time;
    const survivors = this.#survivors;
    const isBack = (unit: FleetUnit) => unit.connectedMs >= sinceMs && unit.isCurrent;
    const allBack = await until(() => survivors.every(isBack), RUSH_MS_MAX, nowMs);
    const { attempts, connected } = this.#calls;
    return {
      untilCurrentMs: allBack ? nowMs() - fromMs : null,
      attempts: attempts.length,
      connects: connected.length,
      connectsPerSecond: peakPerSecond(connected),
    };
  }

  #note({ name, data, atMs }: Shown): void {
    if (name === 'state' && data.online === false) this.#offlineMs.set(String(data.device), atMs);
    if (name !== 'event') return;
    const { device, epoch, seq } = data;
    const record = `${device} ${epoch} ${seq}`;
    if (this.#shownRecords.has(record)) this.#shownTwice += 1;
    this.#shownRecords.add(record);
    const event = data.event as { type: string; slot: string; date: string } | null;
    if (event?.type === 'dose.missed') this.#missedMs.set(`${device} ${event.slot}/${event.date}`, atMs);
  }
}

/** One of each kind, then the next of each. */
function inTurn(victims: readonly Victim[]): Victim[] {
  const each = victims.length / kinds.length;
  return victims.map((_, index) => victims[(index % kinds.length) * each + Math.floor(index / kinds.length)] as Victim);
}
