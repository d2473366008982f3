import type { Dose } from '../../../firmware/domain/dose.ts';
import type { Intent } from '../../../firmware/domain/memory.ts';
import type { Effect } from '../../../firmware/machine/outputs.ts';
import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { Deed, Step } from '../step.ts';

/** Judges one event and what was decided on it: null when the law holds, else what is wrong. */
export type Law = (step: Step) => string | null;

/** By what each law demands. */
export type Laws = Readonly<Record<string, Law>>;

/** A movement that is asked for, and the intent that was made with it. */
export interface Movement extends Deed {
  readonly kind: Intent['kind'];
  readonly roll: RollId;
  readonly intent: Intent | undefined;
}

function kindOf({ type }: Effect): Intent['kind'] | null {
  switch (type) {
    case 'mechanism.release':
      return 'release';
    case 'mechanism.swallow':
      return 'swallow';
    case 'mechanism.retract':
      return 'retract';
    default:
      return null;
  }
}

export function movementsOf({ deeds, decision }: Step): Movement[] {
  return deeds.flatMap((deed) => {
    const kind = kindOf(deed.effect);
    if (kind === null || !('intent' in deed.effect)) return [];
    const { intent: id, roll } = deed.effect;
    const made = decision.changes.flatMap((change) => (change.set === 'intent' ? [change.intent] : []));
    return [{ ...deed, kind, roll, intent: made.find((intent) => intent.id === id && intent.outcome === 'open') }];
  });
}

/** A law about each movement that is asked for. */
export function onMovement(judge: (movement: Movement, step: Step) => string | null): Law {
  return (step) => {
    for (const movement of movementsOf(step)) {
      const wrong = judge(movement, step);
      if (wrong !== null) return wrong;
    }
    return null;
  };
}

/** A law about each release; without an intent another law has spoken. */
export function onRelease(judge: (intent: Intent, movement: Movement, step: Step) => string | null): Law {
  return onMovement((movement, step) => {
    const { kind, intent } = movement;
    return kind === 'release' && intent !== undefined ? judge(intent, movement, step) : null;
  });
}

/** A law about each dose that the event changed. */
export function onDose(judge: (dose: Dose, before: Dose | undefined) => string | null): Law {
  return ({ memory, after }) => {
    for (const dose of after.context.memory.doses.values()) {
      const before = memory.doses.get(dose.key);
      const wrong = before === dose ? null : judge(dose, before);
      if (wrong !== null) return wrong;
    }
    return null;
  };
}
