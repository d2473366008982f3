import { hexOf, sameBytes } from '../../../protocol/cose/bytes.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../../protocol/errors.ts';
import { type ConfigDocument, configProblems, decodeConfig, encodeConfig } from '../../../protocol/messages/config.ts';
import { documentHash, signConfig } from '../../../protocol/messages/signed-config.ts';
import { baseFor, isFresh, NO_BASE } from './config-base.ts';
import type { ConfigOrder, ConfigStore, UnitConfig } from './config-store.ts';
import type { Numbers } from './numbers.ts';
import { faultyOrder, noVersion, OrderError } from './order-error.ts';
import type { Origin } from './origin.ts';
import { sha256 } from './sha256.ts';

/** What an operator wants a unit to work from. */
export interface WantedConfig extends Origin {
  /** The whole document; a `version` in it is not looked at, the centre gives it one. */
  readonly document: unknown;
  /** Hash of the document that it was made from, null for none: another one by now is somebody else's change. */
  readonly base: Uint8Array | null;
  /** Hash of a document on the unit that this centre has no copy of, and that is to be replaced nevertheless. */
  readonly over?: Uint8Array;
  readonly saysAgain?: number;
}

export interface Rollback extends Origin {
  readonly over?: Uint8Array;
}

/** Makes configurations and signs them. Every method that writes belongs inside a transaction. */
export class ConfigOrders {
  readonly #store: ConfigStore;
  readonly #numbers: Numbers;
  readonly #signer: Signer;

  constructor(store: ConfigStore, numbers: Numbers, signer: Signer) {
    this.#store = store;
    this.#numbers = numbers;
    this.#signer = signer;
  }

  /** Stores a document in a new version, signed, and lays aside what was under way. @throws OrderError */
  make(device: string, wanted: WantedConfig, nowMs: number): ConfigOrder {
    const before = this.#store.wanted(device);
    checkBase(device, wanted.base, before);
    const unit = this.#store.unit(device);
    this.#checkForeign(device, unit, wanted.over);
    const version = this.#nextVersion(device, unit, nowMs);
    const document = encoded(wanted.document, version);
    const { author, reason, saysAgain = null, over = null } = wanted;
    const hash = documentHash(document, sha256);
    this.#store.supersedeBelow(device, version, nowMs);
    this.#store.add({ device, version, document, hash, over, author, reason, saysAgain, madeMs: nowMs });
    const order = this.#store.byVersion(device, version) as ConfigOrder;
    // On a unit that was never heard an older document of ours may have come by another road; it will say so.
    this.#sign(order, baseFor(this.#store, order, unit) ?? unit?.hash ?? NO_BASE, nowMs);
    return order;
  }

  /** Whether a document may be asked for at all. @throws OrderError with every problem */
  check(document: unknown): void {
    encoded(document, 1);
  }

  /** A new version that says what an older one said. @throws OrderError */
  rollback(device: string, version: number, { over, ...origin }: Rollback, nowMs: number): ConfigOrder {
    const old = this.#store.byVersion(device, version);
    if (old === undefined) throw noVersion(device, version);
    const base = this.#store.wanted(device)?.hash ?? null;
    const told = over === undefined ? {} : { over };
    return this.make(
      device,
      { ...origin, ...told, document: decodeConfig(old.document), base, saysAgain: version },
      nowMs,
    );
  }

  /** The signed message for the unit as it stands; signed anew when it stands on another document of ours. */
  messageFor(order: ConfigOrder, nowMs: number): Uint8Array | undefined {
    const base = baseFor(this.#store, order, this.#store.unit(order.device)) ?? this.#store.firstBase(order.id);
    if (base === undefined) return undefined;
    const known = this.#store.envelope(order.id, base);
    if (known === undefined) this.#store.note(order.id, 'rebased', nowMs);
    if (base.length === 0) return this.messageForNew(order, nowMs);
    return known?.signed ?? this.#sign(order, base, nowMs);
  }

  /** The signed message for a unit that has nothing yet, whatever the one of that name has. */
  messageForNew(order: ConfigOrder, nowMs: number): Uint8Array {
    const known = this.#store.envelope(order.id, NO_BASE);
    return known !== undefined && isFresh(known, nowMs) ? known.signed : this.#sign(order, NO_BASE, nowMs);
  }

  #sign(order: ConfigOrder, base: Uint8Array, nowMs: number): Uint8Array {
    const issuedS = Math.floor(nowMs / 1000);
    const document = decodeConfig(order.document);
    const told = base.length === 0 ? {} : { base };
    const signed = signConfig({ device: order.device, issuedAt: issuedS, document, ...told }, this.#signer);
    this.#store.addEnvelope(order.id, { base, issuedS, signed, hash: sha256(signed) });
    return signed;
  }

  #nextVersion(device: string, unit: UnitConfig | undefined, nowMs: number): number {
    const newest = this.#store.newest(device)?.version ?? 0;
    return this.#numbers.next(Math.max(newest, unit?.version ?? 0), nowMs);
  }

  #checkForeign(device: string, unit: UnitConfig | undefined, over: Uint8Array | undefined): void {
    if (unit === undefined || unit.hash === null) return;
    if (this.#store.byHash(device, unit.hash) !== undefined) return;
    if (over !== undefined && sameBytes(over, unit.hash)) return;
    throw new OrderError('conflict', {
      da: `${device} kører efter version ${unit.version}, som denne central ingen kopi har af; se på apparatet, og skal den alligevel erstattes, så skriv også --over ${hexOf(unit.hash)}.`,
      en: `${device} works from version ${unit.version}, of which this centre has no copy; look at the unit, and to replace it nevertheless add --over ${hexOf(unit.hash)}.`,
    });
  }
}

/** @throws OrderError with every problem */
function encoded(document: unknown, version: number): Uint8Array {
  const whole = isMap(document) ? { ...document, version } : document;
  const problems = configProblems(whole);
  if (problems.length > 0) throw faultyOrder(problems);
  try {
    return encodeConfig(whole as ConfigDocument);
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    throw faultyOrder([error]);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkBase(device: string, base: Uint8Array | null, now: ConfigOrder | undefined): void {
  if (base === null && now === undefined) return;
  if (base !== null && now !== undefined && sameBytes(base, now.hash)) return;
  if (now === undefined) {
    throw new OrderError('conflict', {
      da: `${device} har ingen indstilling her, men din er lavet ud fra en; tag "version" ud, og send den igen.`,
      en: `${device} has no configuration here, but yours was made from one; leave "version" out of it and send it again.`,
    });
  }
  throw new OrderError('conflict', {
    da: `Indstillingen for ${device} er ændret imens: ${now.author} har lavet version ${now.version}; hent den, lav din ændring i den, og send den.`,
    en: `The configuration of ${device} was changed meanwhile: version ${now.version} was made by ${now.author}; get it, make your change in it, and send that.`,
  });
}
