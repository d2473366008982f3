import { type Actor, createActor } from 'xstate';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import { StoreError } from '../../hal/ports/store.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { DRIFT_MAX } from '../domain/clock-trust.ts';
import { isUrgent, type Memory } from '../domain/memory.ts';
import { SettingsError } from '../domain/settings.ts';
import { LedgerError } from '../ledger/errors.ts';
import { Ledger } from '../ledger/ledger.ts';
import { ALIVE_MS, Link, type LinkEffect } from '../link/link.ts';
import { untilNextDeadline } from '../machine/deadline.ts';
import { dispenser } from '../machine/dispenser.ts';
import type { InboxEvent, Stamp, StampedEvent } from '../machine/events.ts';
import type { Effect } from '../machine/outputs.ts';
import type { Context, EventBody, Volatile } from '../machine/turn.ts';
import { type ChartValue, viewOf } from '../machine/view.ts';
import { dated } from './dated.ts';
import { perform } from './effects.ts';
import { Timekeeper } from './inbox.ts';
import { type LockdownCause, lockDown } from './lockdown.ts';
import type { Observation } from './observation.ts';
import type { Ports } from './ports.ts';
import { postponed } from './postponed.ts';

export interface HostOptions {
  readonly device: string;
  /** The firmware's own version, as it reports it. */
  readonly firmware: string;
  /** Printed on the unit; shown even when nothing can be read from the ledger. */
  readonly serviceNumber: string;
  readonly ports: Ports;
  /** How often a connected, idle unit says that it is there; every 20 s unless told. */
  readonly aliveMs?: number;
  readonly observe?: (observation: Observation) => void;
}

/** A running unit, as seen from outside. */
export interface Host {
  /** Hands an event to the inbox; returns when it, and all it led to, has been handled. */
  receive(event: InboxEvent): void;
  readonly state: HostState;
  /** Lets go of the ports; what is durable stays. */
  stop(): void;
}

export interface HostState {
  /** `lockedDown`: the ledger or the store cannot be trusted; only a restart or a technician helps. */
  readonly phase: 'running' | 'lockedDown' | 'stopped';
  readonly cause: LockdownCause | null;
  /** The chart's state per region; empty unless running. */
  readonly chart: Readonly<Partial<ChartValue>>;
  readonly memory: Memory | null;
}

/**
 * Starts a unit on its ledger. Never throws for what the ledger holds: a damaged one leaves the unit locked, saying
 * so on its panel and to the centre.
 */
export function bootHost(options: HostOptions): Host {
  try {
    return new RunningHost(options, new Ledger(options.ports.store));
  } catch (error) {
    return lockDown(options, causeOf(error));
  }
}

/** What an error at start or in the store means. What is no error at all is not the host's to handle. */
function causeOf(error: unknown): LockdownCause {
  if (error instanceof LedgerError) return { fault: error.fault, detail: error.message };
  if (error instanceof SettingsError || isProtocolError(error))
    return { fault: 'contradiction', detail: error.message };
  if (error instanceof StoreError) {
    return { fault: error.failure === 'corrupt' ? 'damaged' : 'storage', detail: error.message };
  }
  if (error instanceof Error) return { fault: 'internal', detail: `The firmware could not go on: ${error.message}` };
  throw error;
}

const SILENT = (): void => {};
/** Failures of the chart in one run after which the unit locks down instead of starting the chart anew. */
const CHART_FAILURES_MAX = 2;

class RunningHost implements Host {
  readonly #options: HostOptions;
  readonly #ports: Ports;
  readonly #observe: (observation: Observation) => void;
  readonly #ledger: Ledger;
  readonly #clock: Timekeeper;
  readonly #link: Link;
  readonly #queue: (InboxEvent | MqttEvent)[] = [];
  #actor: Actor<typeof dispenser>;
  #busy = false;
  #shown = '';
  /** The moment the machine last decided anything; view and deadline can only have changed then. */
  #decided: Stamp | null = null;
  #last: Stamp;
  #untilMs: number | null = null;
  #chartFailures = 0;
  #instead: Host | null = null;
  #stopped = false;
  #lazy: Context['decision']['changes'] = [];

