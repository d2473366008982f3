import { readdirSync } from 'node:fs';
import { systemBus } from 'dbus-next';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createTag } from '../../hal/ble/tag.ts';
import type { Tag } from '../../hal/ports/tag.ts';
import { type BluezDouble, startBluez } from '../../sim/bluez/double.ts';
import { noDbus, startPrivateBus } from '../../sim/bluez/private-bus.ts';
import { Random } from '../../sim/kernel/random.ts';
import { liveHeapBytes } from '../fuzz/heap.ts';
import { Emitters } from './emitters.ts';

/** Tags of every sort, side by side. */
const specs = [
  { address: 'FF:FF:10:3A:5B:0A', battery: 'gatt', hasButton: true },
  { address: 'FF:FF:10:3A:5B:0B', battery: 'plugin', hasButton: true },
  { address: 'FF:FF:10:3A:5B:0C', battery: 'plugin', hasButton: false },
  { address: 'FF:FF:10:3A:5B:0D', battery: 'plugin', hasButton: false },
] as const;
const withButton = specs.filter(({ hasButton }) => hasButton).length;
const [warmUp, reconnects] = [40, 1_000];
/** What may be under way at the moment of the count, and what the runner keeps: a link that stays is 20 kB, a thousand 20 MB. */
const slack = { heapBytes: 5_000_000, listeners: 20, handles: 4 };
/** A link wants one for each: the name of BlueZ, its objects, the tag, the button, the battery. */
const matchRulesMax = 8;

const PATIENT = { timeout: 60_000, interval: 200 };

interface Figures {
  readonly heapBytes: number;
  readonly listeners: number;
  readonly handles: number;
  readonly matchRules: number;
  readonly connections: number;
}

/** Every tag loses its link and is pressed after each return, until all of them together have done so `times`. */
async function reconnect(bluez: BluezDouble, times: number): Promise<readonly number[]> {
  const waiting = new Map<string, () => void>();
  const returnMs: number[] = [];
  bluez.onAlert = (_, address) => waiting.get(address)?.();
  const turns = async ({ address, hasButton }: (typeof specs)[number]): Promise<void> => {
    for (let turn = 0; turn < times / specs.length; turn += 1) {
      const returned = new Promise<void>((resolve) => waiting.set(address, resolve));
      const lostAtMs = performance.now();
      await bluez.tell(`drop now ${address}`);
      await returned;
      returnMs.push(performance.now() - lostAtMs);
      expect(await bluez.tell(`press 1 ${address}`)).toBe(hasButton ? '1' : '0');
    }
  };
  await Promise.all(specs.map(turns));
  return returnMs;
}

/** Each alert is given when the one before has reached the tag. */
async function alertOften(bluez: BluezDouble, tag: Tag | undefined, times: number): Promise<readonly number[]> {
  const alertMs: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const level = turn % 2 === 0 ? 2 : 1;
    const alertedAtMs = performance.now();
    const told = new Promise<number>((resolve) => {
      bluez.onAlert = resolve;
    });
    tag?.alert(level);
    expect(await told).toBe(level);
    alertMs.push(performance.now() - alertedAtMs);
  }
  return alertMs;
}

function quantiles(values: readonly number[]): Readonly<Record<string, number>> {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
  return { p50: at(0.5), p99: at(0.99) };
}

/** `DOSIS_FIGURES=1` shows what was measured. */
function report(figures: object): void {
  if (process.env.DOSIS_FIGURES === '1') process.stdout.write(`${JSON.stringify(figures)}\n`);
}

it.skipIf(noDbus !== undefined && process.env.CI !== 'true')(
  `keeps nothing of 1,000 reconnections, and brings 1,000 alerts (${noDbus ?? 'over a real D-Bus'})`,
  async () => {
    if (noDbus !== undefined) expect.fail(noDbus);
    const formerBus = process.env.DBUS_SYSTEM_BUS_ADDRESS;
    const bus = await startPrivateBus();
    process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
    const bluez = await startBluez(bus.address, specs);
    const daemon = systemBus();
    const object = await daemon.getProxyObject('org.freedesktop.DBus', '/org/freedesktop/DBus');
    const { GetStats } = object.getInterface('org.freedesktop.DBus.Debug.Stats');
    const emitters = new Emitters();
    let [presses, moves] = [0, 0];
    const logged: string[] = [];
    const tags = specs.map(({ address }) => {
      const log = { write: (_: string, text: string) => logged.push(text) };
      const tag = createTag({ address, entropy: Random.stream(1, address), log, retryMsMin: 1, retryMsMax: 1 });
      tag.listen(({ type }) => {
        if (type === 'tag.pressed') presses += 1;
        else moves += 1;
      });
      tag.open();
      return tag;
    });
    onTestFinished(async () => {
      emitters.restore();
      await Promise.all(tags.map((tag) => tag.close()));
      daemon.disconnect();
      await bluez.die();
      bus.kill();
      if (formerBus === undefined) delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
      else process.env.DBUS_SYSTEM_BUS_ADDRESS = formerBus;
    });

    const measure = async (): Promise<Figures> => {
      const stats = await GetStats?.();
      liveHeapBytes();
      const listeners = emitters.listeners();
      return {
        heapBytes: liveHeapBytes(),
        listeners,
        handles: readdirSync('/proc/self/fd').length + process.getActiveResourcesInfo().length,
        matchRules: stats.PeakMatchRulesPerConnection.value,
        connections: stats.ActiveConnections.value,
      };
    };

    await vi.waitFor(() => expect(bluez.alerts).toHaveLength(specs.length), PATIENT);
    await reconnect(bluez, warmUp);
    let before = await measure();
    // Twice the same with every link up: none of them is still coming up or closing.
    await vi.waitFor(async () => {
      const last = before;
      before = await measure();
      expect([before.listeners, before.connections]).toEqual([last.listeners, specs.length + 2]);
    }, PATIENT);
    const returns = await reconnect(bluez, reconnects);
    await vi.waitFor(() => expect(presses).toBe(((warmUp + reconnects) * withButton) / specs.length), PATIENT);
    // The last links may still be coming up, and those before them be closing; what leaks never goes away.
    await vi.waitFor(async () => {
      const after = await measure();
      report({ before, after, returnMs: quantiles(returns) });
      expect(after.heapBytes - before.heapBytes).toBeLessThan(slack.heapBytes);
      expect(after.listeners - before.listeners).toBeLessThanOrEqual(slack.listeners);
      expect(after.handles - before.handles).toBeLessThanOrEqual(slack.handles);
      expect(after.matchRules).toBeLessThanOrEqual(matchRulesMax);
      // Each tag's, the double's, and the one that asks.
      expect(after.connections).toBe(specs.length + 2);
    }, PATIENT);
    report({ alertMs: quantiles(await alertOften(bluez, tags[0], 1_000)) });
    expect(logged).toEqual(Array(specs.length - withButton).fill(expect.stringContaining('no button')));
    // Near and its battery, each told once: to come back is no news.
    expect(moves).toBe(2 * specs.length);
  },
);
