import type { Stamp } from '../../../../firmware/machine/events.ts';
import { commandsOf } from '../../../../firmware/service/commands.ts';
import { ServiceServer } from '../../../../firmware/service/server.ts';
import type {
  ActRefusal,
  CableEvent,
  ServiceAct,
  ServicedUnit,
  ServiceEntry,
  UnitFacts,
  Verdict,
} from '../../../../firmware/service/unit.ts';
import { signatures } from '../../../../hal/crypto/ed25519.ts';
import { encodeConfig } from '../../../../protocol/messages/config.ts';
import type { ConfigReport } from '../../../../protocol/messages/config-report.ts';
import type { RefusalCode } from '../../../../protocol/messages/refusal.ts';
import { sessionProofMessage } from '../../../../protocol/messages/session-proof.ts';
import { signTechnicianPass, type TechnicianPass } from '../../../../protocol/messages/technician-pass.ts';
import {
  decodeResponse,
  encodeRequest,
  requestHeader,
  type SmpCommand,
  type SmpReply,
} from '../../../../protocol/smp/command.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import type { SmpFrame } from '../../../../protocol/smp/header.ts';
import type { SmpPayload } from '../../../../protocol/smp/payload.ts';
import { SerialDecoder } from '../../../../protocol/smp/serial-decoder.ts';
import { encodeSerial } from '../../../../protocol/smp/serial-encoder.ts';
import { trust as imageTrust } from '../../protocol/image-keys.ts';
import { document } from '../../protocol/signed-samples.ts';
import { centre, kid, sha256 } from '../../protocol/signing.ts';
import { issuedAt, pass, technicianKey } from '../../protocol/smp-session-samples.ts';
import { bytesOf } from '../../protocol/thrown.ts';
import { MemoryBank } from './memory-bank.ts';

