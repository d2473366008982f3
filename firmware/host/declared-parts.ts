import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { Evidence } from '../../hal/ports/mechanism.ts';
import type { InboxEvent } from '../machine/events.ts';

/** What a part says that the unit was not built with is noise of an open input; null where nothing else was said. */
export function heardOfParts(event: InboxEvent, { cupSensor }: Capabilities): InboxEvent | null {
  if (cupSensor) return event;
  switch (event.type) {
    case 'cup.emptied':
      return null;
    case 'mechanism.moved':
    case 'mechanism.jammed':
    case 'mechanism.inspected':
      return { ...event, evidence: withoutCup(event.evidence) };
    default:
      return event;
  }
}

const withoutCup = (evidence: Evidence): Evidence => ({ ...evidence, cup: 'unknown' });
