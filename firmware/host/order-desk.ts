import { sha256 } from '@noble/hashes/sha2.js';
import type { Signatures } from '../../hal/ports/signatures.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import type { TrustedKey } from '../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { type Command, selfTestParts } from '../../protocol/messages/command.ts';
import type { CommandAnswer } from '../../protocol/messages/command-answer.ts';
import type { ConfigReport } from '../../protocol/messages/config-report.ts';
import { type Refusal, refusalFrom } from '../../protocol/messages/refusal.ts';
import { openCommand, whyNotObeyed } from '../../protocol/messages/signed-command.ts';
import {
  type ConfigOffer,
  documentHash,
  mayReplace,
  openConfig,
  readOffered,
} from '../../protocol/messages/signed-config.ts';
import { refusalsMax } from '../../protocol/messages/signed-limits.ts';
import { epochSecondsAt, MINUTE_MS } from '../domain/civil-time.ts';
import { doseKey } from '../domain/dose.ts';
import type { Memory, NewConfig } from '../domain/memory.ts';
import type { CommandRef, Outcome } from '../domain/orders.ts';
import { readSettings, SettingsError } from '../domain/settings.ts';
import type { Identity } from '../ledger/ledger.ts';
import type { HeldConfig, OrderBook } from '../ledger/orders.ts';
import type { OrderEvent, ServiceEvent, Stamp } from '../machine/events.ts';

export interface DeskOptions {
  readonly identity: Identity;
  readonly firmware: string;
  /** Whose configurations and commands are believed. */
  readonly keys: readonly TrustedKey<Uint8Array>[];
  readonly signatures: Signatures;
  readonly book: Pick<OrderBook, 'config' | 'command'>;
  readonly forgottenThrough: () => number;
  /** Whether there is a field trace to send. */
  readonly keepsTrace?: boolean;
  /** Whether firmware can be fetched over the air and tried here. */
  readonly updates?: boolean;
}

type OrderRefused = Extract<OrderEvent, { type: 'order.refused' }>;

/** What a signed configuration is for the machine, and what is said about it. */
export type ReadConfig =
  | { readonly kind: 'offer'; readonly config: NewConfig; readonly named: Named }
  | { readonly kind: 'in-force'; readonly named: Named }
  | {
      readonly kind: 'refused';
      readonly event: OrderRefused;
      readonly named: Named;
      readonly errors: readonly Refusal[];
    };

/** The document that a report is about: version 0 and the hash of the whole message when it could not be opened. */
type Named = Pick<ConfigReport, 'version' | 'hash'>;

/** What a signed command is for the machine. */
export type ReadCommand =
  | { readonly kind: 'obey'; readonly event: ServiceEvent; readonly command: CommandRef }
  /** It has come before: what became of it then is said again. */
  | { readonly kind: 'known'; readonly answer: CommandAnswer }
  /** `command` when the refusal belongs to it for good; `answer` when it is told without being kept. */
  | {
      readonly kind: 'refused';
      readonly event: OrderRefused;
      readonly command?: CommandRef;
      readonly answer?: CommandAnswer;
    };

/** The part of the desk that sees documents. */
export type OrderReader = Pick<OrderDesk, 'readConfig' | 'readCommand'>;

/**
 * Reads signed documents, whatever road they came by: whether they are to be believed, and what they mean. It changes
 * nothing; the machine decides.
 */
