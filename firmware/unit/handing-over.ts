import type { Signatures } from '../../hal/ports/signatures.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import type { Enrolment } from '../../protocol/messages/enrolment.ts';
import { type Handover, openHandover, signHandover } from '../../protocol/messages/handover.ts';
import { type RefusalCode, refusalFrom } from '../../protocol/messages/refusal.ts';
import { handoverOf } from '../domain/handover.ts';
import { overAtHead } from '../domain/leftovers.ts';
import type { Host } from '../host/host.ts';
import type { BayContents, ServicedHandover, ServicedUnit } from '../service/unit.ts';
import type { Asking } from './asking.ts';

/** A unit that another can take the place of, or that can take another's. */
export interface Attested {
  readonly host: () => Host;
  /** `null` for a unit that is nobody: it has no place, and nobody has given it one. */
  readonly enrolment: Pick<Enrolment, 'attestationKey' | 'predecessors' | 'centreKeys'> | null;
  readonly signatures: Signatures;
  readonly ask: Asking;
}

/** What the cable may ask of a unit that takes another's place, or whose place is taken. */
export function servicedHandover({ host, enrolment, signatures, ask }: Attested): ServicedHandover {
  return {
    give(heir, believes) {
      if (enrolment === null) return 'not-permitted';
      const { kid } = enrolment.attestationKey;
      if (sameBytes(heir, kid) || !believes.some((believed) => sameBytes(believed, kid))) return 'unknown-kid';
      return ask({ type: 'handover.asked', heir });
    },
    document() {
      const { ledger, state } = host();
      if (ledger === null || state.memory === null || enrolment === null) return null;
      const handover = handoverOf(ledger.identity, state.memory);
      const { kid, secret } = enrolment.attestationKey;
      const sign = (message: Uint8Array) => signatures.sign(secret, message);
      return handover === null ? null : signHandover(handover, { kid, sign });
    },
    take(document) {
      const self = host().ledger?.identity;
      if (self === undefined || enrolment === null) return 'not-permitted';
      const { attestationKey, predecessors, centreKeys } = enrolment;
      const opened = opening(() =>
        openHandover(document, { predecessors, centre: centreKeys, verify: signatures.verify }),
      );
      if (typeof opened === 'string') return opened;
      if (opened.device !== self.device || !sameBytes(opened.heir, attestationKey.kid)) return 'another-device';
      // Its own words, read back into the unit that spoke them.
      if (opened.epoch === self.epoch) return 'replayed';
      return ask({ type: 'handover.offered', handover: opened });
    },
  };
}

function opening(open: () => Handover): Handover | RefusalCode {
  try {
    return open();
  } catch (error) {
    const refusal = refusalFrom(error);
    if (refusal === undefined) throw error;
    return refusal.code;
  }
}

/** What hangs in a bay, as the ledger knows it. */
export function bayOf(host: () => Host): ServicedUnit['bay'] {
  return (id): BayContents => {
    const { memory } = host().state;
    const roll = memory?.rolls.get(id);
    if (memory === null || roll === undefined) return { sachets: [], over: 0 };
    return { sachets: roll.sachets.slice(roll.next), over: overAtHead(memory, roll) };
  };
}
