import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { MqttOptions } from '../../hal/linux/mqtt.ts';
import type { MqttSession } from '../../hal/ports/mqtt.ts';
import { eject } from '../../tools/centre/authority/eject.ts';
import { revoke } from '../../tools/centre/authority/enrol.ts';
import { mosquittoOf, type OwnMosquitto, tellMosquitto } from '../../tools/centre/authority/mosquitto.ts';
import { mosquittoKind } from './brokers.ts';
import { Client, message } from './mqtt-suite.ts';
import { forgedOptions, newHome, nowS, runMosquitto, type TestHome, unitOptions, YEAR_S } from './secure-home.ts';

const used: Client[] = [];
afterEach(() => {
  for (const client of used.splice(0)) client.mqtt.disconnect();
});

function sessionOf(options: MqttOptions): MqttSession {
  const { clientId } = options;
  return { will: message(`d/${clientId}/up/state`, 'gone'), subscriptions: [`d/${clientId}/down/#`] };
}

function client(options: MqttOptions, session: Partial<MqttSession> = {}): Client {
  const made = new Client(options, { ...sessionOf(options), ...session });
  used.push(made);
  return made;
}

/** Why a connection with these options is refused. */
async function refusal(options: MqttOptions): Promise<string> {
  const refused = client(options);
  refused.mqtt.connect(sessionOf(options));
  const { reason } = await refused.told('mqtt.disconnected');
  expect(refused.events).toHaveLength(1);
  return reason;
}

function centreOptions({ home }: TestHome): MqttOptions {
  return { url: home.localBrokerUrl, clientId: 'dosis-centre', tls: home.tlsOfCentre() };
}

