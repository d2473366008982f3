import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchBytesMax, batchEventsMax } from '../../protocol/limits.ts';
import { startCentre } from '../../tools/centre/main.ts';
import { mosquittoKind } from '../contract/brokers.ts';
import type { BacklogDone, BacklogTask } from './backlog-unit.ts';

const RECORDS = 50_000;
const ALARM_EVERY = 1_000;
/** What a unit that has only this many to send needs anyway. */
const FEW_RECORDS = 500;

interface Stored {
  readonly id: number;
  readonly seq: number;
  readonly event: { readonly type: string };
}

/** Runs one step in a process of its own; its exit is awaited, so that nothing is left. */
async function inChild<T>(task: BacklogTask & { readonly step: 'fill' | 'drain' }): Promise<T> {
  const child = fork(new URL('./backlog-unit.ts', import.meta.url).pathname, { execArgv: [], stdio: 'inherit' });
  const exited = once(child, 'exit');
  child.send(task);
  const [result] = await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`the unit ended with ${code}`))),
  ]);
  await exited;
  return result as T;
}

async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-backlog-'));
  const broker = await mosquittoKind.start();
  const { url } = broker.reach();
  const quiet = { write: () => undefined };
  const centre = await startCentre({
    broker: url,
    httpPort: 0,
    databasePath: join(folder, 'centre.sqlite'),
    log: quiet,
  });
  onTestFinished(async () => {
    await centre.close();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });
  await centre.whenConnected;
  const task = (device: string, records: number): BacklogTask => ({
    path: join(folder, `${device}.sqlite`),
    broker: url,
    device,
    records,
    alarmEvery: ALARM_EVERY,
  });
  return { centre, task };
}

async function allStored(url: string, device: string): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (let more = true; more; ) {
    const after = stored.at(-1)?.id ?? 0;
    const answer = (await (await fetch(`${url}/api/devices/${device}/events?after=${after}`)).json()) as {
      events: Stored[];
      more: boolean;
    };
    stored.push(...answer.events);
    more = answer.more;
  }
  return stored;
}

describe.runIf(mosquittoKind.unavailable === undefined)('a unit with 50,000 unsent records', () => {
  it('tells its alarms first, then all the rest once, with no more memory than one with few', async () => {
    const { centre, task } = await place();
    const [few, many] = [task('few', FEW_RECORDS), task('many', RECORDS)];
    for (const each of [few, many]) await inChild({ ...each, step: 'fill' });
    const little = await inChild<BacklogDone>({ ...few, step: 'drain' });
    const much = await inChild<BacklogDone>({ ...many, step: 'drain' });
    process.stdout.write(`${JSON.stringify({ few: little, many: much })}\n`);

    const stored = await allStored(centre.httpUrl, 'many');
    const alarms = stored.flatMap(({ event }, index) => (event.type === 'alarm.raised' ? [index] : []));
    expect(alarms.length).toBeGreaterThanOrEqual(RECORDS / ALARM_EVERY);
    // All alarms of the past, but for those in the batches that were on their way with them.
    expect(Math.max(...alarms)).toBeLessThan(12 * batchEventsMax);
    expect(stored.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.length).toBeGreaterThanOrEqual(RECORDS);

    expect(much.batchEventsMax).toBeLessThanOrEqual(batchEventsMax);
    expect(much.batchBytesMax).toBeLessThanOrEqual(batchBytesMax);
    expect(much.inFlightMax).toBeLessThanOrEqual(10);
    // Sent once, but for the alarms, which history carries once more.
    expect(much.events).toBeLessThan(stored.length + 2 * alarms.length + 64);
    expect(much.peakMb - little.peakMb).toBeLessThan(64);
  });
});
