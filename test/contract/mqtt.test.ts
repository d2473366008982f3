import { spawnSync } from 'node:child_process';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aedesKind, mosquittoKind, mosquittoTlsKind } from './brokers.ts';
import { Client, message, mqttContract } from './mqtt-suite.ts';

mqttContract(aedesKind);
mqttContract(mosquittoKind);
mqttContract(mosquittoTlsKind);

const session = { will: message('will', ''), subscriptions: [] };

describe('the MQTT port without a proper broker', () => {
  it.each(['nonsense', 'mqtt://', 'gopher://127.0.0.1'])('tells once that %s cannot be connected to', async (url) => {
    const unit = new Client({ url, clientId: 'unit' });
    unit.mqtt.connect(session);
    await unit.told('mqtt.disconnected');
    unit.mqtt.connect(session);
    await unit.told('mqtt.disconnected', 2);
    expect(unit.events).toHaveLength(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    ['hangs up at once', (socket) => socket.end()],
    ['speaks another language', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('tells once that a server which %s is no broker', async (_case, behave) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const unit = new Client({ url: `mqtt://127.0.0.1:${port}`, clientId: 'unit', openingMsMax: 300 });
    unit.mqtt.connect(session);
    await unit.told('mqtt.disconnected');
    expect(unit.events).toHaveLength(1);
  });

  it('is made without loading mqtt.js, which would cost 150 ms of boot', () => {
    const script = `
      import { createRequire } from 'node:module';
      import { createMqtt } from './hal/linux/mqtt.ts';
      createMqtt({ url: 'mqtt://127.0.0.1:1', clientId: 'unit' });
      console.log(Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('node_modules/mqtt/')));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('false');
  });
});
