import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import type { MqttEvent } from '../../../hal/ports/mqtt.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { decodeAck } from '../../../protocol/messages/ack.ts';
import { type CentreOptions, type RunningCentre, startCentre } from '../../../tools/centre/main.ts';
import { CentreDatabaseError } from '../../../tools/centre/schema.ts';
import { batchMessage, opened } from './support.ts';

const quiet = { write: () => undefined };
const usual: CentreOptions = { broker: 'embedded', mqttPort: 0, httpPort: 0, databasePath: ':memory:', log: quiet };

async function start(options: Partial<CentreOptions> = {}): Promise<RunningCentre> {
  const centre = await startCentre({ ...usual, ...options });
  onTestFinished(() => centre.close());
  return centre;
}

async function occupiedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Sends one batch as a device does, and waits for the acknowledgement of the centre. */
function sendAndAwaitAck(brokerUrl: string): Promise<number> {
  const mqtt = createMqtt({ url: brokerUrl, clientId: 'unit-1' });
  onTestFinished(() => mqtt.disconnect());
  return new Promise((resolve, reject) => {
    mqtt.listen((event: MqttEvent) => {
      if (event.type === 'mqtt.connected') mqtt.publish(1, batchMessage('unit-1', 7, [opened(1), opened(2)]));
      if (event.type === 'mqtt.message') resolve(decodeAck(event.message.payload).ackedThrough);
      if (event.type === 'mqtt.disconnected') reject(new Error(event.reason));
    });
    const will = { topic: 'd/unit-1/up/state', payload: new Uint8Array(0) };
    mqtt.connect({ will, subscriptions: ['d/unit-1/down/ack'] });
  });
}

describe('a running service centre', () => {
  it('takes events through its embedded broker, acknowledges them, and shows them on the web', async () => {
    const centre = await start();
    await centre.whenConnected;
    expect(await sendAndAwaitAck(centre.brokerUrl)).toBe(2);
    const answer = (await (await fetch(`${centre.httpUrl}/api/devices/unit-1/events?after=0`)).json()) as {
      events: unknown[];
    };
    expect(answer.events).toHaveLength(2);
  });

  it('serves a broker that runs elsewhere', async () => {
    const host = await start();
    const guest = await start({ broker: host.brokerUrl, clientId: 'second' });
    await guest.whenConnected;
    expect(guest.brokerUrl).toBe(host.brokerUrl);
  });

  it('starts while its broker is away, and shows on its page that nothing is received', async () => {
    const centre = await start({ broker: `mqtt://127.0.0.1:${await occupiedPort()}` });
    expect(await (await fetch(`${centre.httpUrl}/?lang=en`)).text()).toContain('No connection to the MQTT broker');
  });

  it('listens to this machine only, unless told', async () => {
    const { httpUrl, brokerUrl } = await start();
    expect([new URL(httpUrl).hostname, new URL(brokerUrl).hostname]).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('gives back its ports and its file when it is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-centre-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const first = await start({ databasePath: join(folder, 'centre.db') });
    const ports = { httpPort: Number(new URL(first.httpUrl).port), mqttPort: Number(new URL(first.brokerUrl).port) };
    await first.close();
    const second = await start({ ...ports, databasePath: join(folder, 'centre.db') });
    await second.whenConnected;
    expect(second.httpUrl).toBe(first.httpUrl);
  });
});

describe('a service centre that cannot start', () => {
  it.each([
    ['httpPort', 'web page', '--http-port'],
    ['mqttPort', 'MQTT broker', '--mqtt-port'],
  ])('names the taken port and the way out, and leaves nothing behind: %s', async (option, purpose, flag) => {
    const port = await occupiedPort();
    const folder = mkdtempSync(join(tmpdir(), 'dosis-centre-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const databasePath = join(folder, 'centre.db');
    const refused = startCentre({ ...usual, [option]: port, databasePath });
    await expect(refused).rejects.toMatchObject({ name: 'PortError', port });
    await expect(refused).rejects.toThrow(new RegExp(`${purpose}.*port ${port}.*taken.*${flag} `));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that another program has the database', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-centre-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const databasePath = join(folder, 'centre.db');
    await start({ databasePath });
    const refused = startCentre({ ...usual, databasePath });
    await expect(refused).rejects.toBeInstanceOf(CentreDatabaseError);
    await expect(refused).rejects.toThrow(
      `The database "${databasePath}" is in use by another program, most likely a service centre that runs already; use that one, end it, or name another file with --database.`,
    );
  });

  it('says that the database is not one of a centre, and leaves it as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-centre-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const foreign = join(folder, 'other.db');
    const other = openStore({ path: foreign });
    other.exec('CREATE TABLE theirs (a) STRICT'.replace('(a)', '(a INTEGER)'));
    other.close();
    await expect(startCentre({ ...usual, databasePath: foreign })).rejects.toThrow(/another program/);
    const newer = join(folder, 'newer.db');
    await (await startCentre({ ...usual, databasePath: newer })).close();
    const store = openStore({ path: newer });
    store.exec('PRAGMA user_version = 99');
    store.close();
    await expect(startCentre({ ...usual, databasePath: newer })).rejects.toThrow(/newer version/);
  });

  it.each([
    [
      'a folder',
      'folder',
      /folder" is a folder; write a file in it, e\.g\. --database .*folder.dosis-centre\.sqlite\.$/,
    ],
    [
      'where no file can be made',
      '/proc/centre.sqlite',
      /"\/proc\/centre\.sqlite" cannot be made or written there \(SQLITE_CANTOPEN\); name a file/,
    ],
    ['a text', 'letter.txt', /letter\.txt" is not a SQLite database; write --database with .*\.$/],
  ])('says that its database is %s, and what to write', async (_case, name, sentence) => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-centre-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'letter.txt'), 'Dear citizen,');
    const refused = startCentre({ ...usual, databasePath: resolve(folder, name) });
    await expect(refused).rejects.toMatchObject({
      name: 'CentreDatabaseError',
      message: expect.stringMatching(sentence),
    });
    expect(readFileSync(join(folder, 'letter.txt'), 'utf8')).toBe('Dear citizen,');
    expect(readdirSync(folder).sort()).toEqual(['folder', 'letter.txt']);
  });

  it('takes an empty file for a database that is to be made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-centre-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'centre.db'), '');
    await start({ databasePath: join(folder, 'centre.db') });
  });
});
