import { isProtocolError } from '../../protocol/errors.ts';
import { decodeHandover, encodeHandover, type Handover } from '../../protocol/messages/handover.ts';
import { handoverOf } from '../domain/handover.ts';
import { overAtHead } from '../domain/leftovers.ts';
import type { Host } from '../host/host.ts';
import type { InboxEvent } from '../machine/events.ts';
import type { BayContents, ServicedHandover, ServicedUnit, Verdict } from '../service/unit.ts';

/** What the cable may ask of a unit that takes another's place, or whose place is taken. */
export function servicedHandover(host: () => Host, ask: (event: InboxEvent) => Verdict): ServicedHandover {
  return {
    give: () => ask({ type: 'handover.asked' }),
    document() {
      const { ledger, state } = host();
      const handover = ledger === null || state.memory === null ? null : handoverOf(ledger.identity, state.memory);
      return handover === null ? null : encodeHandover(handover);
    },
    take(document) {
      const self = host().ledger?.identity;
      if (self === undefined) return 'not-permitted';
      let handover: Handover;
      try {
        handover = decodeHandover(document);
      } catch (error) {
        if (isProtocolError(error)) return error.code;
        throw error;
      }
      if (handover.device !== self.device) return 'another-device';
      // Its own words, read back into the unit that spoke them.
      if (handover.epoch === self.epoch) return 'replayed';
      return ask({ type: 'handover.offered', handover });
    },
  };
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
