import { sha256 } from '@noble/hashes/sha2.js';
import { bootHost, type Host } from '../../firmware/host/host.ts';
import type { ReadCommand } from '../../firmware/host/order-desk.ts';
import type { Entrance, TableLine, TraceHeader, TraceLine } from '../../firmware/trace/format.ts';
import { ReadingCoder } from '../../firmware/trace/format.ts';
import { ImageReader } from '../../firmware/trace/ledger-image.ts';
import { lineOf } from '../../firmware/trace/observation-line.ts';
import { replayedConfig, replayedEvent } from '../../firmware/trace/orders.ts';
import { TraceHash } from '../../firmware/trace/trace-hash.ts';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { PowerCut } from '../device/crash-points.ts';
import { type Listeners, replayPorts, replayTag } from './replay-ports.ts';
import { OutOfStep, ReplayScript } from './replay-script.ts';

/** A unit whose world is a trace: what it asks is answered from there, and what it does is compared with it. */
export class ReplayUnit {
  readonly #header: TraceHeader;
  readonly #store: Store;
  readonly #image: ImageReader;
  readonly #hash = new TraceHash();
  readonly #coder = new ReadingCoder();
  readonly #listeners: Listeners = {};
  readonly #digests = new Map<string, Uint8Array>();
  #script = new ReplayScript({ in: 'boot' }, []);
  #host: Host | undefined;
  #hasTag = false;
  #expected = '';

  constructor(header: TraceHeader) {
    this.#header = header;
    this.#store = openStore({ path: ':memory:' });
    this.#image = new ImageReader(this.#store, header.ledger);
  }

  get digest(): string {
    return this.#hash.digest();
  }

  dispose(): void {
    this.#store.close();
  }

  /** @throws ImageError */
  fill(rows: TableLine): void {
    this.#image.add(rows);
  }

  /** The ledger is whole: the unit can start. */
  filled(): void {
    this.#image.finish();
    for (const [document, hash] of this.#image.documents) this.#digests.set(hexOf(document), hash);
  }

  /** @returns what was different, or undefined */
  enter(line: TraceLine): string | undefined {
    const script = new ReplayScript(
      line,
      (line.clock ?? []).map((packed) => this.#coder.unpack(packed)),
      (entrance, event) => this.#perform(entrance, event),
    );
    this.#script = script;
    let threw: string | undefined;
    try {
      this.#hasTag = line.in === 'boot' ? line.tag === true : this.#hasTag;
      this.#perform(line.in, line.event);
    } catch (error) {
      if (error instanceof OutOfStep) return error.message;
      if (error instanceof Error) threw = error.name;
      else if (!(error instanceof PowerCut)) throw error;
      this.#host = undefined;
    }
    if (script.outOfStep !== undefined) return script.outOfStep;
    if (threw !== line.threw) return `the firmware ${ended(threw)}, in the trace it ${ended(line.threw)}`;
    return script.rest() ?? this.#difference(line);
  }

  #difference({ hash = this.#expected }: TraceLine): string | undefined {
    if (hash === null) return undefined;
    this.#expected = hash;
    if (this.digest === hash) return undefined;
    return `the firmware's doings have the hash ${this.digest}, in the trace ${hash}`;
  }

  #perform(entrance: Entrance, event: unknown): void {
    const { sensor, mechanism, tag, mqtt, wake } = this.#listeners;
    switch (entrance) {
      case 'boot':
        this.#host = this.#boot();
        return;
      case 'wake':
        return wake?.();
      case 'receive':
        this.#host?.receive(replayedEvent(event));
        return;
      case 'offer':
        this.#host?.offerConfig(event as Uint8Array);
        return;
      case 'sensor':
        return sensor?.(event as never);
      case 'mechanism':
        return mechanism?.(event as never);
      case 'tag':
        return tag?.(event as never);
      case 'mqtt':
        return mqtt?.(event as never);
    }
  }

  #boot(): Host {
    const { device, firmware, serviceNumber, aliveMs, parts } = this.#header;
    const ports = replayPorts(this.#store, () => this.#script, this.#listeners);
    return bootHost({
      device,
      firmware,
      serviceNumber,
      parts,
      aliveMs: aliveMs ?? Number.POSITIVE_INFINITY,
      ports: {
        ...ports,
        ...(this.#hasTag ? { tag: replayTag(() => this.#script, this.#listeners) } : {}),
        digest: (document) => this.#digests.get(hexOf(document)) ?? sha256(document),
        orders: () => ({
          readConfig: () => {
            const read = replayedConfig(this.#script.order());
            if (read.kind === 'offer') this.#digests.set(hexOf(read.config.document), read.config.hash);
            return read;
          },
          readCommand: () => this.#script.order() as ReadCommand,
        }),
      },
      observe: (observation) => this.#hash.add(lineOf(observation)),
    });
  }
}

function ended(threw: string | undefined): string {
  return threw === undefined ? 'went on' : `ended with ${threw}`;
}
