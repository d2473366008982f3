import type { Host } from '../../firmware/host/host.ts';
import type { Ports } from '../../firmware/host/ports.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import type { InboxEvent } from '../../firmware/machine/events.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import type { MechanismEvent } from '../../hal/ports/mechanism.ts';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import type { SensorEvent } from '../../hal/ports/sensors.ts';
import { type Store, StoreError } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { PowerCut } from '../device/crash-points.ts';
import { TraceHash } from '../kernel/trace-hash.ts';
import { realFirmware } from './firmware.ts';
import { lineOf } from './observation-line.ts';
import type { TraceHeader, TraceLine } from './trace-file.ts';

/** The firmware did something else than the trace says. */
export interface Divergence {
  /** In the trace file, counted from 1. */
  readonly line: number;
  readonly entrance: string;
  readonly detail: string;
}

export interface ReplayResult {
  readonly of: string;
  readonly entrances: number;
  readonly same: boolean;
  readonly traceHash: string;
  readonly divergence: Divergence | null;
}

/** The firmware asked its ports for more than the trace knows. */
class OutOfStep extends Error {
  override readonly name = 'OutOfStep';
}

/** Feeds a trace to a fresh unit and compares, entrance by entrance, until the end or the first difference. */
export function replayTrace(header: TraceHeader, lines: Iterable<TraceLine>): ReplayResult {
  const unit = new ReplayUnit(header);
  let entrances = 0;
  let divergence: Divergence | null = null;
  for (const line of lines) {
    entrances += 1;
    const detail = unit.enter(line);
    if (detail === undefined) continue;
    divergence = { line: entrances + 1, entrance: nameOf(line), detail };
    break;
  }
  const result = { of: header.of, entrances, same: divergence === null, traceHash: unit.digest, divergence };
  unit.dispose();
  return result;
}

function nameOf({ in: entrance, event }: TraceLine): string {
  const type = typeof event === 'object' && event !== null && 'type' in event ? ` ${String(event.type)}` : '';
  return `${entrance}${type}`;
}

class ReplayUnit {
  readonly #header: TraceHeader;
  readonly #store: Store;
  readonly #hash = new TraceHash();
  readonly #ports: Ports;
  #line: TraceLine = { in: 'boot', hash: '' };
  #readings = 0;
  #draws = 0;
  #calls = 0;
  #host: Host | undefined;
  #wake: (() => void) | undefined;
  readonly #listeners: {
    sensor?: (event: SensorEvent) => void;
    mechanism?: (event: MechanismEvent) => void;
    mqtt?: (event: MqttEvent) => void;
  } = {};

  constructor(header: TraceHeader) {
    this.#header = header;
    this.#store = openStore({ path: ':memory:' });
    provision(this.#store, {
      device: header.device,
      config: header.config,
      atMs: header.provisionedMs,
      epoch: header.epoch,
    });
    this.#ports = this.#makePorts();
  }

  get digest(): string {
    return this.#hash.digest();
  }

  dispose(): void {
    this.#store.close();
  }

  /** @returns what was different, or undefined */
  enter(line: TraceLine): string | undefined {
    this.#line = line;
    this.#readings = 0;
    this.#draws = 0;
    this.#calls = 0;
    try {
      this.#perform(line);
      if (line.cut !== undefined)
        return `the trace has a power cut at port call ${line.cut[0]}; the firmware made ${this.#calls}`;
    } catch (error) {
      if (error instanceof OutOfStep) return error.message;
      if (!(error instanceof PowerCut)) throw error;
      this.#host = undefined;
    }
    const asked = line.clock?.length ?? 0;
    if (this.#readings !== asked)
      return `the firmware read the clock ${this.#readings} times, in the trace ${asked} times`;
    if (this.digest !== line.hash)
      return `the firmware's doings have the hash ${this.digest}, in the trace ${line.hash}`;
    const calls = line.calls ?? 0;
    if (this.#calls !== calls) return `the firmware made ${this.#calls} port calls, in the trace ${calls}`;
    return undefined;
  }

  #perform(line: TraceLine): void {
    switch (line.in) {
      case 'boot': {
        const { device, firmware, serviceNumber } = this.#header;
        const observe = (observation: Parameters<typeof lineOf>[0]) => this.#hash.add(lineOf(observation));
        this.#host = realFirmware({ device, firmware }, serviceNumber)(this.#ports, observe);
        return;
      }
      case 'wake':
        return this.#wake?.();
      case 'receive':
        this.#host?.receive(line.event as InboxEvent);
        return;
      case 'offer':
        this.#host?.offerConfig(line.event as Uint8Array);
        return;
      case 'sensor':
        return this.#listeners.sensor?.(line.event as SensorEvent);
      case 'mechanism':
        return this.#listeners.mechanism?.(line.event as MechanismEvent);
      case 'mqtt':
        return this.#listeners.mqtt?.(line.event as MqttEvent);
    }
  }

  #makePorts(): Ports {
    const call = () => this.#call();
    const quiet = () => undefined;
    return {
      clock: {
        read: () => this.#read(),
        wakeAfter: (_delayMs, wake) => {
          this.#wake = wake;
        },
      },
      entropy: { below: () => this.#draw() },
      signatures,
      sensors: {
        listen: (listener) => {
          this.#listeners.sensor = listener;
        },
        power: () => this.#line.power ?? { source: 'mains', batteryPercent: 100 },
        door: () => this.#line.door ?? 'closed',
      },
      mechanism: {
        listen: (listener) => {
          this.#listeners.mechanism = listener;
        },
        release: call,
        swallow: call,
        retract: call,
        stop: call,
        inspect: call,
      },
      mqtt: {
        listen: (listener) => {
          this.#listeners.mqtt = listener;
        },
        connect: call,
        publish: call,
        disconnect: call,
      },
      panel: { show: call },
      speech: { say: call },
      lock: { set: call },
      log: { write: quiet },
      watchdog: { kick: quiet, restart: quiet },
      store: {
        prepare: (sql) => this.#store.prepare(sql),
        exec: (sql) => this.#store.exec(sql),
        transaction: (body) => this.#transaction(body),
        integrityProblems: () => this.#store.integrityProblems(),
        close: quiet,
      },
    };
  }

  #read() {
    const reading = this.#line.clock?.[this.#readings];
    this.#readings += 1;
    if (reading === undefined)
      throw new OutOfStep(
        `the firmware read the clock ${this.#readings} times, in the trace ${this.#readings - 1} times`,
      );
    const [wallMs, monoMs, source] = reading;
    return { wallMs, monoMs, source };
  }

  #draw(): number {
    const drawn = this.#line.draws?.[this.#draws];
    this.#draws += 1;
    if (drawn === undefined)
      throw new OutOfStep(`the firmware drew chance ${this.#draws} times, in the trace ${this.#draws - 1} times`);
    return drawn;
  }

  #call(): void {
    this.#calls += 1;
    if (this.#line.cut?.[0] === this.#calls) throw new PowerCut(this.#line.cut[1]);
  }

  #transaction<T>(body: () => T): T {
    this.#calls += 1;
    const number = this.#calls;
    const cut = this.#line.cut?.[0] === number ? this.#line.cut[1] : undefined;
    const failure = this.#line.refused?.find(([at]) => at === number)?.[1];
    if (failure !== undefined) throw new StoreError(failure, `the simulated medium says: ${failure}`);
    const result = this.#store.transaction(() => {
      const value = body();
      if (cut === 'before commit') throw new PowerCut(cut);
      return value;
    });
    if (cut !== undefined) throw new PowerCut(cut);
    return result;
  }
}
