import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import { CentreWatch, type Shown } from '../../sim/fleet/centre-watch.ts';
import { FleetUnit, type RealTime } from '../../sim/fleet/fleet-unit.ts';
import { firstWindowMs, minutePlan } from '../../sim/fleet/minute-plan.ts';
import { Calls, tapped } from '../../sim/fleet/tap.ts';
import { startCentre } from '../../tools/centre/main.ts';
import { mosquittoKind } from '../contract/brokers.ts';

const DEVICE = 'copied-unit';
const MINUTE = 60_000;
/** The units live so much faster than the wire, so that their long waits fit into a test. */
const SPEED = 40;

function fastTime(): RealTime {
  const startMs = Date.now();
  return {
    nowMs: () => startMs + (Date.now() - startMs) * SPEED,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs / SPEED);
      return () => clearTimeout(timer);
    },
  };
}

async function place() {
  const broker = await mosquittoKind.start();
  const { url } = broker.reach();
  const log: string[] = [];
  const centre = await startCentre({
    broker: url,
    httpPort: 0,
    databasePath: ':memory:',
    log: { write: (level, text) => log.push(`${level} ${text}`) },
  });
  await centre.whenConnected;
  const watch = await CentreWatch.open(centre.httpUrl, Date.now);
  const shown: Shown[] = [];
  watch.listen((one) => shown.push(one));
  onTestFinished(async () => {
    watch.close();
    await centre.close();
    await broker.stop();
  });
  const time = fastTime();
  const calls = new Calls();
  const dayMs = time.nowMs();
  /** One of those with this id and this ledger; the seed is its luck. */
  const unit = (seed: number): FleetUnit => {
    const made = new FleetUnit({
      device: DEVICE,
      seed,
      epoch: 3,
      config: minutePlan(dayMs),
      ownMs: firstWindowMs(dayMs) - 30_000,
      time,
      mqtt: tapped(createMqtt({ url, clientId: DEVICE }), { calls, nowMs: time.nowMs }),
    });
    onTestFinished(() => made.stop());
    return made;
  };
  return { watch, shown, log, time, calls, unit };
}

async function passes(time: RealTime, ms: number): Promise<void> {
  const untilMs = time.nowMs() + ms;
  await vi.waitFor(() => expect(time.nowMs()).toBeGreaterThanOrEqual(untilMs), { timeout: ms, interval: 20 });
}

describe.runIf(mosquittoKind.unavailable === undefined)('a unit and its copy on one broker', () => {
  it('throw each other out ever more rarely; the centre says that there are two ledgers, and its log stays short', async () => {
    const { watch, shown, log, time, calls, unit } = await place();
    const [original, copy] = [unit(1), unit(2)];
    const pair = [original, copy];
    // Until now their ledgers are the same, byte by byte; from here on each writes down what happens to itself.
    copy.world.timeline.after(2 * MINUTE, () => copy.world.nurse.emptyBinNow());
    for (const one of pair) one.switchOn();
    await passes(time, 10 * MINUTE);
    const early = calls.connected.length;
    await passes(time, 10 * MINUTE);
    const late = calls.connected.length - early;
    const { alarms } = await watch.get<{ alarms: { code: string; device: string }[] }>('/api/alarms');
    const flaps = shown.filter(({ name }) => name === 'state').length;
    process.stdout.write(`${JSON.stringify({ early, late, flaps, log, endings: [...calls.endings] })}\n`);

    expect(early).toBeGreaterThanOrEqual(4);
    expect(late).toBeGreaterThanOrEqual(2);
    expect(late).toBeLessThanOrEqual(24);
    expect(alarms.map(({ code }) => code)).toContain('two-ledgers');
    expect(flaps).toBeLessThanOrEqual(2 * calls.connected.length);
    expect(log.length).toBeLessThanOrEqual(20);
    expect(pair.flatMap(({ crashes }) => crashes)).toEqual([]);
  });
});
