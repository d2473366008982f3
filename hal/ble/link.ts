import type { Device, GattCharacteristic, GattServer } from 'node-ble';
import type { AlertLevel } from '../ports/tag.ts';
import { Bus, type Signal } from './bus.ts';
import { changedOf, connectTag, findTag } from './finding.ts';
import { battery, button, immediateAlert } from './services.ts';
import { noAlert, outOfReach, type TagTrouble, troubleOf } from './trouble.ts';

export interface LinkOptions {
  /** As BlueZ writes it: upper case, with colons. */
  readonly address: string;
  /** How long to scan for a tag that BlueZ does not know (any more). */
  readonly scanMs: number;
  /** How often to ask whether the tag is still there, because a daemon that hangs tells nothing. */
  readonly lookMs: number;
  /** How long BlueZ may think about what it knows without asking the tag. */
  readonly answerMsMax: number;
  /** How long the tag may take to answer. */
  readonly airMsMax: number;
}

/** Over a weak signal a tag takes its time; it gives a request up after 30 s (Core 5.4, vol. 3, part F, §3.3.3). */
export const AIR_MS_MAX = 30_000;
export const ANSWER_MS_MAX = 10_000;
/** For what is still to be said when a link is closed; a radio that hangs must not keep a unit from ending. */
const LAST_WORD_MS_MAX = 1_000;

/** What a tag may have beside its alert. */
export type Extra = 'button' | 'battery';

export interface LinkListener {
  /** It can be alerted. */
  ready(missing: readonly Extra[]): void;
  /** A level has been written; nobody knows whether it was heard. */
  alerted(level: AlertLevel): void;
  pressed(): void;
  battery(percent: number): void;
  /** Told once; nothing is told after it. */
  ended(trouble: TagTrouble): void;
}

const NOBODY: LinkListener = {
  ready: () => undefined,
  alerted: () => undefined,
  pressed: () => undefined,
  battery: () => undefined,
  ended: () => undefined,
};

