import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MqttOptions } from '../../hal/linux/mqtt.ts';
import { pemOf } from '../../hal/linux/mqtt-identity.ts';
import { issue, makeAuthority, newSerial } from '../../tools/centre/authority/certificates.ts';
import { startBroker } from '../../tools/centre/broker.ts';

export interface TestBroker {
  readonly port: number;
  /** How a client reaches it on another port of this machine that leads to it, or on its own. */
  reach(port?: number): Pick<MqttOptions, 'url' | 'tls'>;
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
    return { port: broker.port, reach: plain(broker.port), stop: () => broker.close() };
  },
};

const mosquittoPaths = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];
export const mosquitto = mosquittoPaths.find((path) => spawnSync(path, ['-h']).error === undefined);

const missing =
  mosquitto === undefined
    ? {
        unavailable:
          'Mosquitto is not installed, so half of the MQTT contract is not tested; install it: sudo apt-get install mosquitto',
      }
    : {};

export const mosquittoKind: BrokerKind = {
  name: 'Mosquitto',
  ...missing,
  async start(port) {
    const chosen = port ?? (await freePort());
    return { ...(await startMosquitto(chosen, () => [])), reach: plain(chosen) };
  },
};

/** Both ends show certificates of an authority that was made for it. */
export const mosquittoTlsKind: BrokerKind = {
  name: 'Mosquitto with TLS',
  ...missing,
  async start(port) {
    const chosen = port ?? (await freePort());
    const { ca, broker, client } = await certificates();
    const started = await startMosquitto(chosen, (folder) => {
      const inside = (name: string) => join(folder, name);
      writeFileSync(inside('ca.pem'), ca);
      writeFileSync(inside('broker.pem'), broker.cert);
      writeFileSync(inside('broker.key'), broker.key, { mode: 0o600 });
      const files = [
        `cafile ${inside('ca.pem')}`,
        `certfile ${inside('broker.pem')}`,
        `keyfile ${inside('broker.key')}`,
      ];
      return [...files, 'require_certificate true'];
    });
    const reach = (other = chosen) => ({ url: `mqtts://127.0.0.1:${other}`, tls: { ca, ...client } });
    return { ...started, reach };
  },
};

async function certificates() {
  const validity = { from: Math.floor(Date.now() / 1000) - 3600, to: Math.floor(Date.now() / 1000) + 86_400 };
  const authority = await makeAuthority('an authority of this test', validity);
  const made = async (purpose: Parameters<typeof issue>[1]['purpose']) => {
    const { certificate, privateKey } = await issue(authority, {
      name: 'test',
      purpose,
      validity,
      serial: newSerial(),
    });
    return { cert: pemOf('CERTIFICATE', certificate), key: pemOf('PRIVATE KEY', privateKey) };
  };
  return {
    ca: pemOf('CERTIFICATE', authority.certificate),
    broker: await made({ type: 'broker', hosts: ['127.0.0.1'] }),
    client: await made({ type: 'client' }),
  };
}

function plain(own: number): TestBroker['reach'] {
  return (port = own) => ({ url: `mqtt://127.0.0.1:${port}` });
}

async function startMosquitto(
  port: number,
  more: (folder: string) => readonly string[],
): Promise<Pick<TestBroker, 'port' | 'stop'>> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-mosquitto-'));
  writeFileSync(join(folder, 'mosquitto.conf'), `${configuration(port, folder)}${more(folder).join('\n')}\n`);
  writeFileSync(join(folder, 'acl'), 'topic readwrite #\ntopic deny closed/#\n');
  writeFileSync(join(folder, 'passwords'), '', { mode: 0o600 });
  const child = spawn(mosquitto as string, ['-c', join(folder, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await running(child.stderr, exited);
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

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
