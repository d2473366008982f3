import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMqtt, type MqttOptions } from '../../hal/linux/mqtt.ts';
import { identityOf } from '../../hal/linux/mqtt-identity.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';
import { enrol, renew } from '../centre/authority/enrol.ts';
import { type CentreHome, openHome } from '../centre/authority/home.ts';
import { makeHome } from '../centre/authority/make-home.ts';
import { type OwnMosquitto, startMosquitto } from '../centre/authority/mosquitto.ts';
import { enrolledDevices, readRegister } from '../centre/authority/register.ts';
import { type OwnCentre, startOwnCentre } from '../program/own-centre.ts';
import { UsageError } from '../program/usage-error.ts';

const quiet = { write: () => undefined };
const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

export interface GroundOptions {
  readonly devices: readonly string[];
  /** A throw-away one unless told. */
  readonly home?: string;
  /** One that runs already with this home; unless told, one is started for the run. */
  readonly broker?: string;
}

/** What a fleet stands on: a home that has enrolled its units, a broker and a centre, all on this machine. */
export interface Ground {
  readonly broker: { readonly host: string; readonly port: number };
  readonly centreUrl: string;
  lineOf(device: string, port?: number): Mqtt;
  /** Null when the broker is not ours to end. */
  readonly restart: ((sessions: 'kept' | 'lost') => Promise<void>) | null;
  /** Resident megabytes; null where the system does not tell. */
  memory(): { readonly centre: number | null; readonly broker: number | null };
  close(): Promise<void>;
}

/** @throws UsageError, HomeError, PortError: each message is one sentence for the person at the command line */
export async function layGround(options: GroundOptions): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-fleet-'));
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const undo of closers.splice(0).reverse()) await undo();
  };
  try {
    const home = await homeFor(options, folder);
    const url = new URL(brokerFor(options, home));
    const enrolments = await enrolAll(home, options.devices);
    let mosquitto: OwnMosquitto | undefined;
    if (options.broker === undefined) {
      mosquitto = await startMosquitto(home, quiet);
      closers.push(() => mosquitto?.close());
    }
    const centre = await startCentre(home, url.href, folder);
    closers.push(() => centre.close());
    const restart = async (sessions: 'kept' | 'lost'): Promise<void> => {
      await mosquitto?.close();
      if (sessions === 'lost') rmSync(join(home.paths.mosquitto.data, 'mosquitto.db'), { force: true });
      mosquitto = await startMosquitto(home, quiet);
    };
    return {
      broker: { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) },
      centreUrl: centre.httpUrl,
      lineOf: (device, port) => createMqtt(lineOptions(enrolments.get(device) as Enrolment, url, port)),
      restart: mosquitto === undefined ? null : restart,
      memory: () => ({ centre: residentMb(centre.pid), broker: residentMb(mosquitto?.pid) }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function homeFor({ home, broker }: GroundOptions, folder: string): Promise<CentreHome> {
  if (home !== undefined) return openHome(home);
  if (broker !== undefined)
    throw new UsageError('--broker needs the home whose certificates it believes; add --home DIR.');
  const made = await makeHome({ folder: join(folder, 'home'), hosts: [], port: await freePort(), now: nowS() });
  return openHome(made.folder);
}

/** A fleet is a load, and its units are nobody's: it never leaves this machine. */
function brokerFor({ broker }: GroundOptions, home: CentreHome): string {
  const url = URL.parse(broker ?? home.localBrokerUrl);
  if (url?.protocol === 'mqtts:' && loopback.has(url.hostname) && url.port !== '') return url.href;
  throw new UsageError(`--broker is "${broker}"; a fleet runs on this machine only: write mqtts://127.0.0.1:PORT.`);
}

/** Enrols devices, or renews those that are enrolled already. @throws HomeError */
export async function enrolAll(home: CentreHome, devices: readonly string[]): Promise<Map<string, Enrolment>> {
  const known = new Set(enrolledDevices(readRegister(home.paths.register), nowS()).map(({ device }) => device));
  const enrolments = new Map<string, Enrolment>();
  for (const device of devices) {
    const order = { device, years: 1, now: nowS() };
    const { file } = await (known.has(device) ? renew(home, order) : enrol(home, order));
    enrolments.set(device, decodeEnrolment(new Uint8Array(readFileSync(file))));
  }
  return enrolments;
}

function startCentre(home: CentreHome, broker: string, folder: string): Promise<OwnCentre> {
  const args = ['--home', home.folder, '--broker', broker, '--database', join(folder, 'centre.sqlite')];
  // It loses its broker on purpose, again and again.
  return startOwnCentre(0, { args, trouble: 'untold' });
}

/** How a unit reaches the broker, or another port of this machine that leads there. */
export function lineOptions(enrolment: Enrolment, broker: URL, port?: number): MqttOptions {
  const url = new URL(broker);
  if (port !== undefined) url.port = String(port);
  return { url: url.href, clientId: enrolment.device, tls: identityOf(enrolment) };
}

function residentMb(pid: number | undefined): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1000;
  } catch {
    return null;
  }
}

/** A port nobody listens on just now: Mosquitto cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}