  constructor(options: HostOptions, ledger: Ledger) {
    this.#options = options;
    this.#ports = options.ports;
    this.#observe = options.observe ?? SILENT;
    this.#ledger = ledger;
    this.#clock = new Timekeeper(options.ports.clock, ledger);
    const stamp = this.#clock.stamp();
    this.#last = stamp;
    // Whatever makes no sense shows itself before anything is written.
    const memory = ledger.recall();
    const boot = ledger.nextBoot();
    this.#write([], [{ type: 'device.started', boot, firmware: options.firmware }], stamp, { boot });
    this.#link = new Link(ledger, this.#ports.entropy, {
      ...ledger.identity,
      boot,
      firmware: options.firmware,
      aliveMs: options.aliveMs ?? ALIVE_MS,
    });
    this.#actor = this.#startChart({ ...memory, lastSeq: ledger.lastSeq }, stamp);
    this.#listen();
    this.#busy = true;
    this.#carryOut(stamp, this.#context.decision);
    this.#decide({ type: 'tick', stamp });
    this.#after(stamp);
    this.#drain();
  }

  get state(): HostState {
    if (this.#instead !== null) return this.#instead.state;
    return {
      phase: this.#stopped ? 'stopped' : 'running',
      cause: null,
      chart: this.#chart,
      memory: this.#context.memory,
    };
  }

  receive(event: InboxEvent): void {
    this.#enter(event);
  }

  stop(): void {
    this.#stopped = true;
    this.#instead?.stop();
    this.#actor.stop();
  }

  #listen(): void {
    const enter = (event: InboxEvent | MqttEvent): void => this.#enter(event);
    this.#ports.sensors.listen(enter);
    this.#ports.mechanism.listen(enter);
    this.#ports.mqtt.listen(enter);
  }

  /** The one door in. What arrives while an event is being handled waits its turn. */
  #enter(event: InboxEvent | MqttEvent): void {
    if (this.#stopped || this.#instead !== null) return;
    this.#queue.push(event);
    if (!this.#busy) this.#drain();
  }

  #drain(): void {
    this.#busy = true;
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
        if (this.#stopped || this.#instead !== null) return;
        this.#handle(event);
      }
    } finally {
      this.#busy = false;
    }
  }

  #handle(event: InboxEvent | MqttEvent): void {
    const stamp = this.#clock.stamp();
    // Time passes first, so that every event meets the windows as they are at its own instant.
    if (this.#isDue(stamp)) this.#decide({ type: 'tick', stamp });
    if (isMqtt(event)) {
      for (const meaning of this.#meaningOf(event, stamp)) this.#decide({ ...meaning, stamp });
    } else if (event.type !== 'tick') {
      this.#decide({ ...event, stamp });
    }
    this.#after(stamp);
  }

  #isDue(stamp: Stamp): boolean {
    if (stamp.trusted !== this.#last.trusted) return true;
    const wallBy = stamp.wallMs - this.#last.wallMs;
    const monoBy = stamp.monoMs - this.#last.monoMs;
    // Somebody has set the clock: every deadline is somewhere else now.
    if (Math.abs(wallBy - monoBy) >= STEP_MS) return true;
    return this.#untilMs !== null && (monoBy >= this.#untilMs || wallBy >= this.#untilMs);
  }

  #meaningOf(event: MqttEvent, stamp: Stamp): InboxEvent[] {
    try {
      return this.#link.handle(event, stamp);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      this.#ports.log.write('warning', `A message from the centre was refused: ${error.message}`);
      return [];
    }
  }

  /** One event through the one room: decide, commit, then act. */
  #decide(event: StampedEvent): void {
    if (this.#instead !== null) return;
    this.#decided = event.stamp;
    this.#observe({ kind: 'inbox', event });
    this.#actor.send(event);
    const snapshot = this.#actor.getSnapshot();
    if (snapshot.status !== 'active') {
      this.#chartFailed(event.stamp, snapshot.error);
      return;
    }
    if (snapshot.context.decidedFor === event) this.#carryOut(event.stamp, snapshot.context.decision);
  }

  #carryOut(stamp: Stamp, { changes, records, notes, effects }: Context['decision']): void {
    if (records.length > 0 || changes.some(isUrgent)) {
      if (!this.#commit([...this.#lazy, ...changes], records, stamp)) return;
      this.#lazy = [];
    } else if (changes.length > 0) {
      this.#lazy = postponed(this.#lazy, changes);
    }
    for (const note of notes) this.#observe({ kind: 'noted', note, atMs: stamp.wallMs });
    for (const effect of effects) this.#perform(effect, stamp);
  }

  #commit(changes: Context['decision']['changes'], records: readonly EventBody[], stamp: Stamp): boolean {
    try {
      this.#write(changes, records, stamp);
      return true;
    } catch (error) {
      // A record that the wire cannot carry is a defect of the machine, not of the medium.
      if (isProtocolError(error)) this.#chartFailed(stamp, error);
      else this.#giveUp(causeOf(error));
      return false;
    }
  }

  /** @throws StoreError, ProtocolError; nothing is durable then. */
  #write(
    changes: Context['decision']['changes'],
    records: readonly EventBody[],
    stamp: Stamp,
    extra?: Readonly<Record<string, unknown>>,
  ): void {
    const seen = stamp.trusted ? stamp.wallMs : this.#ledger.lastSeenWallMs;
    const events = this.#ledger.commit(
      changes,
      records.map((body) => dated(body, stamp)),
      seen,
      extra,
    );
    for (const event of events) this.#observe({ kind: 'recorded', event, atMs: stamp.wallMs });
  }

  #perform(effect: Effect | LinkEffect, stamp: Stamp): void {
    this.#observe({ kind: 'effect', effect, atMs: stamp.wallMs });
    try {
      perform(this.#ports, effect);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#portFailed(effect, stamp, error);
    }
  }

  /**
   * A mute voice or a dark display stops no dose, and a mechanism that was not reached is silent, which the machine
   * notices itself. Only the lock has nobody else who watches it.
   */
  #portFailed(effect: Effect | LinkEffect, stamp: Stamp, error: Error): void {
    this.#ports.log.write('error', `${effect.type} failed: ${error.message}`);
    if (effect.type === 'lock.set') this.#chartFailed(stamp, error);
  }

  /** After every event: the picture on the panel, the outbox, the next deadline, a sign of life. */
  #after(stamp: Stamp): void {
    if (this.#instead !== null) return;
    if (this.#decided === stamp) this.#show(stamp);
    const { effects, events } = this.#link.pump(stamp, this.#context.memory);
    for (const effect of effects) this.#perform(effect, stamp);
    this.#queue.push(...events);
    this.#arm(stamp);
    this.#ports.watchdog.kick();
  }

  #show(stamp: Stamp): void {
    const context = this.#context;
    const view = viewOf(this.#ledger.identity.device, context, this.#chart, stamp);
    const shown = JSON.stringify(view);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#perform({ type: 'panel.show', view }, stamp);
    }
  }

  #arm(stamp: Stamp): void {
    if (this.#decided === stamp) this.#untilMs = untilNextDeadline(this.#context, this.#chart.custody, stamp);
    else if (this.#untilMs !== null) this.#untilMs -= stamp.monoMs - this.#last.monoMs;
    this.#last = stamp;
    const linkMs = this.#link.untilNextDeadline(stamp);
    const delayMs = Math.min(aim(this.#untilMs ?? WAKE_MS_MAX), linkMs ?? WAKE_MS_MAX);
    this.#ports.clock.wakeAfter(delayMs, () => this.#enter({ type: 'tick' }));
  }

  #startChart(memory: Memory, stamp: Stamp): Actor<typeof dispenser> {
    const actor = createActor(dispenser, { input: { memory, volatile: this.#freshVolatile(stamp), boot: stamp } });
    // Without an observer XState would throw the chart's error at the whole process.
    actor.subscribe({ error: SILENT });
    actor.start();
    return actor;
  }

  #freshVolatile(stamp: Stamp): Volatile {
    return {
      evidence: null,
      custodySinceMonoMs: stamp.monoMs,
      stalls: 0,
      takeOutLeft: null,
      door: this.#ports.sensors.door(),
      quietUntilMonoMs: 0,
      remindedMonoMs: stamp.monoMs,
      refused: null,
      cupStirred: false,
      dueNoted: null,
      power: this.#ports.sensors.power(),
      bootWallMs: stamp.trusted ? stamp.wallMs : 0,
    };
  }

  /** A guard or action threw: motors off, alarm on record, the chart rebuilt from the ledger, locked. */
  #chartFailed(stamp: Stamp, error: unknown): void {
    this.#actor.stop();
    this.#ports.log.write('error', `The dispensing machine failed: ${error instanceof Error ? error.message : error}`);
    this.#perform({ type: 'mechanism.stop' }, stamp);
    this.#chartFailures += 1;
    if (this.#chartFailures > CHART_FAILURES_MAX) {
      this.#giveUp({ fault: 'internal', detail: 'The dispensing machine failed repeatedly.' });
      return;
    }
    const alarm = { code: 'internal-fault' as const, dose: null, raisedMs: stamp.wallMs };
    const committed = this.#commit(
      [{ set: 'alarm', alarm }],
      [{ type: 'alarm.raised', code: 'internal-fault' }],
      stamp,
    );
    if (!committed) return;
    this.#actor = this.#startChart(this.#ledger.recall(), stamp);
    const { status, error: again } = this.#actor.getSnapshot();
    if (status === 'active') this.#carryOut(stamp, this.#context.decision);
    else this.#chartFailed(stamp, again);
  }

  #giveUp(cause: LockdownCause): void {
    this.#ports.mechanism.stop();
    this.#instead = lockDown(this.#options, cause);
  }

  get #context(): Context {
    return this.#actor.getSnapshot().context;
  }

  get #chart(): ChartValue {
    return this.#actor.getSnapshot().value as unknown as ChartValue;
  }
}

/** Without any deadline the unit still looks at its clocks this often. */
const WAKE_MS_MAX = 60 * 60_000;

/** Wall and monotonic time drift apart; a far deadline is approached in two steps, the last of them short. */
function aim(delayMs: number): number {
  return delayMs > AIM_MS ? Math.floor(delayMs * (1 - DRIFT_MAX)) : delayMs;
}

const AIM_MS = 5_000;
/** More than this between two readings is no drift. */
const STEP_MS = 1_000;

function isMqtt(event: InboxEvent | MqttEvent): event is MqttEvent {
  return event.type.startsWith('mqtt.');
}
