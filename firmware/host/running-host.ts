import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { ConfigReport } from '../../protocol/messages/config-report.ts';
import { isUrgent, type Memory } from '../domain/memory.ts';
import { type Outcome, refused } from '../domain/orders.ts';
import { EVERY_PART } from '../domain/parts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ALIVE_MS, Link, type LinkEffect, type ReceivedOrder } from '../link/link.ts';
import { untilNextDeadline } from '../machine/deadline.ts';
import type { InboxEvent, Stamp, StampedEvent } from '../machine/events.ts';
import type { Effect } from '../machine/outputs.ts';
import type { EventBody } from '../machine/turn.ts';
import { whyUnanswered } from '../machine/unanswered.ts';
import { viewOf } from '../machine/view.ts';
import { causeOf } from './causes.ts';
import { dated } from './dated.ts';
import { heardOfParts } from './declared-parts.ts';
import { perform } from './effects.ts';
import { endedByStart } from './ended-by-start.ts';
import type { Host, HostOptions, HostState } from './host.ts';
import { Timekeeper } from './inbox.ts';
import { type LockdownCause, lockDown, lockedReport } from './lockdown.ts';
import type { Observation } from './observation.ts';
import { OrderDesk } from './order-desk.ts';
import type { Ports } from './ports.ts';
import { postponed } from './postponed.ts';
import { type Decision, RunningChart } from './running-chart.ts';
import { SignedOrders } from './signed-orders.ts';
import { Wakeups } from './wakeups.ts';

const SILENT = (): void => {};
/** Failures of the chart in one run after which the unit locks down instead of starting the chart anew. */
const CHART_FAILURES_MAX = 2;

/** A unit whose ledger can be trusted. */
export class RunningHost implements Host {
  readonly #options: HostOptions;
  readonly #ports: Ports;
  readonly #observe: (observation: Observation) => void;
  readonly #ledger: Ledger;
  readonly #clock: Timekeeper;
  readonly #wakeups: Wakeups;
  readonly #link: Link;
  readonly #orders: SignedOrders;
  readonly #queue: Entry[] = [];
  #chart: RunningChart;
  #busy = false;
  #shown = '';
  /** The moment the machine last decided anything; view and deadline can only have changed then. */
  #decided: Stamp | null = null;
  #chartFailures = 0;
  #instead: Host | null = null;
  #stopped = false;
  #lazy: Decision['changes'] = [];

