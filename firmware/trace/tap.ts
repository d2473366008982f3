import type { Host } from '../host/host.ts';
import type { Observation } from '../host/observation.ts';
import type { OrderReader } from '../host/order-desk.ts';
import type { Ports } from '../host/ports.ts';
import {
  blankOf,
  type Entrance,
  type PackedReading,
  ReadingCoder,
  TRACE_VERSION,
  type TraceAbout,
  type TraceHeader,
  type TraceLine,
} from './format.ts';
import { IdleLines } from './idle-lines.ts';
import { deviceOf, imageHead, imageLines } from './ledger-image.ts';
import { lineOf } from './observation-line.ts';
import { recordedCommand, recordedConfig, recordedEvent } from './orders.ts';
import { Placeholders } from './placeholders.ts';
import { recordedMqtt } from './recorded-mqtt.ts';
import { tappedPorts } from './tapped-ports.ts';
import { type StoreEars, tappedStore } from './tapped-store.ts';
import { TraceHash } from './trace-hash.ts';

/** Starts the firmware on its ports; whoever composes a unit decides which firmware that is. */
export type Boot = (ports: Ports, observe: (observation: Observation) => void) => Host;

export interface TraceWriter {
  /**
   * Takes one line, without its end. `urgent`: something happened that somebody will want to see; the others may wait
   * for company. @throws Error: then nothing more is written
   */
  write(line: string, urgent: boolean): void;
}

/**
 * The same firmware, with every entrance and every answer of its ports written down, from its first start through this
 * function on. The same on a board and in a simulation. Whatever goes wrong with the writing, the firmware runs on:
 * one line in the log, and no more trace.
 */
export function traced(boot: Boot, about: TraceAbout, writer: TraceWriter): Boot {
  return new Tap(about, writer).tapping(boot);
}

type Draft = { -readonly [K in keyof TraceLine]?: TraceLine[K] };

class Tap {
  readonly #about: TraceAbout;
  readonly #writer: TraceWriter;
  readonly #hash = new TraceHash();
  readonly #names = new Placeholders();
  readonly #coder = new ReadingCoder();
  readonly #idle = new IdleLines();
  /** In whose name the ledger is kept, which is that of its topics. */
  #device: string;
  #state: 'new' | 'writing' | 'off' = 'new';
  #written = '';
  #draft: Draft = {};
  #readings: PackedReading[] = [];
  #draws: number[] = [];
  #orders: unknown[] = [];
  #inside: [number, Entrance, unknown][] = [];
  #failed: [number, 'error'][] = [];
  #ears: StoreEars = { reads: 0, unread: [], failed: [], committed: false };
  #calls = 0;
  #entered = false;

  constructor(about: TraceAbout, writer: TraceWriter) {
    this.#about = about;
    this.#device = about.device;
    this.#writer = writer;
  }

  tapping(boot: Boot): Boot {
    return (ports, observe) => {
      if (this.#state === 'new') this.#bear(ports, () => this.#begin(ports));
      if (this.#state === 'off') return boot(ports, observe);
      const onlooker = (observation: Observation): void => {
        this.#hash.add(lineOf(observation));
        observe(observation);
      };
      const tapped = this.#tapPorts(ports);
      return this.#enter(ports, 'boot', undefined, () => {
        if (ports.tag !== undefined) this.#draft.tag = true;
        return this.#tapHost(ports, boot(tapped, onlooker));
      });
    };
  }

  #begin({ store }: Ports): void {
    const ledger = imageHead(store);
    const header: TraceHeader = { dosis: 'trace', version: TRACE_VERSION, ...this.#about, ledger };
    this.#writer.write(JSON.stringify(header), false);
    for (const line of imageLines(store, ledger, this.#names)) this.#writer.write(JSON.stringify(line), false);
    this.#device = deviceOf(store, ledger) ?? this.#about.device;
    this.#state = 'writing';
  }

  /** A trace is worth less than a dose. */
  #bear({ log }: Ports, act: () => void): void {
    if (this.#state === 'off') return;
    try {
      act();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#state = 'off';
      log.write('warning', `The trace of this run ends here: ${error.message}`);
    }
  }

  #tapHost(ports: Ports, host: Host): Host {
    return {
      get state() {
        return host.state;
      },
      get ledger() {
        return host.ledger;
      },
      get report() {
        return host.report;
      },
      receive: (event) =>
        this.#enter(
          ports,
          'receive',
          () => recordedEvent(event, this.#names),
          () => host.receive(event),
        ),
      offerConfig: (signed) =>
        this.#enter(
          ports,
          'offer',
          () => blankOf(signed),
          () => host.offerConfig(signed),
        ),
      stop: () => {
        this.#bear(ports, () => this.#writeIdle(true));
        host.stop();
      },
    };
  }

