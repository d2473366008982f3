import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MqttOptions } from '../../hal/linux/mqtt.ts';
import { identityOf } from '../../hal/linux/mqtt-identity.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';
import { issue, newSerial, type Order } from '../../tools/centre/authority/certificates.ts';
import { enrol, renew } from '../../tools/centre/authority/enrol.ts';
import { type CentreHome, openHome } from '../../tools/centre/authority/home.ts';
import { makeHome } from '../../tools/centre/authority/make-home.ts';
import { type OwnMosquitto, startMosquitto } from '../../tools/centre/authority/mosquitto.ts';
import { freePort } from './brokers.ts';

export const nowS = () => Math.floor(Date.now() / 1000);
export const YEAR_S = 31_557_600;
const quiet = { write: () => undefined };

/** A home in a folder of its own, as `dosis centre init` makes it, with what a test wants of it. */
export interface TestHome {
  readonly home: CentreHome;
  /** As `dosis centre enrol` and `renew`, with the file read as a unit reads it. */
  enrol(device: string): Promise<Enrolment>;
  renew(device: string): Promise<Enrolment>;
  remove(): void;
}

export async function newHome(): Promise<TestHome> {
  const parent = mkdtempSync(join(tmpdir(), 'dosis home '));
  const { folder } = await makeHome({ folder: join(parent, 'home'), hosts: [], port: await freePort(), now: nowS() });
  const home = openHome(folder);
  const read = ({ file }: { file: string }) => decodeEnrolment(new Uint8Array(readFileSync(file)));
  return {
    home,
    enrol: async (device) => read(await enrol(home, { device, years: 1, now: nowS() })),
    renew: async (device) => read(await renew(home, { device, years: 1, now: nowS() })),
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}

export function runMosquitto(home: CentreHome): Promise<OwnMosquitto> {
  return startMosquitto(home, quiet);
}

/** How an enrolled unit connects. */
export function unitOptions(enrolment: Enrolment): MqttOptions {
  return { url: enrolment.broker, clientId: enrolment.device, tls: identityOf(enrolment) };
}

/** How somebody connects to whom the home's own authority gave a certificate that no command of ours would make. */
export async function forgedOptions(home: CentreHome, order: Partial<Order> & { name: string }): Promise<MqttOptions> {
  const authority = home.authority();
  const own = await issue(authority, {
    purpose: { type: 'client' },
    validity: { from: nowS() - 60, to: nowS() + 3600 },
    serial: newSerial(),
    ...order,
  });
  const tls = identityOf({ device: order.name, authority: authority.certificate, ...own });
  return { url: home.localBrokerUrl, clientId: order.name, tls };
}