/** One link to the tag, from the first attempt to its loss, on a bus connection of its own. Nothing in it throws. */
export class TagLink {
  readonly #options: LinkOptions;
  #listener: LinkListener;
  #isReady = false;
  #hasEnded = false;
  #bus: Bus | undefined;
  /** BlueZ's name for the tag, once it has found it. */
  #path: string | undefined;
  #level: GattCharacteristic | undefined;
  /** What is to be written next; undefined: nothing. */
  #due: AlertLevel | undefined;
  #writing: Promise<void> | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#begin().catch((error: unknown) => this.#end(troubleOf(error)));
  }

  /** Only the last of several levels is written while the one before is still on its way. */
  alert(level: AlertLevel): void {
    this.#due = level;
    this.#writing ??= this.#write().catch((error: unknown) => this.#end(troubleOf(error)));
  }

  /** Tells nothing more, says what is still to be said, and ends. @returns done when it has ended; never fails */
  async close(): Promise<void> {
    this.#listener = NOBODY;
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      late = setTimeout(resolve, LAST_WORD_MS_MAX);
    });
    await Promise.race([this.#writing, tooLate]);
    clearTimeout(late);
    this.drop();
  }

  /** Ends it, and tells nothing. */
  drop(): void {
    this.#hasEnded = true;
    clearInterval(this.#looking);
    this.#bus?.end();
  }

  async #begin(): Promise<void> {
    const { address, scanMs, lookMs, answerMsMax, airMsMax } = this.#options;
    const bus = await Bus.create(answerMsMax, {
      signal: (signal) => this.#heard(signal),
      ended: (trouble) => this.#end(trouble),
    });
    if (this.#hasEnded) return bus.end();
    this.#bus = bus;
    await bus.open();
    const tag = await findTag(bus, address, scanMs);
    const { device, path } = tag;
    this.#path = path;
    await connectTag(bus, tag, airMsMax);
    const server = await bus.ask(device.gatt());
    this.#level = await characteristicOf(server, immediateAlert.service, immediateAlert.level);
    if (this.#level === undefined) throw noAlert(address);
    const [hasButton, percent] = await Promise.all([
      this.#followButton(bus, server),
      this.#followBattery(bus, server, path),
    ]);
    const missing: Extra[] = [];
    if (!hasButton) missing.push('button');
    if (percent === undefined) missing.push('battery');
    if (this.#hasEnded) return;
    this.#looking = setInterval(() => this.#look(bus, device), lookMs);
    this.#isReady = true;
    this.#listener.ready(missing);
    this.#tellBattery(percent);
  }

  async #followButton(bus: Bus, server: GattServer): Promise<boolean> {
    const pressed = await characteristicOf(server, button.service, button.pressed);
    if (pressed === undefined) return false;
    pressed.on('valuechanged', (value) => {
      if (!this.#hasEnded && value.length > 0 && value[0] !== 0) this.#listener.pressed();
    });
    await bus.ask(pressed.startNotifications(), this.#options.airMsMax, outOfReach);
    return true;
  }

  async #followBattery(bus: Bus, server: GattServer, path: string): Promise<number | undefined> {
    const level = await characteristicOf(server, battery.service, battery.level);
    // BlueZ's own plugin may keep the service to itself (main.conf, ExportClaimedServices), and show this instead.
    if (level === undefined) return bus.ask(bus.property<number>(path, BATTERY, 'Percentage').catch(() => undefined));
    level.on('valuechanged', (value) => this.#tellBattery(value[0]));
    const following = bus.ask(level.startNotifications(), this.#options.airMsMax, outOfReach);
    await following.catch((error: { readonly type?: string }) => {
      if (error.type !== 'org.bluez.Error.NotSupported') throw error;
    });
    return (await bus.ask(level.readValue(), this.#options.airMsMax, outOfReach))[0];
  }

  async #write(): Promise<void> {
    for (let level = this.#takeDue(); level !== undefined; level = this.#takeDue()) {
      // The characteristic knows no other write (IAS 1.0 §3.1), and node-ble's own choice is a third one.
      const written = this.#level?.writeValueWithoutResponse(Buffer.of(level)) ?? Promise.resolve();
      await this.#bus?.ask(written);
      if (!this.#hasEnded) this.#listener.alerted(level);
    }
    this.#writing = undefined;
  }

  #takeDue(): AlertLevel | undefined {
    const due = this.#due;
    this.#due = undefined;
    return this.#hasEnded ? undefined : due;
  }

  #heard(signal: Signal): void {
    const path = this.#path;
    if (path === undefined) return;
    if (changedOf(signal, path, DEVICE).Connected?.value === false) this.#end(outOfReach());
    const percent = changedOf(signal, path, BATTERY).Percentage;
    if (percent !== undefined) this.#tellBattery(percent.value);
    if (signal.member === 'InterfacesRemoved' && isOf(signal.body, path)) this.#end(outOfReach());
  }

  async #look(bus: Bus, device: Device): Promise<void> {
    try {
      // A boolean, whatever the types of node-ble say.
      const isConnected: unknown = await bus.ask(device.isConnected());
      if (isConnected !== true) this.#end(outOfReach());
    } catch (error) {
      this.#end(troubleOf(error));
    }
  }

  #tellBattery(percent: unknown): void {
    if (this.#hasEnded || !this.#isReady || typeof percent !== 'number' || percent > 100) return;
    this.#listener.battery(percent);
  }

  #end(trouble: TagTrouble): void {
    if (this.#hasEnded) return;
    this.drop();
    this.#listener.ended(trouble);
  }
}

const [DEVICE, BATTERY] = ['org.bluez.Device1', 'org.bluez.Battery1'];

async function characteristicOf(
  server: GattServer,
  service: string,
  characteristic: string,
): Promise<GattCharacteristic | undefined> {
  if (!(await server.services()).includes(service)) return undefined;
  const offered = await server.getPrimaryService(service);
  if (!(await offered.characteristics()).includes(characteristic)) return undefined;
  return offered.getCharacteristic(characteristic);
}

/** Whether it was the tag as such that was taken away, not just its battery. */
function isOf([removed, interfaces]: readonly unknown[], path: string): boolean {
  return removed === path && (interfaces as readonly string[]).includes(DEVICE);
}
