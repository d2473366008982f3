import { hexOf, sameBytes } from '../../../protocol/cose/bytes.ts';
import type { ConfigReport } from '../../../protocol/messages/config-report.ts';
import type { Refusal } from '../../../protocol/messages/refusal.ts';
import { baseFor, isFresh, NO_BASE } from './config-base.ts';
import type { ConfigOrder, ConfigStore } from './config-store.ts';

/** What came of a report. `problem`: it is about nothing that this centre has asked, one sentence. */
export interface ReportOutcome {
  readonly problem?: string;
  /** The document can be sent once more, for what the unit turned out to have. */
  readonly again?: true;
}

type NotApplied = Exclude<ConfigReport, { status: 'applied' }>;

/** Takes what units report of their configuration: late, twice, out of order, or of another centre's making. */
export class ConfigReports {
  readonly #store: ConfigStore;

  constructor(store: ConfigStore) {
    this.#store = store;
  }

  /**
   * A birth is the unit's word on what it works from now; it alone may say that it is an older one than before.
   * @param hash of the document in force, when the birth tells it
   */
  born(device: string, version: number, hash: Uint8Array | undefined, nowMs: number): void {
    const before = this.#store.unit(device);
    const kept = before?.version === version ? before.hash : null;
    this.#store.setUnit(device, { version, hash: version === 0 ? null : (hash ?? kept), heardMs: nowMs });
  }

  reported(device: string, report: ConfigReport, nowMs: number): ReportOutcome {
    if (report.status === 'applied') this.#notice(device, report, nowMs);
    else if (report.inForce !== undefined) this.#notice(device, report.inForce, nowMs);
    const order = this.#find(device, report);
    if (order === undefined) return { problem: stranger(report) };
    if (report.status === 'applied') this.#applied(order, nowMs);
    else return this.#notApplied(order, report, nowMs);
    return {};
  }

  /** A report that comes late tells of an older version than is known already; that is no news. */
  #notice(device: string, { version, hash }: { version: number; hash: Uint8Array }, nowMs: number): void {
    const known = this.#store.unit(device);
    if (known !== undefined && version < known.version) return;
    this.#store.setUnit(device, { version, hash, heardMs: nowMs });
  }

  #find(device: string, { version, hash }: ConfigReport): ConfigOrder | undefined {
    if (version === 0) return this.#store.bySignedHash(device, hash);
    const order = this.#store.byVersion(device, version);
    return order !== undefined && sameBytes(order.hash, hash) ? order : undefined;
  }

  #applied(order: ConfigOrder, nowMs: number): void {
    if (order.state !== 'applied') this.#store.setState(order.id, 'applied', nowMs);
    this.#store.supersedeBelow(order.device, order.version, nowMs);
  }

  #notApplied(order: ConfigOrder, { status, errors }: NotApplied, nowMs: number): ReportOutcome {
    // What is applied stays so, whatever the unit says of a second copy; and a newer document speaks for itself.
    if (order.state === 'applied' || order.state === 'superseded') return {};
    if (order.state === 'rejected' && status === 'deferred') return {};
    const why = new Set(status === 'rejected' ? errors.map(({ code }) => code) : []);
    const rebased = why.has('base-mismatch') && this.#canRebase(order);
    if (rebased || (why.has('outdated') && this.#canRefresh(order, nowMs))) {
      this.#store.setState(order.id, 'made', nowMs);
      return { again: true };
    }
    if (order.state !== status || !sameErrors(order.errors, errors)) {
      this.#store.setState(order.id, status, nowMs, errors);
    }
    return {};
  }

  /** Whether the unit has something that the operator knew of, and was not asked on that base before. */
  #canRebase(order: ConfigOrder): boolean {
    const base = baseFor(this.#store, order, this.#store.unit(order.device));
    return base !== undefined && this.#store.envelope(order.id, base) === undefined;
  }

  /** Whether it will be signed anew: a copy of long ago may have waited at the broker. */
  #canRefresh(order: ConfigOrder, nowMs: number): boolean {
    const known = this.#store.envelope(order.id, NO_BASE);
    return known !== undefined && !isFresh(known, nowMs);
  }
}

function sameErrors(one: readonly Refusal[], other: readonly Refusal[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function stranger({ status, version, hash }: ConfigReport): string {
  return `It reports version ${version} (${hexOf(hash).slice(0, 16)}) as ${status}, and this centre has not made that document.`;
}