describe.runIf(mosquittoKind.unavailable === undefined)('the Mosquitto of a home', () => {
  let centre: TestHome;
  let mosquitto: OwnMosquitto;
  beforeAll(async () => {
    centre = await newHome();
    mosquitto = await runMosquitto(centre.home);
  });
  afterAll(async () => {
    await mosquitto.close();
    centre.remove();
  });

  it('carries messages between the centre and an enrolled unit', async () => {
    const unit = client(unitOptions(await centre.enrol('unit-1')));
    const service = client(centreOptions(centre), { will: message('centre/gone', ''), subscriptions: ['d/+/up/#'] });
    await service.connect();
    await unit.connect();
    await unit.publish(1, message('d/unit-1/up/event', 'a dose'));
    await service.told('mqtt.message');
    await service.publish(1, message('d/unit-1/down/ack', 'stored'));
    await unit.told('mqtt.message');
    expect(service.texts()).toEqual(['d/unit-1/up/event a dose']);
    expect(unit.texts()).toEqual(['d/unit-1/down/ack stored']);
  });

  it('refuses a revoked unit when it comes back, and ends the connection that it has', async () => {
    const options = unitOptions(await centre.enrol('stolen'));
    const bystander = client(unitOptions(await centre.enrol('bystander')));
    const stolen = client(options);
    await bystander.connect();
    await stolen.connect();
    await revoke(centre.home, { device: 'stolen', now: nowS() });
    expect(tellMosquitto(centre.home)).toBe(true);
    expect(await eject(centre.home, 'stolen', nowS())).toBe(true);
    const { reason } = await stolen.told('mqtt.disconnected');
    expect(reason).toMatch(/another client with our id took it over|the connection was lost/);
    expect(await refusal(options)).toBe('the broker refused our certificate: it is revoked');
    await bystander.publish(1, message('d/bystander/up/event', 'still here'));
  });

  it('refuses each of two units that are revoked within one second', async () => {
    const options = [unitOptions(await centre.enrol('twin-1')), unitOptions(await centre.enrol('twin-2'))];
    const now = nowS();
    for (const { clientId } of options) {
      await revoke(centre.home, { device: clientId, now });
      tellMosquitto(centre.home);
      expect(await eject(centre.home, clientId, nowS())).toBe(true);
    }
    for (const each of options) expect(await refusal(each)).toBe('the broker refused our certificate: it is revoked');
  });

  it('admits a unit that was enrolled anew after its revocation, but not with its old certificate', async () => {
    const before = unitOptions(await centre.enrol('mended'));
    await revoke(centre.home, { device: 'mended', now: nowS() });
    tellMosquitto(centre.home);
    await eject(centre.home, 'mended', nowS());
    await client(unitOptions(await centre.enrol('mended'))).connect();
    expect(await refusal(before)).toMatch(/revoked/);
  });

  it('admits both certificates of a unit while its renewal is on the way to it', async () => {
    const before = unitOptions(await centre.enrol('renewed'));
    const after = unitOptions(await centre.renew('renewed'));
    expect(after.tls?.cert).not.toBe(before.tls?.cert);
    await client(before).connect();
    await client(after).connect();
  });

  it('refuses certificates that are expired, not valid yet, or of another authority', async () => {
    const { home } = centre;
    const now = nowS();
    const expired = await forgedOptions(home, { name: 'late', validity: { from: now - YEAR_S, to: now - 60 } });
    expect(await refusal(expired)).toBe('the broker refused our certificate: it has expired');
    const early = await forgedOptions(home, { name: 'early', validity: { from: now + 3600, to: now + YEAR_S } });
    expect(await refusal(early)).toMatch(/^the broker refused our certificate/);
    const other = await newHome();
    onTestFinished(other.remove);
    const { tls } = await forgedOptions(other.home, { name: 'unit-1' });
    const ca = unitOptions(await centre.enrol('trusting')).tls?.ca as string;
    const stranger = { url: home.localBrokerUrl, clientId: 'unit-1', tls: { ...tls, ca } };
    expect(await refusal(stranger)).toMatch(/^the broker refused our certificate/);
    expect(await refusal({ ...stranger, tls: { ca } })).toMatch(/asks for a certificate, and we have none/);
  });

  it('answers nobody who speaks without TLS', async () => {
    const url = centre.home.localBrokerUrl.replace('mqtts:', 'mqtt:');
    expect(await refusal({ url, clientId: 'plain', openingMsMax: 2000 })).toMatch(/lost|no answer|ECONNRESET/);
  });

  it('lets the second of two connections in the name of one unit throw the first out, which stays out until it asks', async () => {
    const options = unitOptions(await centre.enrol('copied'));
    const first = client(options);
    const second = client(options);
    await first.connect();
    await second.connect();
    await first.told('mqtt.disconnected');
    await second.publish(1, message('d/copied/up/event', 'mine'));
    expect(first.events.map(({ type }) => type)).toEqual(['mqtt.connected', 'mqtt.disconnected']);
    await first.connect();
    await second.told('mqtt.disconnected');
  });

  it('keeps every unit in its own session, whatever client id it asks for', async () => {
    const victim = client(unitOptions(await centre.enrol('victim')));
    await victim.connect();
    const options = { ...unitOptions(await centre.enrol('thief')), clientId: 'victim' };
    const thief = client(options, { will: message('d/thief/up/state', ''), subscriptions: [] });
    const { grant } = await thief.connect();
    expect(grant.sessionPresent).toBe(false);
    await victim.publish(1, message('d/victim/up/event', 'undisturbed'));
    expect(victim.of('mqtt.disconnected')).toEqual([]);
  });

  it('keeps what is on its way over a restart, and takes units back that it has forgotten', async () => {
    const options = unitOptions(await centre.enrol('patient'));
    const service = client(centreOptions(centre), { will: message('centre/gone', ''), subscriptions: [] });
    const unit = client(options);
    await unit.connect();
    unit.mqtt.disconnect();
    await service.connect();
    await service.publish(1, message('d/patient/down/ack', 'kept'));
    await mosquitto.close();
    await service.told('mqtt.disconnected');
    mosquitto = await runMosquitto(centre.home);
    expect((await unit.connect()).grant.sessionPresent).toBe(true);
    await unit.told('mqtt.message');
    await mosquitto.close();
    await unit.told('mqtt.disconnected');
    rmSync(`${centre.home.paths.mosquitto.data}/mosquitto.db`);
    mosquitto = await runMosquitto(centre.home);
    expect((await unit.connect()).grant.sessionPresent).toBe(false);
    await service.connect();
    await service.publish(2, message('d/patient/down/ack', 'anew'));
    await unit.told('mqtt.message', 2);
    expect(unit.texts()).toEqual(['d/patient/down/ack kept', 'd/patient/down/ack anew']);
  });

  it('is found by its pid file while it runs, and is not started twice', async () => {
    expect(mosquittoOf(centre.home)).toBe(mosquitto.pid);
    await expect(runMosquitto(centre.home)).rejects.toThrow(/runs with this home already .*leave out --mosquitto/);
  });
});
