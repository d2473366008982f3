import { EVERY_PART } from '../../../firmware/domain/parts.ts';
import { IN_PLACE } from '../../../firmware/domain/placement.ts';
import type { Sachet } from '../../../firmware/domain/stock.ts';
import { bootHost, type Host } from '../../../firmware/host/host.ts';
import type { Observation } from '../../../firmware/host/observation.ts';
import type { Ports } from '../../../firmware/host/ports.ts';
import { provision } from '../../../firmware/ledger/provision.ts';
import type { InboxEvent } from '../../../firmware/machine/events.ts';
import { signatures } from '../../../hal/crypto/ed25519.ts';
import type { Capabilities } from '../../../hal/ports/capabilities.ts';
import type { ClockSource } from '../../../hal/ports/clock.ts';
import type { Evidence, MechanismEvent, Move, RollId } from '../../../hal/ports/mechanism.ts';
import type { MqttEvent, MqttMessage } from '../../../hal/ports/mqtt.ts';
import type { PanelView } from '../../../hal/ports/panel.ts';
import type { DoorState, Placement, Power, SensorEvent } from '../../../hal/ports/sensors.ts';
import type { Tag, TagEvent } from '../../../hal/ports/tag.ts';
import type { DeviceEvent } from '../../../protocol/messages/event.ts';
import { CENTRE } from './centre-desk.ts';
import type { Outcome, RigOptions } from './rig-options.ts';
import { CONFIG, SECOND } from './rig-samples.ts';
import { TappedStore } from './tapped-store.ts';

export * from './rig-options.ts';
export * from './rig-samples.ts';

export const MOVE_MS = 5 * SECOND;
const INSPECT_MS = 100;

interface Timer {
  readonly at: number;
  readonly kind: 'wake' | 'move' | 'inspect' | 'net';
  readonly run: () => void;
}

type Listeners = { [K in 'sensors' | 'mechanism' | 'mqtt' | 'tag']: ((event: never) => void) | null };

const NOBODY: Listeners = { sensors: null, mechanism: null, mqtt: null, tag: null };

/** One unit on a table: virtual clock, perfect mechanism unless told otherwise, nobody else. */
export class Rig {
  readonly store: TappedStore;
  readonly ports: Ports;
  /** Every port call in order, `mechanism.release 1` and the like. */
  readonly calls: string[] = [];
  readonly events: DeviceEvent[] = [];
  readonly observed: Observation[] = [];
  readonly said: { readonly phrase: string; readonly params: Readonly<Record<string, string>> }[] = [];
  readonly logged: string[] = [];
  readonly published: MqttMessage[] = [];
  readonly restarts: string[] = [];
  view: PanelView | null = null;
  /** What the pocket tag was asked, in order; whether there is one counts at the next start. */
  readonly alerts: number[] = [];
  hasTag: boolean;
  doorLocked: boolean | null = null;

  readonly bays: Record<RollId, Sachet[]> = { A: [], B: [] };
  readonly cup: Sachet[] = [];
  readonly bin: Sachet[] = [];
  readonly fed: Record<RollId, number | null> = { A: 0, B: 0 };
  binned: number | null = 0;
  gate: Evidence['gate'] = 'clear';
  /** What the sensor says instead of what is. */
  cupSays: Evidence['cup'] | null = null;
  readonly outcomes: Outcome[] = [];
  /** What came into the cup, and for which intent. */
  readonly given: { readonly intent: number; readonly sachet: Sachet }[] = [];

  source: ClockSource = 'rtc';
  power: Power = { source: 'mains', batteryPercent: 100 };
  door: DoorState = 'closed';
  placement: Placement = IN_PLACE;
  online = false;
  /** A board wakes at least this often, whatever it was asked. */
  wakeMsMax = Number.POSITIVE_INFINITY;
  /** Called after every event that entered. */
  afterEvent: () => void = () => {};
  /** Called at every port call, before it is done. */
  onCall: (name: string, detail: number) => void = () => {};

  readonly #parts: Capabilities;
  #nowMs: number;
  #bootMs: number;
  #wallErrorMs = 0;
  #timers: Timer[] = [];
  #listeners: Listeners = NOBODY;
  #host: Host | null = null;