  constructor(options: HostOptions, ledger: Ledger) {
    this.#options = options;
    this.#ports = options.ports;
    this.#observe = options.observe ?? SILENT;
    this.#ledger = ledger;
    this.#clock = new Timekeeper(options.ports.clock, ledger);
    const stamp = this.#clock.stamp();
    this.#wakeups = new Wakeups(stamp);
    // Whatever makes no sense shows itself before anything is written.
    const memory = ledger.recall(options.serviceNumber);
    const boot = ledger.nextBoot();
    const ended = endedByStart(ledger.orders.accepted(), memory, stamp);
    this.#write(ended, [{ type: 'device.started', boot, firmware: options.firmware }], stamp, { boot });
    this.#link = new Link(ledger.log, this.#ports.entropy, {
      ...ledger.identity,
      boot,
      firmware: options.firmware,
      aliveMs: options.aliveMs ?? ALIVE_MS,
    });
    this.#orders = this.#ordersOf(options, ledger);
    this.#chart = this.#start({ ...memory, lastSeq: ledger.log.lastSeq }, stamp);
    this.#listen();
    this.#busy = true;
    this.#carryOut(stamp, this.#chart.context.decision);
    this.#decide({ type: 'tick', stamp });
    this.#after(stamp);
    this.#drain();
  }

  get ledger(): Ledger | null {
    return this.#instead === null ? this.#ledger : null;
  }

  get report(): ConfigReport | null {
    return this.#orders.report;
  }

  get state(): HostState {
    if (this.#instead !== null) return this.#instead.state;
    return {
      phase: this.#stopped ? 'stopped' : 'running',
      cause: null,
      chart: this.#chart.value,
      memory: this.#chart.context.memory,
      tag: this.#chart.context.volatile.tag,
      testing: this.#chart.context.volatile.selfTest !== null,
      nowMs: this.#decided?.wallMs ?? 0,
      strayAcks: this.#link.strayAcks,
    };
  }

  receive(event: InboxEvent): Outcome | null {
    let answer: Outcome | null = null;
    this.#enter({ what: event, tell: (outcome) => (answer = outcome) });
    return this.#instead === null ? answer : this.#instead.receive(event);
  }

  offerConfig(signed: Uint8Array): ConfigReport {
    let report: ConfigReport | null = null;
    const what: ReceivedOrder = { type: 'order.received', order: 'config', payload: signed };
    this.#enter({ what, report: (told) => (report = told) });
    return report ?? lockedReport(signed);
  }

  stop(): void {
    this.#stopped = true;
    this.#instead?.stop();
    this.#chart.stop();
  }

  #ordersOf({ ports, ...options }: HostOptions, ledger: Ledger): SignedOrders {
    const desk = new OrderDesk({
      ...options,
      identity: ledger.identity,
      keys: options.centreKeys ?? [],
      signatures: ports.signatures,
      keepsTrace: ports.traceFile !== undefined,
      book: ledger.orders,
      forgottenThrough: () => ledger.forgottenThrough,
    });
    return new SignedOrders({
      desk,
      reader: ports.orders?.(desk) ?? desk,
      book: ledger.orders,
      link: this.#link,
      memory: () => this.#chart.context.memory,
      decide: (event) => this.#decide(event),
      ask: (event) => this.#ask(event),
      isGivenUp: () => this.#instead !== null,
    });
  }

  #start(memory: Memory, stamp: Stamp): RunningChart {
    const { sensors, tag } = this.#ports;
    return new RunningChart(memory, stamp, { sensors, hasTag: tag !== undefined, parts: this.#parts });
  }

  #listen(): void {
    const enter = (what: InboxEvent | MqttEvent): void => this.#enter({ what });
    const hear = (said: InboxEvent): void => {
      const what = heardOfParts(said, this.#parts);
      if (what !== null) this.#enter({ what });
    };
    this.#ports.sensors.listen(hear);
    this.#ports.mechanism.listen(hear);
    this.#ports.mqtt.listen(enter);
    this.#ports.tag?.listen(enter);
  }

  get #parts(): Capabilities {
    return this.#options.parts ?? EVERY_PART;
  }

  /** The one door in. What arrives while an event is being handled waits its turn. */
  #enter(entry: Entry): void {
    if (this.#stopped || this.#instead !== null) return;
    this.#queue.push(entry);
    if (!this.#busy) this.#drain();
  }

  #drain(): void {
    this.#busy = true;
    try {
      for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
        if (this.#stopped || this.#instead !== null) return;
        this.#handle(entry);
      }
    } finally {
      this.#busy = false;
    }
  }

  #handle({ what, tell, report }: Entry): void {
    const stamp = this.#clock.stamp();
    // Time passes first, so that every event meets the windows as they are at its own instant.
    if (this.#wakeups.isDue(stamp)) this.#decide({ type: 'tick', stamp });
    for (const meaning of isMqtt(what) ? this.#meaningOf(what, stamp) : [what]) {
      if (meaning.type === 'tick') continue;
      if (meaning.type === 'order.received') {
        this.#orders.take(meaning, stamp, report);
        continue;
      }
      const event = { ...meaning, stamp };
      if (tell === undefined) this.#decide(event);
      else tell(this.#ask(event));
    }
    this.#after(stamp);
  }

  #meaningOf(event: MqttEvent, stamp: Stamp): readonly (InboxEvent | ReceivedOrder)[] {
    try {
      return this.#link.handle(event, stamp);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      this.#ports.log.write('warning', `A message from the centre was refused: ${error.message}`);
      return [];
    }
  }

  /** What somebody asks for has an answer, also where no step of the chart has one to it in this state. */
  #ask(event: StampedEvent): Outcome | null {
    const outcome = this.#decide(event);
    if (outcome !== null) return outcome;
    const { stamp, command } = event;
    const refusal = { path: '', code: whyUnanswered(event, this.#chart.context.memory) };
    if (command === undefined) return refused(refusal.code);
    return this.#decide({ type: 'order.refused', order: 'command', signed: true, refusal, command, stamp });
  }

  /** One event through the one room: decide, commit, then act. @returns what is answered; null for nothing */
  #decide(event: StampedEvent): Outcome | null {
    if (this.#instead !== null) return null;
    this.#decided = event.stamp;
    this.#observe({ kind: 'inbox', event });
    const decision = this.#chart.decide(event);
    const { failure } = this.#chart;
    if (failure !== null) this.#chartFailed(event.stamp, failure.error);
    return decision !== null && this.#carryOut(event.stamp, decision) ? decision.outcome : null;
  }

  /** @returns whether what had to be durable is durable */
  #carryOut(stamp: Stamp, { changes, records, notes, effects }: Decision): boolean {
    if (records.length > 0 || changes.some(isUrgent)) {
      if (!this.#commit([...this.#lazy, ...changes], records, stamp)) return false;
      this.#lazy = [];
    } else if (changes.length > 0) {
      this.#lazy = postponed(this.#lazy, changes);
    }
    for (const change of changes) this.#orders.answerTo(change);
    for (const note of notes) this.#observe({ kind: 'noted', note, atMs: stamp.wallMs });
    for (const effect of effects) this.#perform(effect, stamp);
    return true;
  }

  #commit(changes: Decision['changes'], records: readonly EventBody[], stamp: Stamp): boolean {
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
    changes: Decision['changes'],
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
      perform(this.#ports, effect, { link: this.#link, log: this.#ledger.log });
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
    const { effects, events } = this.#link.pump(stamp, this.#chart.context.memory);
    for (const effect of effects) this.#perform(effect, stamp);
    for (const event of events) this.#queue.push({ what: event });
    const ripe = this.#orders.ripe(stamp);
    if (ripe !== null) this.#queue.push({ what: ripe });
    this.#arm(stamp);
    this.#ports.watchdog.kick();
  }

  #show(stamp: Stamp): void {
    const { context, value } = this.#chart;
    const view = viewOf(this.#ledger.identity.device, context, value, stamp);
    const shown = JSON.stringify(view);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#perform({ type: 'panel.show', view }, stamp);
    }
  }

  #arm(stamp: Stamp): void {
    const { clock } = this.#ports;
    const { context, value } = this.#chart;
    if (this.#decided === stamp) this.#wakeups.plan(untilNextDeadline(context, value.custody, stamp), stamp);
    else this.#wakeups.goOn(stamp);
    clock.wakeAfter(this.#wakeups.delayMs(this.#link.untilNextDeadline(stamp)), () =>
      this.#enter({ what: { type: 'tick' } }),
    );
  }

  /** A guard or action threw: motors off, alarm on record, the chart rebuilt from the ledger, locked. */
  #chartFailed(stamp: Stamp, error: unknown): void {
    this.#chart.stop();
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
    this.#chart = this.#start(this.#ledger.recall(this.#options.serviceNumber), stamp);
    const again = this.#chart.failure;
    if (again === null) this.#carryOut(stamp, this.#chart.context.decision);
    else this.#chartFailed(stamp, again.error);
  }

  #giveUp(cause: LockdownCause): void {
    this.#ports.mechanism.stop();
    this.#instead = lockDown(this.#options, cause);
  }
}

/** What waits to be handled, and who wants to hear what became of it. */
interface Entry {
  readonly what: InboxEvent | MqttEvent | ReceivedOrder;
  readonly tell?: (outcome: Outcome | null) => void;
  readonly report?: (report: ConfigReport) => void;
}

function isMqtt(event: Entry['what']): event is MqttEvent {
  return event.type.startsWith('mqtt.');
}
