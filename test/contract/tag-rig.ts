import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { createTag, type TagOptions } from '../../hal/ble/tag.ts';
import type { Tag, TagEvent } from '../../hal/ports/tag.ts';
import { type BluezDouble, startBluez } from '../../sim/bluez/double.ts';
import { type PrivateBus, startPrivateBus } from '../../sim/bluez/private-bus.ts';
import { keyFinder, type TagSpec } from '../../sim/bluez/tag-spec.ts';
import { Random } from '../../sim/kernel/random.ts';

/** A real bus, a BlueZ double on it, and a tag of ours over both. */
export class TagRig {
  readonly bus: PrivateBus;
  readonly events: TagEvent[] = [];
  readonly log: string[] = [];
  readonly #specs: readonly Partial<TagSpec>[];
  #bluez: BluezDouble;
  #tag: Tag | undefined;
  #address = keyFinder.address;

  private constructor(bus: PrivateBus, bluez: BluezDouble, specs: readonly Partial<TagSpec>[]) {
    this.bus = bus;
    this.#bluez = bluez;
    this.#specs = specs;
  }

  static async start(specs: readonly Partial<TagSpec>[]): Promise<TagRig> {
    const bus = await startPrivateBus();
    return new TagRig(bus, await startBluez(bus.address, specs), specs);
  }

  get bluez(): BluezDouble {
    return this.#bluez;
  }

  /** Every level that the tags were told. */
  get alerts(): readonly number[] {
    return this.#bluez.alerts;
  }

  /** What the tag was told last. */
  get level(): number | undefined {
    return this.#bluez.alerts.at(-1);
  }

  /** The events that say where the tag is. */
  get whereabouts(): readonly string[] {
    return this.events.flatMap((event) => {
      if (event.type === 'tag.near') return ['near'];
      return event.type === 'tag.gone' ? [event.reason] : [];
    });
  }

  get percents(): readonly number[] {
    return this.events.flatMap((event) => (event.type === 'tag.battery' ? [event.percent] : []));
  }

  get presses(): number {
    return this.events.filter(({ type }) => type === 'tag.pressed').length;
  }

  get warnings(): readonly string[] {
    return this.log.filter((line) => line.startsWith('warning'));
  }

  open(options: Partial<TagOptions> = {}): Tag {
    const tag = this.make(options);
    tag.listen((event) => this.events.push(event));
    tag.open();
    return tag;
  }

  /** One that nobody has opened, or listens to. */
  make(options: Partial<TagOptions> = {}): Tag {
    this.#address = options.address ?? keyFinder.address;
    const tag = createTag({
      address: keyFinder.address,
      entropy: Random.stream(1, 'tag'),
      log: { write: (level, text) => this.log.push(`${level}: ${text}`) },
      retryMsMin: 20,
      retryMsMax: 100,
      // Nothing is told gone unless a test wants it.
      goneAfterMs: 600_000,
      ...options,
    });
    this.#tag = tag;
    return tag;
  }

  /** Opens it, and waits until it is known whole. What was told until then is forgotten. */
  async reach(options: Partial<TagOptions> = {}): Promise<Tag> {
    const tag = this.open(options);
    await this.until(() => this.whereabouts.at(-1) === 'near' && this.level === 0);
    this.events.length = 0;
    return tag;
  }

  /** A verb of the double, for the tag that was opened. */
  tell(verb: string): Promise<string> {
    return this.#bluez.tell(`${verb} ${this.#address}`);
  }

  /** Waits until the double says so of the tag. */
  async untilState(state: string): Promise<void> {
    await vi.waitFor(async () => {
      const told = await this.tell('state now');
      if (!told.includes(state)) throw new Error(`The tag is not ${state} but ${told}.`);
    }, patience);
  }

  async until(holds: () => boolean): Promise<void> {
    await vi.waitFor(() => {
      if (holds()) return;
      throw new Error(`${holds}: told ${JSON.stringify(this.events)}, alerted ${this.alerts}, ${this.log.join(' ')}`);
    }, patience);
  }

  /** BlueZ comes back after it died. */
  async reviveBluez(): Promise<void> {
    this.#bluez = await startBluez(this.bus.address, this.#specs);
  }

  /** As it was at first, for the next test. */
  async reset(): Promise<void> {
    this.#tag?.close();
    process.env.DBUS_SYSTEM_BUS_ADDRESS = this.bus.address;
    if (this.#bluez.hasEnded) await this.reviveBluez();
    await this.#bluez.tell('reset');
    for (const list of [this.#bluez.alerts, this.events, this.log]) list.length = 0;
  }

  async stop(): Promise<void> {
    this.#tag?.close();
    await this.#bluez.die();
    this.bus.kill();
  }
}

const patience = { timeout: 60_000, interval: 2 };

/** One for all tests of a file, as new for each. */
export function useTagRig(specs: readonly Partial<TagSpec>[] = [{}]): () => TagRig {
  let rig: TagRig | undefined;
  const formerBus = process.env.DBUS_SYSTEM_BUS_ADDRESS;
  beforeAll(async () => {
    rig = await TagRig.start(specs);
  });
  beforeEach(() => rig?.reset());
  afterAll(async () => {
    await rig?.stop();
    if (formerBus === undefined) delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
    else process.env.DBUS_SYSTEM_BUS_ADDRESS = formerBus;
  });
  return () => {
    if (rig === undefined) throw new Error('The bus of this test did not start.');
    return rig;
  };
}
