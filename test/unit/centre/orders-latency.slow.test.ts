import { expect, it, onTestFinished, vi } from 'vitest';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { startBroker } from '../../../tools/centre/broker.ts';
import { Centre } from '../../../tools/centre/centre.ts';
import { mosquittoKind } from '../../contract/brokers.ts';
import { centre as signer } from '../protocol/signing.ts';
import { databaseFile, origin, wholeDocument } from './orders-bench.ts';
import { ScriptedUnit } from './scripted-unit.ts';

const UNITS = 200;

const brokers = [
  {
    name: 'the embedded broker',
    unavailable: undefined,
    start: async () => {
      const broker = await startBroker({ port: 0 });
      return { url: broker.url, stop: () => broker.close() };
    },
  },
  {
    name: 'Mosquitto',
    unavailable: mosquittoKind.unavailable,
    start: async () => {
      const broker = await mosquittoKind.start();
      return { url: `mqtt://127.0.0.1:${broker.port}`, stop: () => broker.stop() };
    },
  },
].filter(({ unavailable }) => unavailable === undefined);

const at = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);

it.for(brokers)(
  `${UNITS} units apply what they are given at once, by way of $name`,
  async ({ start }, { annotate }) => {
    const broker = await start();
    const store = openStore({ path: databaseFile() });
    const centre = new Centre({
      ...{
        store,
        signer,
        mqtt: createMqtt({ url: broker.url, clientId: 'dosis-centre' }),
        entropy: { below: () => 0 },
      },
      ...{ log: { write: () => undefined }, nowMs: Date.now, onFailure: (error) => expect.fail(error.message) },
    });
    onTestFinished(async () => {
      centre.stop();
      store.close();
      await broker.stop();
    });
    centre.start();
    await centre.link.whenConnected;
    const names = Array.from({ length: UNITS }, (_, index) => `unit-${index + 1000}`);
    for (const name of names) onTestFinished(await new ScriptedUnit(name).connect(broker.url));
    await vi.waitFor(() => expect(centre.readings.devices()).toHaveLength(UNITS), 60_000);
    const givenMs = new Map<string, number>();
    const tookMs: number[] = [];
    centre.watch((news) => {
      if (news.type !== 'order' || centre.orders.readings.config(news.device).wanted?.state !== 'applied') return;
      tookMs.push(performance.now() - (givenMs.get(news.device) ?? 0));
    });
    for (const name of names) {
      givenMs.set(name, performance.now());
      centre.orders.setConfig(name, { document: wholeDocument, base: null, ...origin });
    }
    await vi.waitFor(() => expect(tookMs.length).toBeGreaterThanOrEqual(UNITS), 60_000);
    const sorted = tookMs.sort((a, b) => a - b);
    await annotate(`set to applied: p50 ${at(sorted, 0.5)} ms, p99 ${at(sorted, 0.99)} ms`);
    expect(names.every((name) => centre.orders.readings.config(name).wanted?.state === 'applied')).toBe(true);
  },
);
