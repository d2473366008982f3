import { joined } from '../../protocol/cose/bytes.ts';
import type { PassRole } from '../../protocol/messages/technician-pass.ts';
import { encodeError } from '../../protocol/smp/command.ts';
import { type SmpFrame, smpOp, smpVersion } from '../../protocol/smp/header.ts';
import { smpRc } from '../../protocol/smp/numbers.ts';
import { SerialDecoder } from '../../protocol/smp/serial-decoder.ts';
import { encodeSerial } from '../../protocol/smp/serial-encoder.ts';
import type { Stamp } from '../machine/events.ts';
import { addressText, isAllowed } from './access.ts';
import type { CableEnd, Commands } from './commands.ts';
import type { Exchange, Handler, Refused } from './exchange.ts';
import { type GatePorts, type Session, SessionGate } from './session-gate.ts';
import type { ActRefusal, CableUnit, ServiceEntry } from './unit.ts';

/** Header and payload together. A signed configuration of 4.5 kB fits; on 115,200 baud it takes one second. */
export const SERVICE_MESSAGE_BYTES_MAX = 8188;
/** A message whose next byte does not come for so long is given up. */
export const PARTIAL_MS_MAX = 1_000;
/** Clients wait for each answer (`buf_count` 1); what is asked beyond this in one piece is dropped, as noise would be. */
export const ANSWERS_MAX = 4;

export interface ServiceOptions extends GatePorts {
  /** `monoMs` of the firmware's start: from then on the pause after wrong tries counts. */
  readonly startedMonoMs: number;
  readonly messageBytesMax?: number;
}

/**
 * The SMP server at the unit's end of the cable. Bytes in, bytes out: it keeps one message, one copy of a file and one
 * session, and whatever comes over the cable ends in an answer, in a count, or in nothing.
 */
export class ServiceServer {
  readonly #unit: CableUnit;
  readonly #messageBytesMax: number;
  readonly #decoder: SerialDecoder;
  readonly #gate: SessionGate;
  readonly #commands: Commands;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #counts = { requests: 0, refused: 0, unanswered: 0, failed: 0 };
  #byteMonoMs = 0;
  /** Whose half-read files and half-sent documents are kept. */
  #began: Session | null = null;

  /** @param commands what is served of the unit */
  constructor(unit: CableUnit, commands: (end: CableEnd) => Commands, options: ServiceOptions) {
    this.#unit = unit;
    this.#messageBytesMax = options.messageBytesMax ?? SERVICE_MESSAGE_BYTES_MAX;
    this.#decoder = new SerialDecoder(this.#messageBytesMax);
    this.#gate = new SessionGate(unit, options, options.startedMonoMs);
    this.#commands = commands({ gate: this.#gate, counters: () => this.counters });
    const { handlers } = this.#commands;
    this.#handlers = new Map(handlers.map((one) => [addressText(one.address), one]));
  }

  /** What came in since the start, and what of it was no request. */
  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#decoder.drops };
  }

  /** The role of the open session; `null` without one. */
  session(stamp: Stamp): PassRole | null {
    return this.#borne(() => this.#gate.current(stamp)?.role) ?? null;
  }

  /** @returns what to write to the cable, often nothing. Throws only what is no `Error`: a simulated power cut. */
  receive(bytes: Uint8Array, stamp: Stamp): Uint8Array {
    if (this.#decoder.isPartial && stamp.monoMs - this.#byteMonoMs >= PARTIAL_MS_MAX) this.#decoder.reset();
    this.#byteMonoMs = stamp.monoMs;
    const answers: Uint8Array[] = [];
    for (const frame of this.#decoder.push(bytes)) {
      const answer = answers.length < ANSWERS_MAX ? this.#answer(frame, stamp) : undefined;
      if (answer === undefined) this.#counts.unanswered += 1;
      else answers.push(encodeSerial(answer));
    }
    return joined(answers);
  }

  /** The cable was pulled out, or the port lost: the session ends, and half a message is forgotten. */
  unplugged(stamp: Stamp): void {
    this.#decoder.reset();
    this.#borne(() => this.#gate.unplugged(stamp));
  }

  /** What one session began, another does not go on with, not even one that took its place. */
  #forgetUnless(session: Session | null): void {
    if (session === this.#began) return;
    this.#began = session;
    this.#commands.forget();
  }

  #answer(frame: SmpFrame, stamp: Stamp): Uint8Array | undefined {
    const { header } = frame;
    // A cable that leads back to us, or a second server: an answer to an answer would go round for ever.
    if (header.op === smpOp.readResponse || header.op === smpOp.writeResponse) return undefined;
    this.#counts.requests += 1;
    const refusedAs = (rc: number) => {
      this.#counts.refused += 1;
      return encodeError(header, { rc });
    };
    if (header.version > smpVersion.v2) return refusedAs(smpRc.tooNew);
    const handler = this.#handlers.get(addressText(header));
    if (handler === undefined) return refusedAs(smpRc.notSupported);
    const answer = this.#borne(() => this.#serve(handler, frame, stamp));
    if (answer === undefined) return refusedAs(smpRc.unknown);
    if (answer === 'denied') return refusedAs(smpRc.accessDenied);
    return answer.length > this.#messageBytesMax ? refusedAs(smpRc.messageSize) : answer;
  }

  #serve(handler: Handler, frame: SmpFrame, stamp: Stamp): Uint8Array | 'denied' {
    const session = this.#gate.current(stamp);
    this.#forgetUnless(session);
    const role = session?.role ?? null;
    if (!isAllowed(handler.address, role, this.#unit.facts())) return 'denied';
    this.#gate.use(stamp);
    const exchange: Exchange = {
      ...{ unit: this.#unit, stamp, role, messageBytesMax: this.#messageBytesMax },
      ...noting(this.#unit, session, stamp),
    };
    return handler.serve(frame, exchange);
  }

  /** A fault behind one command must not take the cable, and the doses, with it. */
  #borne<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#counts.failed += 1;
      return undefined;
    }
  }
}

/** One act after the other: each is done before the next begins. */
function noting(unit: CableUnit, session: Session | null, stamp: Stamp): Pick<Exchange, 'journal' | 'conclude'> {
  let begun: ServiceEntry | null = null;
  const conclude = (refused: Refused | null) => {
    if (begun !== null) unit.conclude(begun, refused === null ? null : refusalOf(refused));
    begun = null;
  };
  return {
    journal(act, detail = '') {
      conclude(null);
      const entry = { act, pass: session?.pass ?? null, role: session?.role ?? null, detail };
      unit.journal(entry, stamp);
      begun = entry;
    },
    conclude,
  };
}

function refusalOf({ code }: Refused): ActRefusal {
  return code === undefined ? {} : { code };
}
