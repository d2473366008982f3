import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { decodeAck } from '../../../protocol/messages/ack.ts';
import { type Broker, startBroker } from '../../../tools/centre/broker.ts';
import { Readings } from '../../../tools/centre/readings.ts';
import { batchMessage, opened, raised } from './support.ts';

const eventsTotal = 24;
const perBatch = 3;
const story = Array.from({ length: eventsTotal }, (_, at) => (at === 4 ? raised(5, 'tamper') : opened(at + 1)));

/** A device as the protocol has it: forgets only what the centre has acknowledged, and sends the rest again. */
class Device {
  readonly #mqtt;
  readonly #name: string;
  readonly #connected: Promise<void>;
  #heard: () => void = () => undefined;
  ackedThrough = 0;
  answers = 0;

  constructor(broker: Broker, name: string) {
    this.#name = name;
    this.#mqtt = createMqtt({ url: broker.url, clientId: name });
    this.#connected = new Promise((resolve) => {
      this.#mqtt.listen((event) => {
        if (event.type === 'mqtt.connected') resolve();
        if (event.type !== 'mqtt.message') return;
        this.answers += 1;
        this.ackedThrough = Math.max(this.ackedThrough, decodeAck(event.message.payload).ackedThrough);
        this.#heard();
      });
    });
    const will = { topic: `d/${name}/up/state`, payload: new Uint8Array(0) };
    this.#mqtt.connect({ will, subscriptions: [`d/${name}/down/ack`] });
  }

  /** Later batches first, so that there are gaps. */
  async sendRest(): Promise<void> {
    await this.#connected;
    const rest = story.slice(this.ackedThrough);
    for (let from = rest.length - (rest.length % perBatch || perBatch); from >= 0; from -= perBatch) {
      this.#mqtt.publish(1 + from, batchMessage(this.#name, 7, rest.slice(from, from + perBatch)));
    }
  }

  answer(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }

  leave(): void {
    this.#mqtt.disconnect();
  }
}

/** Starts the centre; resolves when it is connected. */
async function startProcess(broker: Broker, path: string, point: string, count: number): Promise<ChildProcess> {
  const args = [fileURLToPath(new URL('./centre-process.ts', import.meta.url)), broker.url, path, point, String(count)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  // It may also meet its end before, on a message that the broker kept for it.
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')]);
  return child;
}

describe('a service centre killed between receiving and answering', () => {
  it('has after restarts every event once, of each device, and has acknowledged all of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-crash-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'centre.db');
    const broker = await startBroker({ port: 0 });
    const devices = ['unit-1', 'unit-2'].map((name) => new Device(broker, name));
    onTestFinished(async () => {
      for (const device of devices) device.leave();
      await broker.close();
    });
    const ends: [string, number][] = [
      ['received', 1],
      ['stored', 1],
      ['received', 4],
      ['stored', 3],
      ['stored', 7],
    ];
    for (const [point, count] of ends) {
      const child = await startProcess(broker, path, point, count);
      const killed = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
      await Promise.all(devices.map((device) => device.sendRest()));
      await killed;
      expect(child.signalCode).toBe('SIGKILL');
    }
    const last = await startProcess(broker, path, 'never', 0);
    for (const device of devices) {
      await device.sendRest();
      while (device.ackedThrough < eventsTotal) await device.answer();
    }
    last.kill('SIGKILL');
    await once(last, 'exit');
    const store = openStore({ path });
    onTestFinished(() => store.close());
    const readings = new Readings(store, () => false);
    for (const name of ['unit-1', 'unit-2']) {
      const stored = readings.eventsAfter(name, 0).sort((a, b) => a.seq - b.seq);
      expect(stored.map(({ event }) => event)).toEqual(story);
    }
    const alarms = readings.openAlarms().map(({ device, code }) => `${device} ${code}`);
    expect(alarms.sort()).toEqual(['unit-1 tamper', 'unit-2 tamper']);
    expect(store.integrityProblems()).toEqual([]);
  }, 60_000);
});
