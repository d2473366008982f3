import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { LiveLine } from '../../sim/live/line.ts';
import type { World } from '../../sim/world/world.ts';
import { startCentre } from '../../tools/centre/main.ts';
import { aedesKind, type BrokerKind, mosquittoKind } from '../contract/brokers.ts';
import { liveOffline } from './offline.ts';

interface Told {
  readonly id: number;
  readonly epoch: number;
  readonly seq: number;
  readonly event: DeviceEvent;
}

async function place(kind: BrokerKind) {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-offline-'));
  const broker = await kind.start();
  const { url } = broker.reach();
  const log = { write: () => undefined };
  const centre = await startCentre({ broker: url, httpPort: 0, databasePath: join(folder, 'centre.sqlite'), log });
  onTestFinished(async () => {
    await centre.close();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });
  await centre.whenConnected;
  return { url, centre };
}

async function toldTo(url: string, device: string): Promise<Told[]> {
  const told: Told[] = [];
  for (let more = true; more; ) {
    const response = await fetch(`${url}/api/devices/${device}/events?after=${told.at(-1)?.id ?? 0}`);
    const page = (await response.json()) as { events: Told[]; more: boolean };
    told.push(...page.events);
    more = page.more;
  }
  return told.sort((a, b) => a.seq - b.seq);
}

/** The wait before the next attempt is virtual; from then on time goes as real time does, until the centre has everything. */
async function comeBack(world: World, line: LiveLine): Promise<void> {
  line.plugged = true;
  while (!line.isOwed) world.timeline.step();
  const [ownMs, realMs] = [world.nowMs, performance.now()];
  await vi.waitFor(
    () => {
      world.timeline.runUntil(Math.floor(ownMs + performance.now() - realMs));
      expect(line.connected).toBe(true);
      expect(world.unit.host?.state.chart.link).toBe('current');
    },
    { timeout: 60_000, interval: 5 },
  );
}

const kinds = [aedesKind, mosquittoKind].filter(({ unavailable }) => unavailable === undefined);

describe('a unit that comes back to the real centre after thirty days and a hundred restarts', () => {
  it.each(kinds)(
    'tells it every record once, as it stands in the ledger and as it happened, over $name',
    async (kind) => {
      const { url, centre } = await place(kind);
      const { device } = usualUnit;
      let line: LiveLine | undefined;
      const { world, judge, waiting, given } = liveOffline({
        seed: 21,
        days: 30,
        restarts: 100,
        line: (answer) => {
          line = new LiveLine(createMqtt({ url, clientId: device }), answer);
          line.plugged = false;
          return line;
        },
        plug: () => undefined,
      });
      onTestFinished(() => world.unit.losePower('the test ends'));
      expect(waiting).toBeGreaterThan(300);
      await comeBack(world, line as LiveLine | undefined as LiveLine);

      const ledger = world.unit.store.prepare('SELECT seq, body FROM log ORDER BY seq').all();
      const told = await toldTo(centre.httpUrl, device);
      expect(new Set(told.map(({ epoch }) => epoch)).size).toBe(1);
      expect(told.map(({ seq, event }) => ({ seq, event }))).toEqual(
        ledger.map(({ seq, body }) => ({ seq, event: decodeEvent(body as Uint8Array) })),
      );
      expect(told.map(({ seq }) => seq)).toEqual(Array.from({ length: world.diary.lastSeq }, (_, index) => index + 1));
      const gone = told.flatMap(({ event }) =>
        event.type === 'dose.taken' || event.type === 'dose.takenOut' ? [`${event.slot}/${event.date}`] : [],
      );
      expect(gone.length).toBeGreaterThan(30);
      expect(given.toSorted()).toEqual(gone.toSorted());
      expect(judge.violations).toEqual([]);
      const { devices } = (await (await fetch(`${centre.httpUrl}/api/devices`)).json()) as { devices: unknown[] };
      expect(devices).toMatchObject([{ id: device, online: true, ackedThrough: world.diary.lastSeq, lost: 0 }]);
    },
  );
});
