import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MqttOptions } from '../../hal/linux/mqtt.ts';
import { identityOf, pemOf } from '../../hal/linux/mqtt-identity.ts';
import {
  type Credential,
  issue,
  makeAuthority,
  newSerial,
  type Order,
} from '../../tools/centre/authority/certificates.ts';
import { mosquittoKind } from './brokers.ts';
import { Client } from './mqtt-suite.ts';
import { forgedOptions, newHome, nowS, runMosquitto, unitOptions, YEAR_S } from './secure-home.ts';

const now = nowS();
const sound = { from: now - 3600, to: now + YEAR_S };
/** What a certificate of today looks like to a clock that is ten years behind, or ahead. */
const seenFrom = {
  behind: { from: now + 9 * YEAR_S, to: now + 11 * YEAR_S },
  ahead: { from: now - 11 * YEAR_S, to: now - 9 * YEAR_S },
};
const hosts = ['127.0.0.1'];
const believed = () => true;
const doubted = () => false;

function session({ clientId }: MqttOptions) {
  return { will: { topic: `d/${clientId}/up/state`, payload: new Uint8Array(0) }, subscriptions: [] };
}

async function told(options: MqttOptions): Promise<string> {
  const unit = new Client(options, session(options));
  unit.mqtt.connect(session(options));
  onTestFinished(() => unit.mqtt.disconnect());
  const { reason } = await unit.told('mqtt.disconnected');
  expect(unit.events).toHaveLength(1);
  return reason;
}

async function brokerCertificate(authority: Credential, order: Partial<Order>): Promise<Credential> {
  const usual = { name: 'broker', purpose: { type: 'broker', hosts }, validity: sound, serial: newSerial() } as const;
  return issue(authority, { ...usual, ...order });
}