  /** Runs `act` as one entrance and writes its line, also when a power cut ends it. */
  #enter<T>(ports: Ports, entrance: Entrance, event: (() => unknown) | undefined, act: () => T): T {
    if (this.#state === 'off') return act();
    if (this.#entered) {
      this.#bear(ports, () => void this.#inside.push([this.#calls, entrance, event?.()]));
      return act();
    }
    this.#entered = true;
    this.#forget();
    this.#draft = { in: entrance };
    if (event !== undefined) this.#bear(ports, () => (this.#draft.event = event()));
    try {
      return act();
    } catch (error) {
      if (error instanceof Error) this.#draft.threw = error.name;
      throw error;
    } finally {
      this.#entered = false;
      this.#bear(ports, () => this.#write());
    }
  }

  #forget(): void {
    this.#readings = [];
    this.#draws = [];
    this.#orders = [];
    this.#inside = [];
    this.#failed = [];
    this.#ears = { reads: 0, unread: [], failed: [], committed: false };
    this.#calls = 0;
  }

  #write(): void {
    const hash = this.#hash.digest();
    const line = this.#line(hash);
    this.#written = hash;
    // A unit that never says that it is there is a simulation's, and of its lines none is to wait for others.
    const mayWait = this.#about.aliveMs !== null;
    if (mayWait && this.#idle.takes(line, hash)) return;
    this.#writeIdle(false);
    if (mayWait && this.#idle.takes(line, hash)) return;
    const isIdle = (line.in === 'wake' || line.in === 'mqtt') && line.threw === undefined && !this.#ears.committed;
    this.#writer.write(JSON.stringify(line), !isIdle);
  }

  #line(hash: string): TraceLine {
    const { unread, failed, problems = 0 } = this.#ears;
    return {
      ...(this.#draft as TraceLine),
      ...unlessEmpty('clock', this.#readings),
      ...unlessEmpty('draws', this.#draws),
      ...unlessEmpty('orders', this.#orders),
      ...unlessEmpty('inside', this.#inside),
      ...(this.#calls > 0 ? { calls: this.#calls } : {}),
      ...unlessEmpty('failed', [...this.#failed, ...failed]),
      ...unlessEmpty('unread', unread),
      ...(problems > 0 ? { problems } : {}),
      ...(hash === this.#written ? {} : { hash }),
    };
  }

  #writeIdle(urgent: boolean): void {
    const line = this.#idle.end();
    if (line !== undefined) this.#writer.write(JSON.stringify(line), urgent);
  }

  #tapPorts(ports: Ports): Ports {
    const { store } = ports;
    const tapped = tappedPorts(ports, {
      enter: (entrance, event, act) => this.#enter(ports, entrance, event, act),
      call: (act) => this.#call(act),
      read: (reading) => void this.#readings.push(this.#coder.pack(reading)),
      drawn: (number) => void this.#draws.push(number),
      seen: (state) => Object.assign(this.#draft, state),
      opened: (file) => Object.assign(this.#draft, { file }),
      recorded: (event) => recordedMqtt(event, this.#device),
    });
    const counting = {
      count: () => ++this.#calls,
      cut: (call: number, thrown: unknown) => this.#cut(call, thrown),
    };
    return {
      ...tapped,
      store: tappedStore(store, () => this.#ears, counting),
      orders: (desk) => this.#tapDesk(ports, desk),
    };
  }

  #tapDesk(ports: Ports, desk: OrderReader): OrderReader {
    return {
      readConfig: (bytes, memory) => {
        const read = desk.readConfig(bytes, memory);
        this.#bear(ports, () => void this.#orders.push(recordedConfig(read, this.#names)));
        return read;
      },
      readCommand: (bytes, stamp, memory) => {
        const read = desk.readCommand(bytes, stamp, memory);
        this.#bear(ports, () => void this.#orders.push(recordedCommand(read, this.#names)));
        return read;
      },
    };
  }

  /** Counts port calls, so that a replay can fail at the same one. */
  #call<T>(act: () => T): T {
    this.#calls += 1;
    const number = this.#calls;
    try {
      return act();
    } catch (error) {
      if (error instanceof Error) this.#failed.push([number, 'error']);
      else this.#cut(number, error);
      throw error;
    }
  }

  /** What is thrown and is no `Error` is a simulated power cut. */
  #cut(number: number, thrown: unknown): void {
    const point = typeof thrown === 'object' && thrown !== null && 'point' in thrown ? thrown.point : undefined;
    if (typeof point === 'string') this.#draft.cut ??= [number, point];
  }
}

function unlessEmpty<K extends string, T>(name: K, list: readonly T[]): { readonly [N in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [name]: list } as { readonly [N in K]: readonly T[] });
}
