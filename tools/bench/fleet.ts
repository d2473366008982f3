import { join } from 'node:path';
import { connect } from 'node:tls';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import type { MqttSession } from '../../hal/ports/mqtt.ts';
import type { Enrolment } from '../../protocol/messages/enrolment.ts';
import { CentreWatch, until } from '../../sim/fleet/centre-watch.ts';
import { spreadOf } from '../../sim/fleet/figures.ts';
import { FleetUnit, type RealTime } from '../../sim/fleet/fleet-unit.ts';
import { firstWindowMs, minutePlan } from '../../sim/fleet/minute-plan.ts';
import { MISSED_MS_MAX } from '../../sim/fleet/report.ts';
import { Calls, tapped } from '../../sim/fleet/tap.ts';
import { type CentreHome, HomeError, openHome } from '../centre/authority/home.ts';
import { makeHome } from '../centre/authority/make-home.ts';
import { startMosquitto } from '../centre/authority/mosquitto.ts';
import { startCentre } from '../centre/main.ts';
import { enrolAll, freePort, lineOptions } from '../fleet/fleet-ground.ts';
import { type Metric, metric } from './metric.ts';

const DEVICES = 40;
/** Units live so much faster than the wire: a minute, and with it a missed dose of each, passes in six seconds. */
const SPEED = 10;
const MINUTE_MS = 60_000;
const MISSING_MS = 8_000;
const ROUND_TRIPS = 200;
const WAIT_MS_MAX = 20_000;
const quiet = { write: () => undefined };

export type FleetFigures = { readonly metrics: readonly Metric[] } | { readonly skipped: string };

/** From the end of a window to the page of the centre, and how fast units connect, each beside the bare thing. */
export async function fleetMetrics(folder: string): Promise<FleetFigures> {
  const made = await makeHome({
    folder: join(folder, 'home'),
    hosts: [],
    port: await freePort(),
    now: Math.floor(Date.now() / 1000),
  });
  const home = openHome(made.folder);
  const devices = Array.from({ length: DEVICES }, (_, index) => `bench-${index + 1}`);
  const enrolments = await enrolAll(home, devices);
  try {
    const mosquitto = await startMosquitto(home, quiet);
    try {
      return { metrics: await measured(home, enrolments, folder) };
    } finally {
      await mosquitto.close();
    }
  } catch (error) {
    if (!(error instanceof HomeError)) throw error;
    return { skipped: `The network was not measured: ${error.message}` };
  }
}

type Enrolments = ReadonlyMap<string, Enrolment>;

async function measured(home: CentreHome, enrolments: Enrolments, folder: string): Promise<Metric[]> {
  const broker = new URL(home.localBrokerUrl);
  const bareConnects = await bareConnectsPerSecond(broker, enrolments);
  const bareRoundTripMs = spreadOf(await bareRoundTripsMs(home, broker, enrolments)).p99Ms;
  const { connects, missedMs } = await livelyFigures(home, broker, { enrolments, folder });
  return [
    metric(
      { name: 'fleet.missedToCentre', value: spreadOf(missedMs).p99Ms, unit: 'ms', ceiling: bareRoundTripMs },
      { of: 'value', side: 'at most', bound: MISSED_MS_MAX, unit: 'ms' },
    ),
    metric(
      { name: 'fleet.connects', value: connects, unit: '1/s', ceiling: bareConnects },
      { of: 'ratio', side: 'at least', bound: 0.1, unit: '× bare TLS' },
    ),
  ];
}

/** All at once: a handshake with both certificates, and nothing else. */
async function bareConnectsPerSecond(broker: URL, enrolments: Enrolments): Promise<number> {
  const startedMs = performance.now();
  const sockets = await Promise.all(
    [...enrolments.values()].map(async (enrolment) => {
      const { tls } = lineOptions(enrolment, broker);
      const socket = connect({ ...tls, host: broker.hostname, port: Number(broker.port) });
      await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      return socket;
    }),
  );
  const tookMs = performance.now() - startedMs;
  for (const socket of sockets) socket.destroy();
  return (sockets.length * 1000) / tookMs;
}

