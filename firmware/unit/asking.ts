import type { Host } from '../host/host.ts';
import type { InboxEvent } from '../machine/events.ts';
import type { Verdict } from '../service/unit.ts';

/** What the cable asks of the machine, and hears in one word. */
export type Asking = (event: InboxEvent) => Verdict;

export function askingOf(host: () => Host): Asking {
  return (event) => {
    const outcome = host().receive(event);
    // It waits behind another event, or nothing runs any more: nobody can say that it was done.
    if (outcome === null) return 'busy';
    return 'refusal' in outcome ? outcome.refusal.code : null;
  };
}
