import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startBroker } from '../../tools/centre/broker.ts';

export interface TestBroker {
  readonly port: number;
  stop(): Promise<void>;
}

export interface BrokerKind {
  readonly name: string;
  /** Why it cannot be started on this machine, with the way out. */
  readonly unavailable?: string;
  /**
   * Starts one with the limits below, on a port of the system's choice unless told. Nobody may write below `closed/`,
   * and the user `stranger` is refused.
   */
  start(port?: number): Promise<TestBroker>;
}

/** What every test broker grants its clients. */
export const granted = { receiveMaximum: 12, packetBytesMax: 20_000 };

export const aedesKind: BrokerKind = {
  name: 'embedded aedes',
  async start(port = 0) {
    const broker = await startBroker({
      port,
      aedes: {
        receiveMaximum: granted.receiveMaximum,
        maximumPacketSize: granted.packetBytesMax,
        authorizePublish: (_client, packet, done) =>
          done(packet.topic.startsWith('closed/') ? new Error('closed') : null),
        authenticate: (_client, username, _password, done) => done(null, username !== 'stranger'),
      },
    });
    return { port: broker.port, stop: () => broker.close() };
  },
};

const mosquittoPaths = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];
const mosquitto = mosquittoPaths.find((path) => spawnSync(path, ['-h']).error === undefined);

export const mosquittoKind: BrokerKind = {
  name: 'Mosquitto',
  ...(mosquitto === undefined
    ? {
        unavailable:
          'Mosquitto is not installed, so half of the MQTT contract is not tested; install it: sudo apt-get install mosquitto',
      }
    : {}),
  async start(port) {
    const chosen = port ?? (await freePort());
    const folder = mkdtempSync(join(tmpdir(), 'dosis-mosquitto-'));
    writeFileSync(join(folder, 'mosquitto.conf'), configuration(chosen, folder));
    writeFileSync(join(folder, 'acl'), 'topic readwrite #\ntopic deny closed/#\n');
    writeFileSync(join(folder, 'passwords'), '', { mode: 0o600 });
    const child = spawn(mosquitto as string, ['-c', join(folder, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await running(child.stderr, exited);
    return {
      port: chosen,
      async stop() {
        child.kill('SIGTERM');
        await exited;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

function configuration(port: number, folder: string): string {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `password_file ${join(folder, 'passwords')}`,
    `acl_file ${join(folder, 'acl')}`,
    'persistence false',
    'max_queued_messages 0',
    `max_inflight_messages ${granted.receiveMaximum}`,
    `max_packet_size ${granted.packetBytesMax}`,
    'log_dest stderr',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    '',
  ].join('\n');
}

async function running(log: NodeJS.ReadableStream, exited: Promise<void>): Promise<void> {
  const lines: string[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: log }).on('line', (line) => {
      lines.push(line);
      if (line.endsWith('running')) resolve();
    });
  });
  const died = exited.then(() => {
    throw new Error(`mosquitto ended at once: ${lines.join('\n')}`);
  });
  await Promise.race([ready, died]);
  died.catch(() => undefined);
}

/** A port nobody listens on just now: Mosquitto cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
