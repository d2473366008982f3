import { createHash } from 'node:crypto';
import type { Command } from '../../protocol/messages/command.ts';
import { decodeCommandAnswer } from '../../protocol/messages/command-answer.ts';
import { type ConfigDocument, encodeConfig } from '../../protocol/messages/config.ts';
import { decodeConfigReport } from '../../protocol/messages/config-report.ts';
import type { Presence } from '../../protocol/messages/event.ts';
import { signCommand } from '../../protocol/messages/signed-command.ts';
import { documentHash, signConfig } from '../../protocol/messages/signed-config.ts';
import type { DeviceBirth } from '../../protocol/messages/state.ts';
import { simCentreSigner } from './centre-key.ts';

type WithoutHead<C> = C extends unknown ? Omit<C, 'id' | 'device' | 'issuedAt' | 'expiresAt' | 'expected'> : never;
/** What is asked of the unit; the centre adds who, when and in which state. */
export type Order = WithoutHead<Command>;

/** A command that was not obeyed by then is not obeyed at all. */
const orderSecondsMax = 14 * 86_400;

export interface OrdersAround {
  readonly device: string;
  readonly nowMs: () => number;
  /** What the unit was provisioned with. */
  readonly config: ConfigDocument;
  readonly presence: () => Presence;
  readonly send: (channel: 'down/config' | 'down/command', payload: Uint8Array) => void;
}

/** The centre's orders to its one unit: sent when they are made, and again after each birth until they are answered. */
export class CentreOrders {
  readonly #around: OrdersAround;
  readonly #documents = new Map<number, ConfigDocument>();
  readonly #orders = new Map<number, Order>();
  readonly #open = new Map<number, Uint8Array>();
  /** Made before the unit was ever heard of. */
  #waiting: Order[] = [];
  #newest: ConfigDocument;
  /** What the unit has, as far as the centre has heard. */
  #inForce: { readonly version: number; readonly hash: Uint8Array } | undefined;
  #birth: DeviceBirth | undefined;
  #nextId = 1;

  constructor(around: OrdersAround) {
    this.#around = around;
    this.#newest = around.config;
    this.#documents.set(around.config.version, around.config);
  }

  /** The version that the unit goes by, as far as the centre has heard. */
  get versionInForce(): number {
    return this.#inForce?.version ?? this.#around.config.version;
  }

  /** The document of a version, whatever became of it. */
  document(version: number): ConfigDocument | undefined {
    return this.#documents.get(version);
  }

  /** What was asked under a number. */
  order(id: number): Order | undefined {
    return this.#orders.get(id);
  }

  /** Another plan, made from the newest one. */
  change(edit: (config: ConfigDocument) => ConfigDocument): void {
    const version = this.#newest.version + 1;
    this.#newest = { ...edit(this.#newest), version };
    this.#documents.set(version, this.#newest);
    this.#sendConfig();
  }

  ask(order: Order): void {
    if (this.#birth === undefined) {
      this.#waiting.push(order);
      return;
    }
    const id = this.#nextId++;
    const bytes = signCommand(this.#commandOf(id, order, this.#birth), simCentreSigner);
    this.#orders.set(id, order);
    this.#open.set(id, bytes);
    this.#around.send('down/command', bytes);
  }

  /** The unit has told of itself: it gets what it has not answered. */
  born(birth: DeviceBirth): void {
    const isNew = birth.session !== this.#birth?.session;
    this.#birth = birth;
    if (birth.configHash !== undefined) this.#inForce = { version: birth.configVersion, hash: birth.configHash };
    if (!isNew) return;
    this.#sendConfig();
    for (const bytes of this.#open.values()) this.#around.send('down/command', bytes);
    for (const order of this.#waiting.splice(0)) this.ask(order);
  }

  /** @throws ProtocolError */
  reported(payload: Uint8Array): void {
    const report = decodeConfigReport(payload);
    if (report.status === 'applied') this.#inForce = { version: report.version, hash: report.hash };
  }

  /** @throws ProtocolError */
  answered(payload: Uint8Array): void {
    const answer = decodeCommandAnswer(payload);
    if (answer.status !== 'accepted') this.#open.delete(answer.id);
  }

  #sendConfig(): void {
    this.#inForce ??= { version: this.#around.config.version, hash: hashOf(this.#around.config) };
    if (this.#newest.version <= this.#inForce.version) return;
    const { device, nowMs, send } = this.#around;
    const issuedAt = Math.floor(nowMs() / 1000);
    const base = this.#inForce.hash;
    send('down/config', signConfig({ device, issuedAt, base, document: this.#newest }, simCentreSigner));
  }

  #commandOf(id: number, order: Order, { epoch, firmware }: DeviceBirth): Command {
    const issuedAt = Math.floor(this.#around.nowMs() / 1000);
    const head = { id, device: this.#around.device, issuedAt, expiresAt: issuedAt + orderSecondsMax };
    switch (order.type) {
      case 'openTakeOut':
      case 'extendWindow':
        return {
          ...order,
          ...head,
          expected: { epoch, configVersion: this.versionInForce },
        };
      case 'pause':
      case 'resume':
        return { ...order, ...head, expected: { epoch, presence: this.#around.presence() } };
      case 'update':
        return { ...order, ...head, expected: { epoch, firmware } };
      default:
        return { ...order, ...head, expected: { epoch } };
    }
  }
}

function hashOf(document: ConfigDocument): Uint8Array {
  return documentHash(encodeConfig(document), (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()));
}
