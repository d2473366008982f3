import { encodeCommandAnswer } from '../../protocol/messages/command-answer.ts';
import { type ConfigReport, encodeConfigReport } from '../../protocol/messages/config-report.ts';
import type { Change, Memory } from '../domain/memory.ts';
import type { Outcome } from '../domain/orders.ts';
import type { OrderBook } from '../ledger/orders.ts';
import type { Link, ReceivedOrder } from '../link/link.ts';
import type { Stamp, StampedEvent } from '../machine/events.ts';
import { mayChangePlan } from '../machine/verdict.ts';
import type { OrderDesk, OrderReader } from './order-desk.ts';

export interface SignedOrdersOptions {
  readonly desk: OrderDesk;
  /** The desk, or who reads over its shoulder. */
  readonly reader: OrderReader;
  readonly book: OrderBook;
  readonly link: Pick<Link, 'reply'>;
  readonly memory: () => Memory;
  readonly decide: (event: StampedEvent) => Outcome | null;
  /** The same for what a command asks: also what the machine has no answer to is answered then. */
  readonly ask: (event: StampedEvent) => Outcome | null;
  /** Whether the unit has locked itself down meanwhile: then others answer for it. */
  readonly isGivenUp: () => boolean;
}

/** Signed documents, from the air or from the cable: each is read, decided by the machine, and answered. */
export class SignedOrders {
  readonly #options: SignedOrdersOptions;
  /** A configuration that waits until the machine may change its plan. */
  #deferred: Uint8Array | null = null;
  #report: ConfigReport | null = null;

  constructor(options: SignedOrdersOptions) {
    this.#options = options;
  }

  /** What became of the last configuration since the start. */
  get report(): ConfigReport | null {
    return this.#report;
  }

  take({ order, payload }: ReceivedOrder, stamp: Stamp, tell?: (report: ConfigReport) => void): void {
    if (order === 'config') this.#takeConfig(payload, stamp, tell);
    else this.#takeCommand(payload, stamp);
  }

  /** The configuration whose time has come, once. */
  ripe(stamp: Stamp): ReceivedOrder | null {
    const payload = this.#deferred;
    if (payload === null || !mayChangePlan(this.#options.memory(), stamp)) return null;
    this.#deferred = null;
    return { type: 'order.received', order: 'config', payload };
  }

  /** What has become of a command is told as the ledger has it. */
  answerTo(change: Change): void {
    if (change.set !== 'command' && change.set !== 'answer') return;
    const { book, link } = this.#options;
    const held = book.command(change.set === 'command' ? change.command.id : change.id);
    if (held !== null) link.reply('command', encodeCommandAnswer(held.answer));
  }

  #takeConfig(payload: Uint8Array, stamp: Stamp, tell?: (report: ConfigReport) => void): void {
    const { reader, desk, book, link, memory, decide, isGivenUp } = this.#options;
    const read = reader.readConfig(payload, memory());
    let outcome: Outcome | null = null;
    if (read.kind === 'offer') outcome = decide({ type: 'config.offered', config: read.config, stamp });
    if (read.kind === 'refused') outcome = decide({ ...read.event, stamp });
    if (outcome?.status === 'deferred') this.#deferred = payload;
    if (isGivenUp()) return;
    const report = desk.report(read, outcome, book.config());
    this.#report = report;
    link.reply('config', encodeConfigReport(report));
    tell?.(report);
  }

  #takeCommand(payload: Uint8Array, stamp: Stamp): void {
    const { reader, link, memory, ask } = this.#options;
    const read = reader.readCommand(payload, stamp, memory());
    if (read.kind !== 'known') {
      const { event, command } = read;
      ask({ ...event, ...(command === undefined ? {} : { command }), stamp });
    }
    if (read.kind !== 'obey' && read.answer !== undefined) link.reply('command', encodeCommandAnswer(read.answer));
  }
}
