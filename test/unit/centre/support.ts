import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MqttMessage } from '../../../hal/ports/mqtt.ts';
import type { Store, StoreFailure } from '../../../hal/ports/store.ts';
import { StoreError } from '../../../hal/ports/store.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import type { AlarmCode } from '../../../protocol/messages/alarm.ts';
import { encodeBatch } from '../../../protocol/messages/batch.ts';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { type DeviceBirth, encodeState } from '../../../protocol/messages/state.ts';
import { topicOf } from '../../../protocol/topics.ts';
import { CentreDatabase } from '../../../tools/centre/database.ts';
import { Ingest } from '../../../tools/centre/ingest.ts';
import { Readings } from '../../../tools/centre/readings.ts';

export const nowMs = Date.UTC(2026, 10, 21, 9);
const atS = nowMs / 1000;

/** Some event with this number. */
export function opened(seq: number): DeviceEvent {
  return { type: 'door.opened', seq, at: atS + seq, authorised: true };
}

export function taken(seq: number, slot = 'morning', date = '2026-11-21'): DeviceEvent {
  return { type: 'dose.taken', seq, at: atS + seq, slot, date };
}

/** With `slot` about that dose of today. */
export function raised(seq: number, code: AlarmCode, slot?: string): DeviceEvent {
  const dose = slot === undefined ? {} : { slot, date: '2026-11-21' };
  return { type: 'alarm.raised', seq, at: atS + seq, code, ...dose };
}

export function cleared(seq: number, code: AlarmCode, slot?: string): DeviceEvent {
  const dose = slot === undefined ? {} : { slot, date: '2026-11-21' };
  return { type: 'alarm.cleared', seq, at: atS + seq, code, ...dose };
}

export function batchMessage(
  device: string,
  epoch: number,
  events: readonly (DeviceEvent | Uint8Array)[],
): MqttMessage {
  const bytes = events.map((event) => (event instanceof Uint8Array ? event : encodeEvent(event)));
  return { topic: topicOf(device, 'up/event'), payload: encodeBatch({ epoch, events: bytes }) };
}

export function birthMessage(device: string, told: Partial<DeviceBirth> = {}): MqttMessage {
  const usual = {
    online: true,
    session: 1,
    epoch: 7,
    boot: 1,
    firmware: '0.1.0',
    configVersion: 1,
    firstSeq: 1,
    lastSeq: 0,
  } as const;
  return { topic: topicOf(device, 'up/state'), payload: encodeState({ ...usual, ...told }) };
}

export function deathMessage(device: string, session: number): MqttMessage {
  return { topic: topicOf(device, 'up/state'), payload: encodeState({ online: false, session }) };
}

export function lockdownMessage(device: string, fault: AlarmCode = 'storage-fault', session = 9): MqttMessage {
  const payload = encodeState({ online: 'lockedDown', session, firmware: '0.1.0', fault });
  return { topic: topicOf(device, 'up/state'), payload };
}

/** An ingest over a database in memory, which `restart` opens anew as a new process would. */
export function bench(store: Store = openStore({ path: ':memory:' })) {
  const database = new CentreDatabase(store);
  const ingest = new Ingest(database);
  return {
    store,
    database,
    ingest,
    readings: new Readings(store, () => true),
    receive: (message: MqttMessage) => ingest.receive(message, nowMs),
    /** Sends a batch and answers what is acknowledged. */
    send: (device: string, epoch: number, ...events: (DeviceEvent | Uint8Array)[]) =>
      ingest.receive(batchMessage(device, epoch, events), nowMs).acknowledgement?.ackedThrough,
    seqs: (device: string) => new Readings(store, () => true).eventsAfter(device, 0).map(({ seq }) => seq),
    restart: () => bench(store),
    /** As the centre is when this moment's database is put back later. */
    copy: () => bench(copyOf(store)),
    /** Device and code of each open alarm. */
    alarms: () => new Readings(store, () => true).openAlarms().map(({ device, code }) => `${device} ${code}`),
  };
}

function copyOf(store: Store): Store {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'centre.db');
  store.prepare('VACUUM INTO ?').run(path);
  const copy = openStore({ path });
  onTestFinished(() => copy.close());
  return copy;
}

/** A store whose commits can be made to fail. */
export class FailingStore implements Store {
  readonly #inner = openStore({ path: ':memory:' });
  failure: StoreFailure | undefined;

  prepare(sql: string) {
    return this.#inner.prepare(sql);
  }
  exec(sql: string): void {
    this.#inner.exec(sql);
  }
  transaction<T>(body: () => T): T {
    return this.#inner.transaction(() => {
      const result = body();
      if (this.failure !== undefined) throw new StoreError(this.failure, 'the medium failed');
      return result;
    });
  }
  integrityProblems(): string[] {
    return this.#inner.integrityProblems();
  }
  image(): Uint8Array {
    return this.#inner.image();
  }
  close(): void {
    this.#inner.close();
  }
}
