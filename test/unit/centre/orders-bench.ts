import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../../hal/ports/store.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import { Centre } from '../../../tools/centre/centre.ts';
import type { ImageStore } from '../../../tools/centre/images/image-store.ts';
import { OrderError } from '../../../tools/centre/orders/order-error.ts';
import { centre as signer } from '../protocol/signing.ts';
import { FakeMqtt } from './fake-mqtt.ts';
import { ScriptedUnit } from './scripted-unit.ts';
import { nowMs } from './support.ts';

/** A whole document but for its version. */
export const wholeDocument = {
  profile: 'roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 12 34 56',
  regimen: { slots: [{ id: 'morgen', at: '08:00', beforeMinutes: 30, afterMinutes: 60 }] },
} as const;

export const other = { ...wholeDocument, quietMinutes: 10 };

/** The one that is to go on under any name. */
export const HEIR = Uint8Array.of(7, 7);

export const origin = { author: 'operator-7', reason: '' };

/** The refusal that `act` ends with; anything else fails the test. */
export function refusal(act: () => unknown): OrderError {
  try {
    act();
  } catch (error) {
    if (error instanceof OrderError) return error;
    throw error;
  }
  throw new TypeError('Nothing was refused.');
}

export function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-orders-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'centre.db');
}

/** A centre on a real file whose broker is a straight line to scripted units, as fast as a call. */
export class OrdersBench {
  readonly path: string;
  readonly store: Store;
  readonly mqtt = new FakeMqtt();
  readonly centre: Centre;
  readonly units = new Map<string, ScriptedUnit>();
  readonly lines: string[] = [];
  /** Whether messages from the centre arrive. */
  delivers = true;
  nowMs: number;

  constructor(options: { path?: string; signs?: Signer; at?: number; images?: ImageStore } = {}) {
    const { path = databaseFile(), signs = signer, at = nowMs } = options;
    this.path = path;
    this.nowMs = at;
    this.store = openStore({ path });
    onTestFinished(() => this.end());
    this.centre = new Centre({
      store: this.store,
      mqtt: this.mqtt,
      entropy: { below: () => 0 },
      log: { write: (_level, text) => this.lines.push(text) },
      nowMs: () => this.nowMs,
      signer: signs,
      heirOf: (device) => (device === 'nobody-1' ? undefined : HEIR),
      ...(options.images === undefined ? {} : { images: options.images }),
      onFailure: (error) => this.lines.push(error.message),
    });
    this.mqtt.publish = (id, message) => {
      this.mqtt.published.push({ id, message });
      if (!this.delivers) return;
      const [, device = ''] = message.topic.split('/');
      this.units.get(device)?.hear(message);
      this.mqtt.tell({ type: 'mqtt.published', id });
    };
    this.centre.link.start();
    this.mqtt.accept();
  }

  get orders() {
    return this.centre.orders;
  }

  /** A unit of this name on the line; it has not spoken yet. */
  unit(device = 'unit-1'): ScriptedUnit {
    return this.join(new ScriptedUnit(device));
  }

  join(unit: ScriptedUnit): ScriptedUnit {
    unit.wire((message) => this.centre.receive(message));
    this.units.set(unit.device, unit);
    return unit;
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.centre.sweep();
  }

  /** Gives a document that was made from the newest. */
  set(device: string, document: object = wholeDocument) {
    const { wanted } = this.orders.readings.config(device);
    const base = wanted === null ? null : new Uint8Array(Buffer.from(wanted.hash, 'hex'));
    return this.orders.setConfig(device, { document, base, ...origin });
  }

  /** As far as it comes by itself: after a long step the centre rests, and on a busy machine every step is long. */
  rollout(id: number) {
    const waves = this.orders.rollout(id)?.waves.length ?? 0;
    for (let wave = 0; wave <= waves; wave += 1) this.centre.sweep();
    return this.orders.rollout(id);
  }

  state(device: string, version: number): string | undefined {
    return this.orders.readings.configDocument(device, version)?.state;
  }

  command(device: string, type: string, fields: Record<string, unknown> = {}, expiresAt?: number) {
    const told = expiresAt === undefined ? {} : { expiresAt };
    return this.orders.send(device, { type, fields, ...origin, ...told });
  }

  /** How many times each topic was written to. */
  sent(channel: 'config' | 'command'): number {
    return this.mqtt.published.filter(({ message }) => message.topic.endsWith(`down/${channel}`)).length;
  }

  /** Ends as a process does that is killed. */
  end(): void {
    this.centre.stop();
    this.store.close();
  }

  /** The same file in a new process, some time later. */
  restart(afterMs = 1000): OrdersBench {
    this.end();
    return this.#successor(this.path, afterMs);
  }

  /** A file with what is stored now, as a backup is made. */
  copy(): string {
    const path = databaseFile();
    this.store.prepare('VACUUM INTO ?').run(path);
    return path;
  }

  /** A new process on a copy. */
  putBack(path: string, afterMs = 1000): OrdersBench {
    this.end();
    return this.#successor(path, afterMs);
  }

  #successor(path: string, afterMs: number): OrdersBench {
    const next = new OrdersBench({ path, at: this.nowMs + afterMs });
    for (const unit of this.units.values()) next.join(unit);
    return next;
  }
}
