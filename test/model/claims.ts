import type { Intent } from '../../firmware/domain/memory.ts';
import type { Step } from './step.ts';

/** Each intent as the event left or made it, with the claims of all that came before it. */
export function* intentsOf({ memory, decision, claims }: Step): Generator<IntentChange> {
  let last = memory.intent;
  let earlier = claims;
  for (const change of decision.changes) {
    if (change.set !== 'intent') continue;
    const { intent } = change;
    if (last !== null && last.id !== intent.id && claimsSachet(last)) earlier = [...earlier, claimOf(last)];
    yield { intent, last, earlier };
    last = intent;
  }
}

export interface IntentChange {
  readonly intent: Intent;
  readonly last: Intent | null;
  readonly earlier: readonly string[];
}

/** What the movements up to now have claimed, but for the last of them. */
export function claimsAfter(step: Step): readonly string[] {
  let { claims } = step;
  for (const { earlier } of intentsOf(step)) claims = earlier;
  return claims;
}

export const claimOf = ({ dose, ordinal }: Intent): string => `${dose}#${ordinal}`;

/** Mirrors the ledger's index `intent_moves_a_sachet_once`. */
export function claimsSachet(intent: Intent): boolean {
  return intent.dose !== null && intent.kind !== 'retract' && intent.outcome !== 'notMoved';
}
