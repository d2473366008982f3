import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { startBroker } from '../../../tools/centre/broker.ts';
import { Centre } from '../../../tools/centre/centre.ts';
import { mosquittoKind } from '../../contract/brokers.ts';
import { centre as signer } from '../protocol/signing.ts';
import { databaseFile, origin, other, wholeDocument } from './orders-bench.ts';
import { ScriptedUnit } from './scripted-unit.ts';

/** A centre on a real file, at a real broker. */
async function startCentre(url: string, path = databaseFile()): Promise<Centre> {
  const store = openStore({ path });
  const centre = new Centre({
    store,
    mqtt: createMqtt({ url, clientId: 'dosis-centre' }),
    entropy: { below: () => 0 },
    log: { write: () => undefined },
    nowMs: Date.now,
    signer,
    onFailure: (error) => expect.fail(error.message),
  });
  onTestFinished(() => {
    centre.stop();
    store.close();
  });
  centre.start();
  await centre.link.whenConnected;
  return centre;
}

async function joined(url: string, centre: Centre, device: string): Promise<ScriptedUnit> {
  const unit = new ScriptedUnit(device);
  onTestFinished(await unit.connect(url));
  await vi.waitFor(() => expect(centre.readings.devices().some(({ id }) => id === device)).toBe(true), 60_000);
  return unit;
}

const stateOf = (centre: Centre, device: string) => centre.orders.readings.config(device).wanted?.state;

async function story(url: string): Promise<void> {
  const centre = await startCentre(url);
  const unit = await joined(url, centre, 'unit-1');
  const first = centre.orders.setConfig('unit-1', { document: wholeDocument, base: null, ...origin });
  await vi.waitFor(() => expect(stateOf(centre, 'unit-1')).toBe('applied'), 60_000);
  const base = new Uint8Array(Buffer.from(first.hash, 'hex'));
  unit.temper = { refuses: [{ path: 'zone', code: 'invalid' }] };
  const second = centre.orders.setConfig('unit-1', { document: other, base, ...origin });
  await vi.waitFor(() => expect(centre.orders.readings.config('unit-1').newest?.state).toBe('rejected'), 60_000);
  const { command } = centre.orders.send('unit-1', { type: 'openTakeOut', fields: { doses: 2 }, ...origin });
  await vi.waitFor(() => expect(centre.orders.readings.command('unit-1', command.id)?.state).toBe('done'), 60_000);
  expect(centre.orders.readings.config('unit-1')).toMatchObject({
    inForce: { version: first.version },
    newest: { version: second.version },
  });
}

describe('orders by way of a broker', () => {
  it('reach a unit and are answered, at the embedded one', async () => {
    const broker = await startBroker({ port: 0 });
    onTestFinished(() => broker.close());
    await story(broker.url);
  });

  it.skipIf(mosquittoKind.unavailable !== undefined)('reach a unit and are answered, at Mosquitto', async () => {
    const broker = await mosquittoKind.start();
    onTestFinished(() => broker.stop());
    await story(`mqtt://127.0.0.1:${broker.port}`);
  });

  it('are fetched by a unit that connects later, and by one whose centre was away', async () => {
    const broker = await startBroker({ port: 0 });
    onTestFinished(() => broker.close());
    const path = databaseFile();
    const store = openStore({ path });
    const before = new Centre({
      ...{ store, mqtt: createMqtt({ url: broker.url, clientId: 'dosis-centre' }), signer },
      ...{ entropy: { below: () => 0 }, log: { write: () => undefined }, nowMs: Date.now, onFailure: () => undefined },
    });
    // It dies before it has ever reached a broker.
    const { version } = before.orders.setConfig('unit-1', { document: wholeDocument, base: null, ...origin });
    store.close();
    const centre = await startCentre(broker.url, path);
    const unit = await joined(broker.url, centre, 'unit-1');
    await vi.waitFor(() => expect(unit.inForce?.version).toBe(version), 60_000);
    await vi.waitFor(() => expect(stateOf(centre, 'unit-1')).toBe('applied'), 60_000);
  });
});