const centreKey = bytesOf('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const hash = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A unit as the cable sees it. It notes what was done to it; how it answers can be set. */
export class NotedUnit implements ServicedUnit {
  state: UnitFacts = {
    device: 'DK-0042',
    epoch: 7,
    phase: 'running',
    firmware: '0.1.0',
    deviceClass: imageTrust.deviceClass,
    machine: 'arm64',
    boot: 3,
    config: { version: 7, hash },
    serviceNumber: '+45 70 12 34 56',
    faults: ['mechanism-jam'],
  };
  verdict: Verdict = null;
  offered: ConfigReport = { status: 'applied', version: 8, hash };
  readonly deeds: unknown[] = [];
  readonly entries: ServiceEntry[] = [];
  /** What came of those that may change something. */
  readonly ends: (readonly [ServiceAct, 'done' | 'refused', RefusalCode?])[] = [];
  storedTries = 0;
  believedMs = issuedAt * 1000 + 86_400_000;
  files: Partial<Record<string, Uint8Array>> = { log: new Uint8Array(), ledger: Uint8Array.from({ length: 20_000 }) };
  readonly images = new MemoryBank(imageTrust);
  readonly records = Array.from({ length: 200 }, (_, index) => ({ seq: index + 1, body: new Uint8Array(60) }));

  facts = () => this.state;
  counters = () => ({ doses: { taken: 3, missed: 1 }, link: { sent: 70_000 } });
  doubts = () => ['morning/2026-11-21'] as const;
  ask = (event: CableEvent) => this.#done(event);
  restart = (force: boolean) => this.#done({ restart: force });
  journal = (entry: ServiceEntry) => void this.entries.push(entry);
  conclude = ({ act }: ServiceEntry, refusal: ActRefusal | null) => {
    if (refusal === null) this.ends.push([act, 'done']);
    else this.ends.push(refusal.code === undefined ? [act, 'refused'] : [act, 'refused', refusal.code]);
  };
  trustedKeys = () => [{ kid, key: centreKey }];
  tries = {
    read: () => this.storedTries,
    write: (count: number) => {
      this.storedTries = count;
    },
  };
  clock = { lastBelievedMs: () => this.believedMs, set: (wallMs: number) => this.#done({ clock: wallMs }) };
  config = {
    document: () => encodeConfig(document),
    report: () => this.offered,
    offer: (signed: Uint8Array) => {
      this.#done({ offered: signed.length });
      return this.offered;
    },
  };
  history = {
    lastSeq: 200,
    records: (after: number, limit: number) => this.records.slice(after, after + limit),
    copy: (name: string) => {
      const bytes = this.files[name];
      if (bytes === undefined) return null;
      return { bytes: bytes.length, read: (offset: number, length: number) => bytes.slice(offset, offset + length) };
    },
  };
  enrolment = {
    provision: (enrolment: Uint8Array) => this.#done({ enrolment: enrolment.length }),
  };
  bay = () => ({ sachets: [{ slot: 'morning', date: '2026-11-21' }, 'unlabelled', null], over: 1 }) as const;
  handed: Uint8Array | null = Uint8Array.from({ length: 10_000 }, (_, index) => index & 0xff);
  handover = {
    give: (heir: Uint8Array, believes: readonly Uint8Array[]) => this.#done({ give: heir, believes }),
    document: () => this.handed,
    take: (document: Uint8Array) => this.#done({ take: document }),
  };
  selfTest = {
    parts: () => ['lamp', 'battery'] as const,
    run: (part: string) => this.#done({ run: part }),
    report: () => [{ part: 'battery', outcome: 'failed', found: 'battery-low' }] as const,
  };

  tag = {
    facts: () => ({ pairing: 'idle' as const, seen: [] }),
    pair: (address: string | null) => this.#done({ pairTag: address }),
    forget: () => this.#done({ forgetTag: true }),
  };

  #done(deed: unknown): Verdict {
    this.deeds.push(deed);
    return this.verdict;
  }
}

export interface Key {
  sign(message: Uint8Array): Uint8Array;
}

/** A server with a unit behind it and a laptop before it; time passes when told. */
export class Laptop<Unit extends ServicedUnit> {
  readonly unit: Unit;
  server: ServiceServer;
  stamp: Stamp = { wallMs: (issuedAt + 2 * 86_400) * 1000, monoMs: 1_000_000, trusted: true };
  readonly #messageBytesMax: number | undefined;
  #sequence = 0;
  #drawn = 0;

  constructor(unit: Unit, messageBytesMax?: number) {
    this.unit = unit;
    this.#messageBytesMax = messageBytesMax;
    this.server = this.#started();
  }

  /** A restart: what was not durable is gone. */
  restart(): void {
    this.stamp = { ...this.stamp, monoMs: 5_000 };
    this.server = this.#started();
  }

  pass(ms: number): void {
    this.stamp = { ...this.stamp, wallMs: this.stamp.wallMs + ms, monoMs: this.stamp.monoMs + ms };
  }

  /** What the server answers to raw bytes, as messages. */
  raw(bytes: Uint8Array): SmpFrame[] {
    return new SerialDecoder(65_533).push(this.server.receive(bytes, this.stamp));
  }

  ask<Request extends SmpPayload, Response extends SmpPayload>(
    command: SmpCommand<Request, Response>,
    request: Request,
  ): SmpReply<Response> {
    this.#sequence = (this.#sequence + 1) & 0xff;
    const [answer] = this.raw(encodeSerial(encodeRequest(command, request, this.#sequence)));
    if (answer === undefined) throw new TypeError('The server did not answer.');
    return decodeResponse(command, requestHeader(command as unknown as SmpCommand, this.#sequence), answer);
  }

  /** The value of an answer that grants. */
  granted<Request extends SmpPayload, Response extends SmpPayload>(
    command: SmpCommand<Request, Response>,
    request: Request,
  ): Response {
    const reply = this.ask(command, request);
    if (reply.ok) return reply.value;
    throw new TypeError(`The server refused: ${JSON.stringify(reply.error)}.`);
  }

  hello() {
    return this.granted(session.hello, {});
  }

  /** Shows a pass that the centre signed and proves it. */
  open(changes: Partial<TechnicianPass> = {}, { key = technicianKey as Key, signer = centre } = {}) {
    const { nonce } = this.hello();
    return this.show(signTechnicianPass({ ...pass, ...changes }, signer), nonce, key);
  }

  show(signed: Uint8Array, nonce: Uint8Array, key: Key = technicianKey, device = this.unit.facts().device) {
    const proof = key.sign(sessionProofMessage({ device, nonce, passHash: sha256(signed) }));
    return this.ask(session.open, { pass: signed, proof });
  }

  #started(): ServiceServer {
    const entropy = {
      below: (bound: number) => {
        this.#drawn += 1;
        return (this.#drawn * 7919) % bound;
      },
    };
    return new ServiceServer(this.unit, commandsOf(this.unit), {
      entropy,
      signatures,
      startedMonoMs: this.stamp.monoMs,
      ...(this.#messageBytesMax !== undefined && { messageBytesMax: this.#messageBytesMax }),
    });
  }
}

/** A laptop before a unit that notes what was done to it. */
export class Bench extends Laptop<NotedUnit> {
  constructor(unit = new NotedUnit(), messageBytesMax?: number) {
    super(unit, messageBytesMax);
  }
}
