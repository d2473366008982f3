import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { handoverBytesMax } from '../../../protocol/messages/handover.ts';
import { handover } from '../../../protocol/smp/commands/handover.ts';
import { smpHeaderBytes } from '../../../protocol/smp/header.ts';
import { ownGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import { granted, type Handler, handler, Refused, refusedAs } from '../exchange.ts';
import type { ServicedUnit } from '../unit.ts';

/** The map, its three keys and their heads. */
const ANSWER_BYTES = 40;

/** One unit takes the place of another. Keeps the pieces of one document until it is whole. */
export class HandoverService {
  readonly #unit: Pick<ServicedUnit, 'handover'>;
  #incoming: Uint8Array | null = null;
  #filled = 0;

  constructor(unit: Pick<ServicedUnit, 'handover'>) {
    this.#unit = unit;
  }

  readonly handlers: readonly Handler[] = [
    handler(handover.give, ({ heir, believes }, { journal }) => {
      journal('hand-over', hexOf(heir));
      return granted(ownGroup.handover, this.#unit.handover.give(heir, believes));
    }),
    handler(handover.read, ({ off }, { messageBytesMax }) => {
      const document = this.#unit.handover.document();
      if (document === null) return refusedAs(ownGroup.handover, 'state-mismatch');
      const data = document.slice(off, off + messageBytesMax - smpHeaderBytes - ANSWER_BYTES);
      return { off, data, len: document.length };
    }),
    handler(handover.take, ({ off, data, len }, { journal }) => {
      if (off === 0) this.#begin(len ?? 0);
      const incoming = this.#incoming;
      if (incoming === null) return Refused.plain(smpRc.invalid, `len must be 1 to ${handoverBytesMax} bytes`);
      if (off !== this.#filled || off + data.length > incoming.length) {
        return Refused.plain(
          smpRc.invalid,
          `off must be ${this.#filled}, with at most ${incoming.length} bytes in all`,
        );
      }
      incoming.set(data, off);
      this.#filled += data.length;
      if (this.#filled < incoming.length) return { off: this.#filled };
      this.forget();
      journal('take-over', hexOf(sha256(incoming)));
      const verdict = this.#unit.handover.take(incoming);
      return verdict === null ? { off: incoming.length } : refusedAs(ownGroup.handover, verdict);
    }),
  ];

  /** Lets go of the pieces. */
  forget(): void {
    this.#incoming = null;
    this.#filled = 0;
  }

  #begin(bytes: number): void {
    this.forget();
    if (bytes > 0 && bytes <= handoverBytesMax) this.#incoming = new Uint8Array(bytes);
  }
}