  constructor({
    at = '2026-11-20T06:00+01:00',
    config = {},
    rolls = {},
    unprovisioned,
    unconfigured,
    epoch = 7,
    hasTag = false,
    firstConfigFrom = 0,
    parts = EVERY_PART,
  }: RigOptions = {}) {
    this.#parts = parts;
    this.store = new TappedStore();
    this.#nowMs = Date.parse(at);
    this.#bootMs = this.#nowMs;
    this.hasTag = hasTag;
    this.ports = this.#makePorts();
    if (!unprovisioned) {
      const plan = unconfigured ? {} : { config: { ...CONFIG, ...config } };
      provision(this.store, { device: 'DD-0042', epoch, atMs: this.#nowMs, firstConfigFrom, ...plan });
    }
    this.boot();
    for (const roll of ['A', 'B'] as const) if (rolls[roll] !== undefined) this.fill({ [roll]: rolls[roll] });
  }

  get host(): Host {
    if (this.#host === null) throw new Error('The unit is off.');
    return this.#host;
  }

  get custody(): string | undefined {
    return this.host.state.chart.custody;
  }

  get wallMs(): number {
    return this.#nowMs + this.#wallErrorMs;
  }

  /** The fate the ledger has for a dose, `morning/2026-11-20`. */
  fate(dose: string): string | undefined {
    const [slot = '', date = ''] = dose.split('/');
    return this.store.rows('SELECT fate FROM dose WHERE slot = ? AND date = ?', slot, date)[0]?.fate as
      | string
      | undefined;
  }

  /** Recorded events of a kind, newest last, without place and time. */
  recorded(prefix: string): Readonly<Record<string, unknown>>[] {
    return this.events
      .filter(({ type }) => type.startsWith(prefix))
      .map((event) => {
        const { seq: _seq, at: _at, ...rest } = event;
        return rest;
      });
  }

  boot(): void {
    this.#bootMs = this.#nowMs;
    const observe = (observation: Observation): void => {
      this.observed.push(observation);
      if (observation.kind === 'recorded') this.events.push(observation.event);
    };
    this.#host = bootHost({
      device: 'DD-0042',
      firmware: '0.1.0',
      serviceNumber: '70 12 34 56',
      centreKeys: [CENTRE],
      parts: this.#parts,
      ports: this.hasTag ? { ...this.ports, tag: this.#makeTag() } : this.ports,
      observe,
    });
    this.pass(INSPECT_MS);
  }

  /** The power goes, now: whatever moves stands still. */
  cutPower(): void {
    this.#host?.stop();
    this.#host = null;
    this.#timers = [];
    this.#listeners = NOBODY;
  }

  /** Time passes; a unit that is on sees all of it. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > untilMs) break;
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.run();
      this.afterEvent();
    }
    this.#nowMs = untilMs;
  }

  /** On to an instant of the wall clock, ISO 8601. */
  until(at: string): void {
    const ms = Date.parse(at) - this.wallMs;
    if (ms < 0) throw new Error(`${at} has passed.`);
    this.pass(ms);
  }

  /** Somebody moves the hands of the clock. */
  stepClock(byMs: number): void {
    this.#wallErrorMs += byMs;
  }

  ask(event: InboxEvent): void {
    this.host.receive(event);
    this.afterEvent();
  }

  sense(event: SensorEvent): void {
    if (event.type === 'door.opened') this.door = event.withKey ? 'opened' : 'forced';
    if (event.type === 'door.closed') this.door = 'closed';
    if (event.type === 'placement.changed') this.placement = event.placement;
    this.#tell('sensors', event);
  }

  answer(event: MechanismEvent): void {
    this.#tell('mechanism', event);
  }

  feel(event: TagEvent): void {
    this.#tell('tag', event);
  }

  hear(event: MqttEvent): void {
    this.#tell('mqtt', event);
  }

  /** Presses, and waits until the mechanism has come to rest. */
  press(): void {
    this.sense({ type: 'button.pressed' });
    this.pass(MOVE_MS);
  }

  /** Takes what lies in the cup. */
  take(): void {
    this.cup.length = 0;
    this.sense({ type: 'cup.emptied' });
  }

  setPower(power: Power): void {
    this.power = power;
    this.sense({ type: 'power.changed', power });
  }

  /** A nurse with the key fits rolls. */
  fill(rolls: Partial<Record<RollId, readonly Sachet[]>>): void {
    this.sense({ type: 'door.opened', withKey: true });
    // A movement that the door stopped is looked at first.
    this.pass(INSPECT_MS);
    for (const [roll, sachets] of Object.entries(rolls) as [RollId, readonly Sachet[]][]) {
      this.bays[roll] = [...sachets];
      this.ask({ type: 'stock.loaded', roll, sachets });
    }
    this.sense({ type: 'door.closed' });
    this.pass(INSPECT_MS);
  }

  evidence(): Evidence {
    const seen = this.cup.length > 0 ? 'occupied' : 'empty';
    const cup = this.cupSays ?? seen;
    return { fed: { ...this.fed }, binned: this.binned, cup, gate: this.gate };
  }

  #tell(port: keyof Listeners, event: unknown): void {
    this.#listeners[port]?.(event as never);
    this.afterEvent();
  }

  #later(kind: Timer['kind'], ms: number, run: () => void): void {
    this.#timers.push({ at: this.#nowMs + ms, kind, run });
  }

