import type { Host } from '../../firmware/host/host.ts';
import type { Observation } from '../../firmware/host/observation.ts';
import type { Ports } from '../../firmware/host/ports.ts';
import { type Store, StoreError } from '../../hal/ports/store.ts';
import { PowerCut } from '../device/crash-points.ts';
import type { BootFirmware } from '../device/unit.ts';
import { TraceHash } from '../kernel/trace-hash.ts';
import { lineOf } from './observation-line.ts';
import { type Entrance, packLine, type TraceLine } from './trace-file.ts';

type Draft = { -readonly [K in keyof TraceLine]?: TraceLine[K] };

/**
 * Listens in on the ports of a simulated unit, from its first start on, and writes a trace from which its run can be
 * repeated.
 */
export class TraceTap {
  readonly #write: (line: string) => void;
  readonly #hash = new TraceHash();
  #draft: Draft = {};
  #clock: [number, number, 'synchronised' | 'rtc' | 'lost'][] = [];
  #draws: number[] = [];
  #refused: [number, 'full' | 'io'][] = [];
  #calls = 0;
  #depth = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** The same firmware, with every entrance and every answer of its ports written down. */
  tapping(boot: BootFirmware): BootFirmware {
    return (ports, observe) => {
      const onlooker = (observation: Observation) => {
        this.#hash.add(lineOf(observation));
        observe(observation);
      };
      return this.#enter('boot', undefined, () => this.#tapHost(boot(this.#tapPorts(ports), onlooker)));
    };
  }

  #tapHost(host: Host): Host {
    const receive: Host['receive'] = (event) => this.#enter('receive', event, () => host.receive(event));
    return {
      get state() {
        return host.state;
      },
      receive,
      offerConfig: (signed) => this.#enter('offer', signed, () => host.offerConfig(signed)),
      stop: () => host.stop(),
    };
  }

  /** Runs `act` as one entrance and writes its line, also when a power cut ends it. */
  #enter<T>(entrance: Entrance, event: unknown, act: () => T): T {
    if (this.#depth > 0) return act();
    this.#depth = 1;
    this.#draft = event === undefined ? { in: entrance } : { in: entrance, event };
    this.#clock = [];
    this.#draws = [];
    this.#refused = [];
    this.#calls = 0;
    try {
      return act();
    } finally {
      this.#depth = 0;
      const line: Draft = { ...this.#draft, hash: this.#hash.digest() };
      if (this.#calls > 0) line.calls = this.#calls;
      if (this.#clock.length > 0) line.clock = this.#clock;
      if (this.#draws.length > 0) line.draws = this.#draws;
      if (this.#refused.length > 0) line.refused = this.#refused;
      this.#write(packLine(line as TraceLine));
    }
  }

  #tapPorts(ports: Ports): Ports {
    return {
      ...ports,
      clock: {
        read: () => {
          const reading = ports.clock.read();
          this.#clock.push([reading.wallMs, reading.monoMs, reading.source]);
          return reading;
        },
        wakeAfter: (delayMs, wake) => ports.clock.wakeAfter(delayMs, () => this.#enter('wake', undefined, wake)),
      },
      entropy: {
        below: (bound) => {
          const drawn = ports.entropy.below(bound);
          this.#draws.push(drawn);
          return drawn;
        },
      },
      sensors: {
        listen: (listener) => ports.sensors.listen((event) => this.#enter('sensor', event, () => listener(event))),
        power: () => (this.#draft.power = ports.sensors.power()),
        door: () => (this.#draft.door = ports.sensors.door()),
      },
      mechanism: {
        listen: (listener) => ports.mechanism.listen((event) => this.#enter('mechanism', event, () => listener(event))),
        release: (move) => this.#call(() => ports.mechanism.release(move)),
        swallow: (move) => this.#call(() => ports.mechanism.swallow(move)),
        retract: (move) => this.#call(() => ports.mechanism.retract(move)),
        stop: () => this.#call(() => ports.mechanism.stop()),
        inspect: () => this.#call(() => ports.mechanism.inspect()),
      },
      mqtt: {
        listen: (listener) => ports.mqtt.listen((event) => this.#enter('mqtt', event, () => listener(event))),
        connect: (session) => this.#call(() => ports.mqtt.connect(session)),
        publish: (id, message) => this.#call(() => ports.mqtt.publish(id, message)),
        disconnect: () => this.#call(() => ports.mqtt.disconnect()),
      },
      panel: { show: (view) => this.#call(() => ports.panel.show(view)) },
      speech: { say: (phrase, params) => this.#call(() => ports.speech.say(phrase, params)) },
      lock: { set: (locked) => this.#call(() => ports.lock.set(locked)) },
      store: this.#tapStore(ports.store),
    };
  }

  #tapStore(store: Store): Store {
    return {
      prepare: (sql) => store.prepare(sql),
      exec: (sql) => store.exec(sql),
      transaction: (body) => this.#call(() => store.transaction(body)),
      integrityProblems: () => store.integrityProblems(),
      close: () => store.close(),
    };
  }

  /** Counts port calls, so that a replay can fail at the same one. */
  #call<T>(act: () => T): T {
    this.#calls += 1;
    const number = this.#calls;
    try {
      return act();
    } catch (error) {
      if (error instanceof PowerCut) this.#draft.cut = [number, error.point];
      if (error instanceof StoreError && (error.failure === 'full' || error.failure === 'io'))
        this.#refused.push([number, error.failure]);
      throw error;
    }
  }
}