/** From a unit's `publish` to a subscriber with the centre's certificate, one after another. */
async function bareRoundTripsMs(home: CentreHome, broker: URL, enrolments: Enrolments): Promise<number[]> {
  const [[device, enrolment]] = enrolments as unknown as [[string, Enrolment]];
  const topic = `d/${device}/up/event`;
  const will = { topic, payload: new Uint8Array() };
  const from = createMqtt(lineOptions(enrolment, broker));
  const to = createMqtt({ url: broker.href, clientId: 'dosis-centre', tls: home.tlsOfCentre() });
  let heard = (): void => undefined;
  const connected = (line: typeof from, session: MqttSession) =>
    new Promise<void>((resolve) => {
      line.listen(({ type }) => {
        if (type === 'mqtt.connected') resolve();
        if (type === 'mqtt.message') heard();
      });
      line.connect(session);
    });
  await connected(to, { will, subscriptions: [topic] });
  await connected(from, { will, subscriptions: [] });
  const times: number[] = [];
  for (let id = 1; id <= ROUND_TRIPS; id += 1) {
    const startedMs = performance.now();
    const arrived = new Promise<void>((resolve) => {
      heard = resolve;
    });
    from.publish(id, { topic, payload: new Uint8Array(64) });
    await arrived;
    times.push(performance.now() - startedMs);
  }
  from.disconnect();
  to.disconnect();
  return times;
}

async function livelyFigures(
  home: CentreHome,
  broker: URL,
  { enrolments, folder }: { readonly enrolments: Enrolments; readonly folder: string },
): Promise<{ readonly connects: number; readonly missedMs: readonly number[] }> {
  const databasePath = join(folder, 'centre.sqlite');
  const centre = await startCentre({ broker: broker.href, home, httpPort: 0, databasePath, log: quiet });
  await centre.whenConnected;
  const time = fastTime();
  const watch = await CentreWatch.open(centre.httpUrl, time.nowMs);
  const missed = new Map<string, number>();
  watch.listen(({ name, data, atMs }) => {
    const event = data.event as { type: string; slot: string; date: string } | null | undefined;
    if (name === 'event' && event?.type === 'dose.missed')
      missed.set(`${data.device} ${event.slot}/${event.date}`, atMs);
  });
  const calls = new Calls();
  const units = [...enrolments].map(([device, enrolment], index) => {
    const mqtt = tapped(createMqtt(lineOptions(enrolment, broker)), { calls, nowMs: time.nowMs });
    return newUnit({ device, index, mqtt, time });
  });
  try {
    for (const unit of units) unit.switchOn();
    await until(() => units.every(({ isCurrent }) => isCurrent), WAIT_MS_MAX, Date.now);
    const connects =
      (calls.connected.length * 1000 * SPEED) / (Math.max(...calls.connected) - Math.min(...calls.attempts));
    const fromMs = time.nowMs();
    const toMs = fromMs + MISSING_MS * SPEED;
    await until(() => time.nowMs() >= toMs, WAIT_MS_MAX, Date.now);
    const deadlines = units.flatMap((unit) => unit.deadlines(fromMs, toMs));
    const shownMs = ({ device, dose }: { device: string; dose: string }) => missed.get(`${device} ${dose}`);
    await until(() => deadlines.every((deadline) => shownMs(deadline) !== undefined), WAIT_MS_MAX, Date.now);
    const missedMs = deadlines.map((deadline) => ((shownMs(deadline) ?? Infinity) - deadline.atMs) / SPEED);
    return { connects, missedMs };
  } finally {
    for (const unit of units) unit.stop();
    watch.close();
    await centre.close();
  }
}

function newUnit({ index, time, ...rest }: Pick<FleetUnit, 'device'> & UnitPlace): FleetUnit {
  const dayMs = time.nowMs();
  const phaseMs = Math.floor((index * MINUTE_MS) / DEVICES);
  const ownMs = firstWindowMs(dayMs) + MINUTE_MS - phaseMs;
  return new FleetUnit({ ...rest, seed: index + 1, config: minutePlan(dayMs), ownMs, time });
}

interface UnitPlace {
  readonly index: number;
  readonly time: RealTime;
  readonly mqtt: ReturnType<typeof createMqtt>;
}

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