/** A TLS server with this certificate that believes everybody, and what it was told by whom it believed. */
async function serve({ certificate, privateKey }: Credential): Promise<{ port: number; heard: () => number }> {
  let bytes = 0;
  const sockets: TLSSocket[] = [];
  const server = createServer(
    { cert: pemOf('CERTIFICATE', certificate), key: pemOf('PRIVATE KEY', privateKey) },
    (socket) => {
      sockets.push(socket);
      socket.on('data', (data) => {
        bytes += data.length;
      });
      socket.on('error', () => undefined);
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard: () => bytes };
}

const authority = await makeAuthority('an authority', sound);
const unit = await issue(authority, {
  name: 'unit-1',
  purpose: { type: 'client' },
  validity: sound,
  serial: newSerial(),
});
const tls = identityOf({ device: 'unit-1', authority: authority.certificate, ...unit });

/** Why the unit does not speak to a broker with this certificate; it has heard nothing from the unit by then. */
async function refusalOf(certificate: Credential, options: Partial<MqttOptions> = {}): Promise<string> {
  const { port, heard } = await serve(certificate);
  const reason = await told({ url: `mqtts://127.0.0.1:${port}`, clientId: 'unit-1', tls, ...options });
  expect(heard()).toBe(0);
  return reason;
}

describe('a unit that believes its clock', () => {
  it.each([
    ['ahead', /^the broker's certificate has expired, on /],
    ['behind', /^the broker's certificate is not valid before /],
  ] as const)('refuses a broker whose certificate is out of date: clock %s', async (clock, words) => {
    const certificate = await brokerCertificate(authority, { validity: seenFrom[clock] });
    expect(await refusalOf(certificate, { clockBelieved: believed })).toMatch(words);
    expect(await refusalOf(certificate)).toMatch(words);
  });

  it('refuses a broker for another host, by name and by address', async () => {
    const certificate = await brokerCertificate(authority, { purpose: { type: 'broker', hosts: ['broker.example'] } });
    expect(await refusalOf(certificate)).toBe("the broker's certificate is for another host than 127.0.0.1");
    const { port } = await serve(await brokerCertificate(authority, {}));
    const reason = await told({ url: `mqtts://localhost:${port}`, clientId: 'unit-1', tls });
    expect(reason).toBe("the broker's certificate is for another host than localhost");
  });
});

describe.each([
  ['believes its clock', sound, believed],
  ['doubts its clock, which is ahead', seenFrom.ahead, doubted],
  ['doubts its clock, which is behind', seenFrom.behind, doubted],
] as const)('a unit that %s', (_, validity, clockBelieved) => {
  const refused = (certificate: Credential) => refusalOf(certificate, { clockBelieved });

  it('refuses a broker of an unknown authority, also one of the same name', async () => {
    for (const name of ['another authority', 'an authority']) {
      const other = await makeAuthority(name, validity);
      const reason = await refused(await brokerCertificate(other, { validity }));
      expect(reason).toMatch(/^the broker's certificate (is of an authority that is not known here|cannot be trusted)/);
    }
  });

  it('refuses a certificate in the name of its authority that the authority did not sign', async () => {
    const { privateKey } = await makeAuthority('a forger', sound);
    const forged = await brokerCertificate({ certificate: authority.certificate, privateKey }, { validity });
    expect(await refused(forged)).toBe("the broker's certificate is of an authority that is not known here");
  });

  it('refuses a broker for another host', async () => {
    const purpose = { type: 'broker', hosts: ['127.0.0.2', 'localhost'] } as const;
    const reason = await refused(await brokerCertificate(authority, { validity, purpose }));
    expect(reason).toBe("the broker's certificate is for another host than 127.0.0.1");
  });

  it('refuses a unit that poses as the broker', async () => {
    const posing = await issue(authority, {
      name: '127.0.0.1',
      purpose: { type: 'client' },
      validity,
      serial: newSerial(),
    });
    expect(await refused(posing)).toBe('the certificate that the broker shows is not one for brokers');
  });

  it('refuses what is signed by a unit, which is no authority', async () => {
    expect(await refused(await brokerCertificate(unit, { validity }))).toMatch(/^the broker's certificate/);
  });
});

describe('a server without TLS', () => {
  it.each<[string, (socket: Socket) => unknown, RegExp]>([
    [
      'speaks another language',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      /^the broker does not speak TLS on this port$/,
    ],
    ['hangs up at once', (socket) => socket.end(), /disconnected before secure TLS connection|was lost|ECONNRESET/],
    ['says nothing', () => undefined, /^no answer from the broker within 300 ms$/],
  ])('is given up when it %s, and its line is let go', async (_, behave, words) => {
    const ended: Promise<unknown>[] = [];
    const server = createPlainServer((socket) => {
      ended.push(once(socket.on('error', () => undefined).resume(), 'close'));
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const url = `mqtts://127.0.0.1:${port}`;
    expect(await told({ url, clientId: 'unit-1', tls, openingMsMax: 300 })).toMatch(words);
    await Promise.all(ended);
  });
});

describe.runIf(mosquittoKind.unavailable === undefined)('a unit with a wrong clock at the Mosquitto of a home', () => {
  it.each(['ahead', 'behind'] as const)(
    'is connected while it doubts its clock, and only then: ten years %s',
    async (clock) => {
      const made = await newHome();
      onTestFinished(made.remove);
      const { certificate, privateKey } = await brokerCertificate(made.home.authority(), { validity: seenFrom[clock] });
      writeFileSync(made.home.paths.broker.certificate, pemOf('CERTIFICATE', certificate));
      writeFileSync(made.home.paths.broker.key, pemOf('PRIVATE KEY', privateKey));
      const mosquitto = await runMosquitto(made.home);
      onTestFinished(() => mosquitto.close());
      let known = false;
      const options = { ...unitOptions(await made.enrol('unit-1')), clockBelieved: () => known };
      const connected = new Client(options, session(options));
      onTestFinished(() => connected.mqtt.disconnect());
      await connected.connect();
      known = true;
      expect(await told(options)).toMatch(/has expired|is not valid before/);
      const stranger = {
        ...(await forgedOptions(made.home, { name: 'late', validity: seenFrom.ahead })),
        clockBelieved: () => false,
      };
      expect(await told(stranger)).toBe('the broker refused our certificate: it has expired');
    },
  );
});