export class OrderDesk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  get #trust() {
    const { keys, signatures } = this.#options;
    return { keys, verify: signatures.verify };
  }

  readConfig(bytes: Uint8Array, { settings, configHash, registers }: Memory): ReadConfig {
    const unread = { version: 0, hash: sha256(bytes) };
    let offer: ConfigOffer;
    try {
      const envelope = openConfig(bytes, this.#trust);
      offer = { envelope, hash: documentHash(envelope.document, sha256) };
    } catch (error) {
      return refusedConfig(unread, isProtocolError(error), errorsFrom(error));
    }
    const named = { version: offer.envelope.version, hash: offer.hash };
    const inForce = configHash === null ? undefined : { version: settings.version, hash: configHash };
    const { device } = this.#options.identity;
    const firstFrom = registers.firstConfigFrom;
    const verdict = mayReplace({ device, firstFrom, ...(inForce === undefined ? {} : { inForce }) }, offer);
    if (verdict.verdict === 'in-force') return { kind: 'in-force', named };
    if (verdict.verdict === 'refused') return refusedConfig(named, true, [verdict.refusal]);
    try {
      const next = readSettings(readOffered(offer.envelope));
      return { kind: 'offer', named, config: { settings: next, document: offer.envelope.document, hash: offer.hash } };
    } catch (error) {
      return refusedConfig(named, true, errorsFrom(error));
    }
  }

  /** What is told about a document once the machine has decided; `inForce` is read back from the ledger. */
  report(read: ReadConfig, outcome: Outcome | null, inForce: HeldConfig | null): ConfigReport {
    const { named } = read;
    if (read.kind === 'in-force' || outcome?.status === 'done') return { status: 'applied', ...named };
    const goesOn = inForce === null ? {} : { inForce: { version: inForce.version, hash: inForce.hash } };
    if (read.kind === 'refused') return { status: 'rejected', ...named, errors: [...read.errors], ...goesOn };
    const errors: Refusal[] = [outcome !== null && 'refusal' in outcome ? outcome.refusal : NOT_STORED];
    return { status: outcome?.status === 'refused' ? 'rejected' : 'deferred', ...named, errors, ...goesOn };
  }

  readCommand(bytes: Uint8Array, stamp: Stamp, { settings, registers }: Memory): ReadCommand {
    const { identity, firmware, book } = this.#options;
    let opened: ReturnType<typeof openCommand>;
    try {
      opened = openCommand(bytes, this.#trust, sha256);
    } catch (error) {
      const [refusal] = errorsFrom(error);
      // What somebody signed and this firmware does not know is a mistake; what nobody signed may be anything.
      return { kind: 'refused', event: refusedEvent('command', isProtocolError(error), refusal) };
    }
    const { command, hash } = opened;
    const reference: CommandRef = { id: command.id, hash, type: command.type };
    const held = command.device === identity.device ? book.command(command.id) : null;
    if (held !== null && sameBytes(held.answer.hash, hash)) return { kind: 'known', answer: held.answer };
    const refusal: Refusal | null =
      held !== null
        ? { path: 'id', code: 'id-reused' }
        : whyNotObeyed(command, {
            ...identity,
            configVersion: settings.version,
            presence: registers.presence.mode,
            firmware,
            now: stamp.trusted ? epochSecondsAt(stamp.wallMs) : null,
            forgottenThrough: this.#options.forgottenThrough(),
          });
    if (refusal !== null) return refusedCommand(reference, refusal, stamp);
    const event = command.type === 'update' && this.#options.updates !== true ? null : meaningOf(command);
    const missing = event === null ? 'type' : this.#missingFor(command);
    if (event === null || missing !== null) {
      return refusedCommand(reference, { path: missing ?? 'type', code: 'unsupported' }, stamp);
    }
    return { kind: 'obey', event, command: reference };
  }

  /** The field of a command that asks for what this unit has not; a trace has no times to begin at. */
  #missingFor(command: Command): string | null {
    if (command.type !== 'sendLog' || command.source !== 'trace') return null;
    if (this.#options.keepsTrace !== true) return 'source';
    return command.since === undefined ? null : 'since';
  }
}

/** It could not be made durable, and the unit is about to say so. */
const NOT_STORED: Refusal = { path: '', code: 'storage-fault' };

/** Refusals of which the ledger keeps nothing: they are for another unit, or about an id that is taken. */
const NOT_KEPT: ReadonlySet<Refusal['code']> = new Set(['another-device', 'replayed', 'id-reused']);

function refusedCommand(command: CommandRef, refusal: Refusal, stamp: Stamp): ReadCommand {
  const event = refusedEvent('command', true, refusal);
  if (!NOT_KEPT.has(refusal.code)) return { kind: 'refused', event, command };
  // Who sent it to the wrong unit learns nothing of this one.
  if (refusal.code === 'another-device') return { kind: 'refused', event };
  const { id, hash } = command;
  const at = epochSecondsAt(stamp.wallMs);
  return { kind: 'refused', event, answer: { status: 'refused', id, hash, at, errors: [refusal] } };
}

function refusedConfig(named: Named, signed: boolean, errors: readonly Refusal[]): ReadConfig {
  const [refusal = NOT_STORED] = errors;
  const event = refusedEvent('config', signed, refusal);
  return { kind: 'refused', event: named.version === 0 ? event : { ...event, version: named.version }, named, errors };
}

function refusedEvent(order: 'config' | 'command', signed: boolean, refusal: Refusal): OrderRefused {
  return { type: 'order.refused', order, signed, refusal };
}

function errorsFrom(error: unknown): readonly [Refusal, ...Refusal[]] {
  if (error instanceof SettingsError) {
    const [first, ...rest] = error.problems.map(({ path, code }) => ({ path, code })).slice(0, refusalsMax);
    if (first !== undefined) return [first, ...rest];
  }
  const refusal = refusalFrom(error);
  if (refusal === undefined) throw error;
  return [refusal];
}

/** What a command asks of the machine; null for what this firmware cannot do. */
function meaningOf(command: Command): ServiceEvent | null {
  switch (command.type) {
    case 'openTakeOut': {
      const { doses, awayUntil } = command;
      return {
        type: 'takeOut.requested',
        doses,
        ...(awayUntil === undefined ? {} : { awayUntilMs: awayUntil * 1000 }),
      };
    }
    case 'pause':
      return { type: 'pause.started' };
    case 'resume':
      return { type: 'pause.ended' };
    case 'extendWindow': {
      const { slot, date, closesAt, minutes } = command;
      return { type: 'window.extended', dose: doseKey(slot, date), closesAt, byMs: minutes * MINUTE_MS };
    }
    case 'silence':
      return { type: 'silence.requested', forMs: command.minutes * MINUTE_MS };
    case 'message':
      return {
        type: 'message.received',
        text: command.text,
        buttons: command.buttons ?? [],
        untilMs: command.expiresAt * 1000,
      };
    case 'restart':
      return { type: 'restart.requested' };
    case 'selfTest':
      return { type: 'selfTest.requested', parts: command.parts ?? selfTestParts };
    case 'sendLog': {
      const { source, since, bytesMax } = command;
      return { type: 'log.requested', source, bytesMax, ...(since === undefined ? {} : { since }) };
    }
    case 'update': {
      const { image, imageBytes: bytes, firmware, expected, expiresAt } = command;
      return { type: 'update.requested', image, bytes, firmware, from: expected.firmware, untilMs: expiresAt * 1000 };
    }
  }
}
