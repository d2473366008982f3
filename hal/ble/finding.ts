import type { Adapter, Device } from 'node-ble';
import { BLUEZ, type Bus, type Signal } from './bus.ts';
import { noAdapter, outOfReach, switchedOff, TagTrouble } from './trouble.ts';

/** BlueZ itself gives a connection up after 20 to 40 s. */
const CONNECT_MS_MAX = 60_000;
/** Under which path BlueZ shows a tag, and how node-ble does. */
export interface KnownTag {
  readonly device: Device;
  readonly path: string;
}

/** A tag that BlueZ knows, if need be after a scan: what was never connected is forgotten. @throws TagTrouble */
export async function findTag(bus: Bus, address: string, scanMs: number): Promise<KnownTag> {
  const adapters = await poweredAdapters(bus);
  const known = await knownTo(bus, adapters, address);
  if (known !== undefined) return known;
  await bus.subscribe(`sender='${BLUEZ}',member='InterfacesAdded'`);
  const appeared = bus.heard(({ member, body }) => member === 'InterfacesAdded' && isNode(body[0], address));
  await whileScanning(bus, adapters, () => bus.ask(appeared, scanMs, outOfReach));
  const found = await knownTo(bus, adapters, address);
  if (found === undefined) throw outOfReach();
  return found;
}

/** Comes back when BlueZ knows its services. @throws TagTrouble, or what D-Bus answered. */
export async function connectTag(bus: Bus, { device, path }: KnownTag, airMsMax: number): Promise<void> {
  // Listened for before it is asked: node-ble asks first, and misses what is told between.
  const resolved = bus.heard((signal) => changedOf(signal, path, 'org.bluez.Device1').ServicesResolved?.value === true);
  await Promise.all([
    // An adapter that is pulled out takes its tags away one by one, without a word of their being disconnected.
    bus.subscribe(`sender='${BLUEZ}',member='InterfacesRemoved',arg0path='${path}'`),
    bus.ask(device.connect(), CONNECT_MS_MAX, outOfReach),
  ]);
  if (await bus.ask(bus.property<boolean>(path, 'org.bluez.Device1', 'ServicesResolved'))) return;
  try {
    await bus.ask(resolved, airMsMax, outOfReach);
  } catch (error) {
    // BlueZ looks for services only at the beginning of a connection.
    await bus.ask(device.disconnect()).catch(() => undefined);
    throw error;
  }
}

/** @throws TagTrouble unless there is an adapter that is switched on. */
export async function poweredAdapters(bus: Bus): Promise<readonly Adapter[]> {
  const names = await bus.ask(bus.bluetooth.adapters());
  if (names.length === 0) throw noAdapter();
  const powered: Adapter[] = [];
  for (const name of names) {
    const [adapter, isPowered] = await Promise.all([
      bus.ask(bus.bluetooth.getAdapter(name)),
      bus.ask(bus.property<boolean>(`/org/bluez/${name}`, 'org.bluez.Adapter1', 'Powered')),
    ]);
    if (isPowered) powered.push(adapter);
  }
  if (powered.length === 0) throw switchedOff();
  return powered;
}

/** Lets every adapter listen for advertisements while `during` goes on. BlueZ also stops when our connection ends. */
export async function whileScanning<T>(bus: Bus, adapters: readonly Adapter[], during: () => Promise<T>): Promise<T> {
  for (const adapter of adapters) {
    // Somebody else's scan serves us as well, and node-ble refuses a second one.
    if (await bus.ask(adapter.isDiscovering())) continue;
    await bus.ask(adapter.startDiscovery());
  }
  try {
    return await during();
  } finally {
    for (const adapter of adapters) {
      await bus.ask(adapter.stopDiscovery()).catch(() => undefined);
    }
  }
}

/** What a signal says has changed at an object, by property; nothing where it says something else. */
export function changedOf(signal: Signal, path: string, iface: string): Partial<Record<string, { value: unknown }>> {
  if (signal.path !== path || signal.member !== 'PropertiesChanged' || signal.body[0] !== iface) return {};
  return signal.body[1] as Partial<Record<string, { value: unknown }>>;
}

/** @throws TagTrouble unless it is six pairs of hex digits. Returns it as BlueZ writes it. */
export function parseAddress(address: string): string {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address)) return address.toUpperCase();
  throw new TagTrouble(
    'unfit',
    `“${address}” is not the address of a tag: it has six pairs of hex digits, such as FF:FF:10:3A:5B:0C.`,
  );
}

/** node-ble's adapters know their name, but not in their types. */
type Named = Adapter & { readonly adapter: string };

async function knownTo(bus: Bus, adapters: readonly Adapter[], address: string): Promise<KnownTag | undefined> {
  for (const adapter of adapters) {
    const unknown = (error: Error): undefined => {
      if (error.message !== 'Device not found') throw error;
    };
    const device = await bus.ask(adapter.getDevice(address).catch(unknown));
    if (device !== undefined) return { device, path: `/org/bluez/${(adapter as Named).adapter}/${nodeOf(address)}` };
  }
  return undefined;
}

function nodeOf(address: string): string {
  return `dev_${address.replaceAll(':', '_')}`;
}

function isNode(path: unknown, address: string): boolean {
  return String(path).endsWith(`/${nodeOf(address)}`);
}
