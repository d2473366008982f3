import { setTimeout as delay } from 'node:timers/promises';
import { BLUEZ, Bus } from './bus.ts';
import { parseAddress, poweredAdapters, whileScanning } from './finding.ts';
import { AIR_MS_MAX, ANSWER_MS_MAX, TagLink } from './link.ts';
import { immediateAlert } from './services.ts';
import { cannotScan, TagTrouble, troubleOf } from './trouble.ts';

/** A tag that was seen while scanning, and offers an Immediate Alert. */
export interface FoundTag {
  readonly address: string;
  /** As it calls itself; tags of one make are all called alike. */
  readonly name: string;
  /** How strongly it is heard: −40 lies beside the unit, −90 is at the far end of the flat. Null: it is connected. */
  readonly signalDbm: number | null;
}

export interface PairOptions {
  /** Picks one of those that were found, the strongest first, by its address. */
  choose(found: readonly FoundTag[]): Promise<string>;
  /** The chosen one calls now; whoever holds it is to press its button. */
  calling(tag: FoundTag): void;
  readonly scanMs?: number;
  /** How long to wait for the button. */
  readonly pressMs?: number;
  readonly answerMsMax?: number;
}

export interface PairedTag {
  /** What `createTag` wants to know. */
  readonly address: string;
  readonly name: string;
  /** Null: it does not tell. */
  readonly batteryPercent: number | null;
}

const SCAN_MS = 10_000;
const PRESS_MS = 60_000;
const NAME_CHARS_MAX = 40;
const objectManager = { destination: BLUEZ, path: '/', interface: 'org.freedesktop.DBus.ObjectManager' };

/**
 * Finds the tags around, has one chosen, and proves it in the hand of a person: it calls, and its button is heard.
 * Such tags keep no secret, so nothing is bonded; BlueZ remembers a tag from its first connection.
 * @throws TagTrouble a sentence for whoever provisions the unit.
 */
export async function pairTag(options: PairOptions): Promise<PairedTag> {
  const { scanMs = SCAN_MS, answerMsMax = ANSWER_MS_MAX } = options;
  const found = await scan(scanMs, answerMsMax);
  if (found.length === 0) {
    throw new TagTrouble(
      'none-seen',
      'No tag was seen. Wake it (press its button, or put its battery in anew), hold it beside the unit, and try again.',
    );
  }
  const address = parseAddress(await options.choose(found));
  const chosen = found.find((tag) => tag.address === address);
  if (chosen === undefined) throw new TagTrouble('not-found', `${address} is none of the tags that were found.`);
  return prove(chosen, { ...options, scanMs, answerMsMax });
}

async function scan(scanMs: number, answerMsMax: number): Promise<readonly FoundTag[]> {
  const bus = await Bus.create(answerMsMax, { signal: () => undefined, ended: () => undefined });
  try {
    await bus.open();
    const adapters = await poweredAdapters(bus);
    return await whileScanning(bus, adapters, async () => {
      await bus.ask(delay(scanMs), 2 * scanMs);
      return tagsIn(await bus.ask(bus.call<Managed>(objectManager, 'GetManagedObjects', '')));
    });
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble.isOurs ? trouble : cannotScan(trouble);
  } finally {
    bus.end();
  }
}

type Properties = Partial<Record<string, { readonly value: unknown }>>;
type Managed = Readonly<Record<string, Partial<Record<string, Properties>>>>;

/** BlueZ also lists what it saw last week; only what is there now has a signal. */
function tagsIn(objects: Managed): readonly FoundTag[] {
  const tags = Object.values(objects).flatMap(({ 'org.bluez.Device1': device }) => {
    const services = device?.UUIDs?.value as readonly string[] | undefined;
    const signalDbm = (device?.RSSI?.value as number | undefined) ?? null;
    if (device === undefined || services?.includes(immediateAlert.service) !== true) return [];
    if (signalDbm === null && device.Connected?.value !== true) return [];
    const name = String(device.Alias?.value ?? '').replace(/\p{Cc}/gu, '');
    return [{ address: String(device.Address?.value), name: name.slice(0, NAME_CHARS_MAX), signalDbm }];
  });
  return tags.sort((one, other) => (other.signalDbm ?? 0) - (one.signalDbm ?? 0));
}

type Patience = PairOptions & { readonly scanMs: number; readonly answerMsMax: number };

function prove(tag: FoundTag, { calling, scanMs, answerMsMax, pressMs = PRESS_MS }: Patience): Promise<PairedTag> {
  const { address, name } = tag;
  return new Promise((resolve, reject) => {
    let batteryPercent: number | null = null;
    let wasPressed = false;
    let impatience: NodeJS.Timeout | undefined;
    const silence = (): void => link.alert(0);
    const ended = (trouble?: TagTrouble): void => {
      clearTimeout(impatience);
      link.drop();
      if (trouble === undefined) resolve({ address, name, batteryPercent });
      else reject(trouble);
    };
    const link: TagLink = new TagLink(
      { address, scanMs, lookMs: answerMsMax, answerMsMax, airMsMax: AIR_MS_MAX },
      {
        ready(missing) {
          if (missing.includes('button')) return ended(noButton(address));
          link.alert(2);
          impatience = setTimeout(silence, pressMs);
        },
        alerted(level) {
          if (level > 0) calling(tag);
          else ended(wasPressed ? undefined : notPressed(address, pressMs));
        },
        pressed() {
          wasPressed = true;
          silence();
        },
        battery(percent) {
          batteryPercent = percent;
        },
        ended,
      },
    );
  });
}

const noButton = (address: string): TagTrouble =>
  new TagTrouble('unfit', `${address} has no button that we know (0xFFE0/0xFFE1). Choose another tag.`);

const notPressed = (address: string, pressMs: number): TagTrouble =>
  new TagTrouble(
    'not-pressed',
    `The button of ${address} was not heard in ${pressMs / 1000} s. Try again and press it while it calls; if it did not call, it is another one.`,
  );
