import { type Actor, createActor } from 'xstate';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { encodeCommandAnswer } from '../../protocol/messages/command-answer.ts';
import { type ConfigReport, encodeConfigReport } from '../../protocol/messages/config-report.ts';
import { type Change, isUrgent, type Memory } from '../domain/memory.ts';
import type { Outcome } from '../domain/orders.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ALIVE_MS, Link, type LinkEffect, type ReceivedOrder } from '../link/link.ts';
import { untilNextDeadline } from '../machine/deadline.ts';
import { dispenser } from '../machine/dispenser.ts';
import type { InboxEvent, Stamp, StampedEvent } from '../machine/events.ts';
import type { Effect } from '../machine/outputs.ts';
import { type Context, type EventBody, volatileAtStart } from '../machine/turn.ts';
import { mayChangePlan } from '../machine/verdict.ts';
import { type ChartValue, viewOf } from '../machine/view.ts';
import { causeOf } from './causes.ts';
import { dated } from './dated.ts';
import { perform } from './effects.ts';
import { endedByStart } from './ended-by-start.ts';
import type { Host, HostOptions, HostState } from './host.ts';
import { Timekeeper } from './inbox.ts';
import { type LockdownCause, lockDown, lockedReport } from './lockdown.ts';
import type { Observation } from './observation.ts';
import { OrderDesk, type OrderReader } from './order-desk.ts';
import type { Ports } from './ports.ts';
import { postponed } from './postponed.ts';
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
  readonly #desk: OrderDesk;
  readonly #orders: OrderReader;
  readonly #queue: Entry[] = [];
  /** A configuration that waits until the machine may change its plan. */
  #deferred: Uint8Array | null = null;
  #report: ConfigReport | null = null;
  #actor: Actor<typeof dispenser>;
  #busy = false;
  #shown = '';
  /** The moment the machine last decided anything; view and deadline can only have changed then. */
  #decided: Stamp | null = null;
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
    this.#wakeups = new Wakeups(stamp);
    // Whatever makes no sense shows itself before anything is written.
    const memory = ledger.recall(options.serviceNumber);
    const boot = ledger.nextBoot();
    const ended = endedByStart(ledger.orders.accepted(), memory, stamp);
    this.#write(ended, [{ type: 'device.started', boot, firmware: options.firmware }], stamp, { boot });
    this.#link = new Link(ledger, this.#ports.entropy, {
      ...ledger.identity,
      boot,
      firmware: options.firmware,
      aliveMs: options.aliveMs ?? ALIVE_MS,
    });
    this.#desk = new OrderDesk({
      ...options,
      identity: ledger.identity,
      keys: options.centreKeys ?? [],
      signatures: options.ports.signatures,
      keepsTrace: options.ports.traceFile !== undefined,
      book: ledger.orders,
      forgottenThrough: () => ledger.forgottenThrough,
    });
    this.#orders = options.ports.orders?.(this.#desk) ?? this.#desk;
    this.#actor = this.#startChart({ ...memory, lastSeq: ledger.lastSeq }, stamp);
    this.#listen();
    this.#busy = true;
    this.#carryOut(stamp, this.#context.decision);
    this.#decide({ type: 'tick', stamp });
    this.#after(stamp);
    this.#drain();
  }

  get ledger(): Ledger | null {
    return this.#instead === null ? this.#ledger : null;
  }

  get report(): ConfigReport | null {
    return this.#report;
  }

  get state(): HostState {
    if (this.#instead !== null) return this.#instead.state;
    return {
      phase: this.#stopped ? 'stopped' : 'running',
      cause: null,
      chart: this.#chart,
      memory: this.#context.memory,
      testing: this.#context.volatile.selfTest !== null,
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
    this.#actor.stop();
  }

  #listen(): void {
    const enter = (what: InboxEvent | MqttEvent): void => this.#enter({ what });
    this.#ports.sensors.listen(enter);
    this.#ports.mechanism.listen(enter);
    this.#ports.mqtt.listen(enter);
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
        if (meaning.order === 'config') this.#takeConfig(meaning.payload, stamp, report);
        else this.#takeCommand(meaning.payload, stamp);
        continue;
      }
      const outcome = this.#decide({ ...meaning, stamp });
      tell?.(outcome);
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

  /** A signed configuration, from the air or from the cable: the road makes no difference. */
  #takeConfig(payload: Uint8Array, stamp: Stamp, tell?: (report: ConfigReport) => void): void {
    const read = this.#orders.readConfig(payload, this.#context.memory);
    let outcome: Outcome | null = null;
    if (read.kind === 'offer') outcome = this.#decide({ type: 'config.offered', config: read.config, stamp });
    if (read.kind === 'refused') outcome = this.#decide({ ...read.event, stamp });
    if (outcome?.status === 'deferred') this.#deferred = payload;
    if (this.#instead !== null) return;
    const report = this.#desk.report(read, outcome, this.#ledger.orders.config());
    this.#report = report;
    this.#link.reply('config', encodeConfigReport(report));
    tell?.(report);
  }

  #takeCommand(payload: Uint8Array, stamp: Stamp): void {
    const read = this.#orders.readCommand(payload, stamp, this.#context.memory);
    if (read.kind !== 'known') {
      const { event, command } = read;
      const asked = command === undefined ? {} : { command };
      const outcome = this.#decide({ ...event, ...asked, stamp });
      // No step of the chart had an answer to it in this state.
      if (outcome === null && command !== undefined) {
        const refusal = { path: '', code: 'not-permitted' } as const;
        this.#decide({ type: 'order.refused', order: 'command', signed: true, refusal, command, stamp });
      }
    }
    if (read.kind !== 'obey' && read.answer !== undefined) {
      this.#link.reply('command', encodeCommandAnswer(read.answer));
    }
  }

  /** One event through the one room: decide, commit, then act. @returns what is answered; null for nothing */
  #decide(event: StampedEvent): Outcome | null {
    if (this.#instead !== null) return null;
    this.#decided = event.stamp;
    this.#observe({ kind: 'inbox', event });
    this.#actor.send(event);
    const snapshot = this.#actor.getSnapshot();
    if (snapshot.status !== 'active') {
      this.#chartFailed(event.stamp, snapshot.error);
      return null;
    }
    const { decidedFor, decision } = snapshot.context;
    if (decidedFor !== event) return null;
    return this.#carryOut(event.stamp, decision) ? decision.outcome : null;
  }

  /** @returns whether what had to be durable is durable */
  #carryOut(stamp: Stamp, { changes, records, notes, effects }: Context['decision']): boolean {
    if (records.length > 0 || changes.some(isUrgent)) {
      if (!this.#commit([...this.#lazy, ...changes], records, stamp)) return false;
      this.#lazy = [];
    } else if (changes.length > 0) {
      this.#lazy = postponed(this.#lazy, changes);
    }
    for (const change of changes) this.#answerTo(change);
    for (const note of notes) this.#observe({ kind: 'noted', note, atMs: stamp.wallMs });
    for (const effect of effects) this.#perform(effect, stamp);
    return true;
  }

  /** What has become of a command is told as the ledger has it. */
  #answerTo(change: Change): void {
    if (change.set !== 'command' && change.set !== 'answer') return;
    const held = this.#ledger.orders.command(change.set === 'command' ? change.command.id : change.id);
    if (held !== null) this.#link.reply('command', encodeCommandAnswer(held.answer));
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
      perform(this.#ports, effect, { link: this.#link, ledger: this.#ledger });
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
    for (const event of events) this.#queue.push({ what: event });
    if (this.#deferred !== null && mayChangePlan(this.#context.memory, stamp)) {
      this.#queue.push({ what: { type: 'order.received', order: 'config', payload: this.#deferred } });
      this.#deferred = null;
    }
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
    const { clock } = this.#ports;
    if (this.#decided === stamp)
      this.#wakeups.plan(untilNextDeadline(this.#context, this.#chart.custody, stamp), stamp);
    else this.#wakeups.goOn(stamp);
    clock.wakeAfter(this.#wakeups.delayMs(this.#link.untilNextDeadline(stamp)), () =>
      this.#enter({ what: { type: 'tick' } }),
    );
  }

  #startChart(memory: Memory, stamp: Stamp): Actor<typeof dispenser> {
    const { sensors } = this.#ports;
    const volatile = volatileAtStart(stamp, sensors.door(), sensors.power());
    const actor = createActor(dispenser, { input: { memory, volatile, boot: stamp } });
    // Without an observer XState would throw the chart's error at the whole process.
    actor.subscribe({ error: SILENT });
    actor.start();
    return actor;
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
    this.#actor = this.#startChart(this.#ledger.recall(this.#options.serviceNumber), stamp);
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

/** What waits to be handled, and who wants to hear what became of it. */
interface Entry {
  readonly what: InboxEvent | MqttEvent | ReceivedOrder;
  readonly tell?: (outcome: Outcome | null) => void;
  readonly report?: (report: ConfigReport) => void;
}

function isMqtt(event: Entry['what']): event is MqttEvent {
  return event.type.startsWith('mqtt.');
}
