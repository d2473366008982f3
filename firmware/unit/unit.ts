import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { Clock } from '../../hal/ports/clock.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { uint32Max } from '../../protocol/limits.ts';
import type { Enrolment } from '../../protocol/messages/enrolment.ts';
import { type Air, airOf } from '../air/air.ts';
import { EVERY_PART } from '../domain/parts.ts';
import { bootHost, type Host, type HostOptions } from '../host/host.ts';
import type { Ports } from '../host/ports.ts';
import { ALIVE_MS } from '../link/link.ts';
import type { Stamp } from '../machine/events.ts';
import { commandsOf } from '../service/commands.ts';
import { serveCable } from '../service/serve-cable.ts';
import { ServiceServer } from '../service/server.ts';
import type { ServicedUnit } from '../service/unit.ts';
import type { FieldTrace } from '../trace/field-trace.ts';
import { type Boot, traced } from '../trace/tap.ts';
import { traceTail } from '../trace/trace-tail.ts';
import type { ImageBank } from '../update/image-bank.ts';
import { enrolmentOf } from '../vault/enrolment.ts';
import { takeInNewcomer } from './enrolling.ts';
import { noImages } from './no-images.ts';
import { type Serviced, servicedHost } from './serviced-host.ts';
import { sharedClock } from './shared-clock.ts';
import { TriedSigns } from './tried-signs.ts';

/** All that a program on a board gives the firmware, besides the ports of the dispensing itself. */
export interface UnitOptions {
  readonly firmware: string;
  /** The processor, such as `arm64`. */
  readonly machine: string;
  readonly deviceClass: Serviced['deviceClass'];
  /** Printed on the unit. */
  readonly serviceNumber: string;
  readonly ports: Omit<Ports, 'mqtt'>;
  readonly vault: Vault;
  readonly images: ImageBank;
  /** The technician's cable; null on a board without one. */
  readonly serial: Serial | null;
  /** The line of an enrolled unit to its centre. */
  readonly mqttOf: (enrolment: Enrolment) => Mqtt;
  readonly problemWith: Serviced['problemWith'];
  /** What entered, kept for whoever wants to see it again; none on a board without room. */
  readonly trace: FieldTrace | null;
  readonly restartSoon: Serviced['restartSoon'];
  readonly setClock?: Serviced['setClock'];
  readonly tagPairing?: Serviced['tagPairing'];
  readonly aliveMs?: number;
  readonly observe?: HostOptions['observe'];
  /** What the unit is built with; every part unless told. */
  readonly parts?: Capabilities;
}

/** A unit without a centre has no line to one. */
const NO_LINE: Mqtt = { listen: () => {}, connect: () => {}, publish: () => {}, disconnect: () => {} };

type Assembled = Omit<UnitOptions, 'serial'>;

/** What runs, and what of it is served over the cable. */
export interface Unit {
  readonly host: Host;
  readonly serviced: ServicedUnit;
}

/**
 * Starts a whole unit: takes in who it is to be, boots the dispensing machine on its ledger, and serves the cable. A unit
 * that is nobody yet, or that has locked itself down, is served all the same.
 * @throws StoreError, ProtocolError when the vault cannot be read: then nobody knows whose unit it is
 */
export function startUnit({ serial, ...options }: UnitOptions): Host {
  const { clock, entropy, signatures } = options.ports;
  const { monoMs: startedMonoMs } = clock.read();
  const { host, serviced } = assembleUnit(options);
  const now = (): Stamp => {
    const { wallMs, monoMs } = clock.read();
    return { wallMs, monoMs, trusted: host.state.chart.time === 'trusted' };
  };
  if (serial === null) return host;
  const server = new ServiceServer(serviced, commandsOf(serviced), { entropy, signatures, startedMonoMs });
  serveCable(serial, server, now);
  return host;
}

/** All of a unit but its plug. @throws StoreError, ProtocolError as `startUnit` does */
export function assembleUnit(options: Assembled): Unit {
  const { ports, vault } = options;
  const { wallMs, source } = ports.clock.read();
  const epoch = () => ports.entropy.below(uint32Max);
  takeInNewcomer({ vault, store: ports.store, epoch, atMs: source === 'lost' ? 0 : wallMs });
  const enrolment = enrolmentOf(vault);
  const clockShare = sharedClock(ports.clock);
  const air = airFor(options, enrolment, clockShare());
  const signs = new TriedSigns(ports.panel, ports.lock, clockShare());
  const unitPorts: Ports = {
    ...{ ...ports, ...traceFileOf(options), clock: clockShare(), panel: signs.panel, lock: signs.lock },
    mqtt: air?.mqtt ?? lineOf(options, enrolment),
  };
  const host = bootTraced(options, unitPorts, enrolment);
  const images = air?.images ?? options.images;
  const serviced = servicedHost({ ...options, images, signs, host: () => host, ports: unitPorts, enrolment });
  air?.attend(host);
  return { host, serviced };
}

function lineOf({ mqttOf }: Assembled, enrolment: Enrolment | null): Mqtt {
  return enrolment === null ? NO_LINE : mqttOf(enrolment);
}

/** Without a loader nobody would start what was fetched. */
function takesImages({ images }: Assembled): boolean {
  return images !== noImages;
}

function airFor(options: Assembled, enrolment: Enrolment | null, clock: Clock): Air | null {
  if (enrolment === null || !takesImages(options)) return null;
  const { ports, images, restartSoon } = options;
  const mqtt = lineOf(options, enrolment);
  return airOf({ device: enrolment.device, mqtt, clock, images, log: ports.log, restartSoon });
}

function traceFileOf({ trace }: Assembled): Pick<Ports, 'traceFile'> {
  return trace === null ? {} : { traceFile: (bytesMax) => traceTail(trace, bytesMax) };
}

function bootTraced(options: Assembled, ports: Ports, enrolment: Enrolment | null): Host {
  const { firmware, trace, aliveMs = ALIVE_MS, parts = EVERY_PART, observe = () => {} } = options;
  const device = enrolment?.device ?? '';
  const serviceNumber = enrolment?.serviceNumber ?? options.serviceNumber;
  const told = { device, firmware, serviceNumber, aliveMs, parts };
  const boot: Boot = (given, seen) =>
    bootHost({
      ...{ ...told, ports: given, observe: seen, updates: takesImages(options) },
      centreKeys: enrolment?.centreKeys ?? [],
    });
  return (trace === null ? boot : traced(boot, { of: device, ...told }, trace))(ports, observe);
}