  #drop(kind: Timer['kind']): void {
    this.#timers = this.#timers.filter((timer) => timer.kind !== kind);
  }

  #move(kind: 'release' | 'swallow' | 'retract', { intent, roll }: Move): void {
    this.#note(`mechanism.${kind}`, intent);
    const { moves = true, answers = true, gate = 'clear' } = this.outcomes.shift() ?? {};
    this.#later('move', MOVE_MS, () => {
      if (moves) this.#shift(kind, { intent, roll });
      this.gate = gate;
      const evidence = this.evidence();
      if (!answers) return;
      const answer =
        gate === 'clear'
          ? { type: 'mechanism.moved' as const }
          : { type: 'mechanism.jammed' as const, part: 'gate' as const };
      this.#listeners.mechanism?.({ ...answer, intent, evidence } as never);
    });
  }

  #shift(kind: 'release' | 'swallow' | 'retract', { intent, roll }: Move): void {
    const sachets = kind === 'retract' ? this.cup.splice(0) : this.bays[roll].splice(0, 1);
    if (kind !== 'retract') this.fed[roll] = (this.fed[roll] ?? 0) + sachets.length;
    if (kind === 'release') {
      this.cup.push(...sachets);
      this.given.push(...sachets.map((sachet) => ({ intent, sachet })));
    } else {
      this.bin.push(...sachets);
      this.binned = (this.binned ?? 0) + sachets.length;
    }
  }

  #note(name: string, detail = Number.NaN): void {
    this.onCall(name, detail);
    this.calls.push(Number.isNaN(detail) ? name : `${name} ${detail}`);
  }

  #listenAt = (port: keyof Listeners) => (listener: (event: never) => void) => {
    this.#listeners = { ...this.#listeners, [port]: listener };
  };

  #makeTag(): Tag {
    return {
      ...{ listen: this.#listenAt('tag'), alert: (level) => void this.alerts.push(level) },
      ...{ open: () => this.#note('tag.open'), close: () => this.#note('tag.close') },
    };
  }

  #makePorts(): Ports {
    return {
      store: this.store,
      clock: {
        read: () => ({ wallMs: this.wallMs, monoMs: this.#nowMs - this.#bootMs, source: this.source }),
        wakeAfter: (delayMs, wake) => {
          this.#drop('wake');
          this.#later('wake', Math.min(delayMs, this.wakeMsMax), wake);
        },
      },
      mechanism: {
        listen: this.#listenAt('mechanism'),
        release: (move) => this.#move('release', move),
        swallow: (move) => this.#move('swallow', move),
        retract: (move) => this.#move('retract', move),
        stop: () => {
          this.#note('mechanism.stop');
          this.#drop('move');
        },
        inspect: () => {
          this.#note('mechanism.inspect');
          this.#later('inspect', INSPECT_MS, () =>
            this.answer({ type: 'mechanism.inspected', evidence: this.evidence() }),
          );
        },
      },
      sensors: {
        listen: this.#listenAt('sensors'),
        power: () => this.power,
        door: () => this.door,
        placement: () => this.placement,
      },
      panel: {
        show: (view) => {
          this.#note('panel.show');
          this.view = view;
        },
      },
      speech: {
        say: (phrase, params) => {
          this.#note('speech.say');
          this.said.push({ phrase, params });
        },
      },
      lock: {
        set: (locked) => {
          this.#note('lock.set', locked ? 1 : 0);
          this.doorLocked = locked;
        },
      },
      mqtt: {
        listen: this.#listenAt('mqtt'),
        connect: () => {
          this.#note('mqtt.connect');
          const grant = { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 65_536 };
          if (this.online) this.#later('net', 1, () => this.hear({ type: 'mqtt.connected', grant }));
        },
        publish: (id, message) => {
          this.#note('mqtt.publish', id);
          this.published.push(message);
          this.#later('net', 1, () => this.hear({ type: 'mqtt.published', id }));
        },
        disconnect: () => this.#note('mqtt.disconnect'),
      },
      entropy: { below: (bound) => Math.floor(bound / 2) },
      signatures,
      log: { write: (level, text) => this.logged.push(`${level} ${text}`) },
      watchdog: { kick: () => {}, restart: (reason) => this.restarts.push(reason) },
    };
  }
}
