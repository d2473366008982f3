import type { RollId } from '../../hal/ports/mechanism.ts';
import { isFinal } from '../../firmware/domain/dose.ts';
import { isBlocked } from '../../firmware/domain/lockout.ts';
import { applyChange, doseIn, type Intent, isAlarmed, type Memory } from '../../firmware/domain/memory.ts';
import type { Effect } from '../../firmware/machine/outputs.ts';
import { ownerOf } from './mechanics.ts';
import { valueOf } from './situation.ts';
import { claimOf, claimsSachet, type Deed, intentsOf, type Step } from './step.ts';

/** Judges one event's decision: null when the law holds, else what is wrong. */
type Law = (step: Step) => string | null;

interface Movement extends Deed {
  readonly kind: Intent['kind'];
  readonly intent: Intent | undefined;
  readonly roll: RollId;
}

function kindOf(effect: Effect): Intent['kind'] | null {
  switch (effect.type) {
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

function movementsOf({ deeds, decision }: Step): Movement[] {
  return deeds.flatMap((deed) => {
    const kind = kindOf(deed.effect);
    if (kind === null || !('intent' in deed.effect)) return [];
    const { intent: id, roll } = deed.effect;
    const change = decision.changes.find((one) => one.set === 'intent' && one.intent.id === id && one.intent.outcome === 'open');
    return [{ ...deed, kind, roll, intent: change?.set === 'intent' ? change.intent : undefined }];
  });
}

/** A law about each movement that is asked for. */
const onMovement =
  (judge: (movement: Movement, step: Step) => string | null): Law =>
  (step) => {
    for (const movement of movementsOf(step)) {
      const wrong = judge(movement, step);
      if (wrong !== null) return wrong;
    }
    return null;
  };

/** A law about each dose that the event changed. */
const onDose =
  (judge: (dose: Dose, before: Dose | undefined) => string | null): Law =>
  ({ memory, after }) => {
    for (const dose of after.context.memory.doses.values()) {
      const before = memory.doses.get(dose.key);
      const wrong = before === dose ? null : judge(dose, before);
      if (wrong !== null) return wrong;
    }
    return null;
  };

type Dose = Memory['doses'] extends ReadonlyMap<string, infer D> ? D : never;

const CRITICAL_PERCENT = 10;

const STATE_OF: Readonly<Record<Intent['kind'], readonly string[]>> = {
  release: ['releasing', 'takeOut'],
  swallow: ['swallowing'],
  retract: ['retracting'],
};

/** What must hold on every edge, whatever the path to it. */
export const LAWS: Readonly<Record<string, Law>> = {
  'no sachet of a dose comes out a second time': onMovement(({ kind, intent, mechanics }) => {
    if (kind !== 'release' || intent === undefined) return null;
    const came = mechanics.came[intent.dose ?? 'empty'] ?? 0;
    return came === intent.ordinal ? null : `sachet ${intent.ordinal + 1} of ${intent.dose} is asked for, ${came} came out already`;
  }),

  'only the dose that is meant lies where it can fall into the cup': onMovement(({ kind, intent, roll, mechanics }) => {
    if (kind !== 'release' || intent === undefined) return null;
    const head = ownerOf(mechanics.rolls[roll][0], String(intent.dose));
    const wrong = [...mechanics.cup, ...mechanics.chute, head].filter((owner) => owner !== intent.dose && owner !== 'empty');
    if (mechanics.rolls[roll][0] === null) return 'an empty sachet is released';
    return wrong.length === 0 ? null : `the release for ${intent.dose} meets ${wrong.join()}`;
  }),

  'nothing is swallowed that may still be taken': onMovement(({ kind, roll, mechanics, intent }, { after, stamp }) => {
    if (kind !== 'swallow') return null;
    const owner = ownerOf(mechanics.rolls[roll][0], intent?.dose ?? 'empty');
    const dose = after.context.memory.doses.get(owner as Dose['key']);
    if (dose === undefined || isFinal(dose.fate) || dose.fate === 'presented') return null;
    return dose.closesMs > stamp.wallMs ? `${owner} is ${dose.fate} and is swallowed` : null;
  }),

  'every movement has its intent in the same commit, and there is one at a time': onMovement((movement, step) => {
    const { intent, kind, roll, mechanics } = movement;
    if (intent === undefined) return `the ${kind} has no intent`;
    if (intent.kind !== kind || intent.roll !== roll) return `the ${kind} from ${roll} does not match its intent`;
    if (mechanics.motion !== null) return `a ${kind} is asked for while a ${mechanics.motion.kind} runs`;
    if (step.memory.intent?.outcome === 'open' && step.after.context.memory.intent?.id !== step.memory.intent.id) {
      const settled = step.decision.changes.some(
        (change) => change.set === 'intent' && change.intent.id === step.memory.intent?.id && change.intent.outcome !== 'open',
      );
      if (!settled) return 'the intent before is still open';
    }
    return movementsOf(step).length === 1 ? null : 'two movements are asked for at once';
  }),

  'an intent is asked for when it is made': (step) => {
    const made = step.decision.changes.filter((change) => change.set === 'intent' && change.intent.outcome === 'open').length;
    return made === movementsOf(step).length ? null : 'an intent is open and nothing is asked of the mechanism';
  },

  'nothing moves at an open door, without sight, power or soundness': onMovement(({ kind, mechanics }, { after, stamp, memory }) => {
    const { volatile } = after.context;
    if (mechanics.doorOpen) return 'the door is open';
    if (!mechanics.locked) return 'the door is not locked';
    if (doseIn(memory, 'uncertain') !== null) return 'a dose is in doubt';
    if (volatile.evidence === null) return 'the mechanism was never inspected';
    if (volatile.power.source === 'battery' && volatile.power.batteryPercent <= CRITICAL_PERCENT) return 'the battery is critical';
    if (kind !== 'retract' && !stamp.trusted) return 'the time is doubted';
    if (isBlocked(after.context.memory)) return `the unit is blocked by ${[...after.context.memory.alarms.keys()].join()}`;
    return memory.intent?.outcome === 'open' && after.context.memory.intent === memory.intent ? 'a movement is unsettled' : null;
  }),

  'nothing is released in a pause': onMovement(({ kind, intent }, { memory }) => {
    const begun = (intent?.ordinal ?? 0) > 0;
    return kind === 'release' && !begun && memory.registers.presence.mode === 'paused' ? 'the unit is paused' : null;
  }),

  'only a state that says so moves the medicine': onMovement(({ kind }, { after }) => {
    const { custody } = valueOf(after);
    return STATE_OF[kind].includes(custody) ? null : `a ${kind} begins in ${custody}`;
  }),

  'a dose comes out in its window, or ahead in a take-out': onMovement(({ kind, intent }, { after, stamp, world }) => {
    if (kind !== 'release') return null;
    const dose = after.context.memory.doses.get(intent?.dose as Dose['key']);
    if (dose === undefined) return 'a dose is released that is not known';
    // What was begun in the window is finished.
    const graceMs = intent?.ordinal === 0 ? 0 : dose.sachets * world.settings.profile.moveMsMax;
    if (stamp.wallMs >= dose.closesMs + graceMs) return `${dose.key} is released after its window`;
    if (stamp.wallMs >= dose.opensMs) return null;
    const asked = dose.ahead && (after.context.volatile.takeOutLeft !== null || dose.moved > 0);
    return asked ? null : `${dose.key} is released before its window, unasked`;
  }),

  'a take-out is allowed by number': ({ after, world }) =>
    (after.context.volatile.takeOutLeft ?? 0) <= world.settings.takeOutDosesMax ? null : 'too many doses are taken out',

  'two doses keep their distance, unless they are taken out together': onMovement((movement, { stamp, after, world }) => {
    const { cameMs } = movement.mechanics;
    const { minIntervalMs } = world.settings.regimen;
    const first = movement.kind === 'release' && movement.intent?.ordinal === 0;
    if (!first || cameMs === null || after.context.volatile.takeOutLeft !== null) return null;
    return stamp.wallMs < cameMs + minIntervalMs ? 'the last release is too recent' : null;
  }),

  'only a dose that stands open is released': onMovement(({ kind, intent }, { memory }) => {
    if (kind !== 'release') return null;
    const before = memory.doses.get(intent?.dose as Dose['key'])?.fate ?? 'due';
    return before === 'due' || before === 'releasing' ? null : `a dose that is ${before} is released`;
  }),

  'a fate that is final stays, and doubt is ended by a person': onDose((dose, before) => {
    if (before === undefined || before.fate === dose.fate) return null;
    if (isFinal(before.fate)) return `${dose.key} was ${before.fate} and becomes ${dose.fate}`;
    const doubtStays = before.fate === 'uncertain' && dose.fate !== 'taken' && dose.fate !== 'missed';
    return doubtStays ? `${dose.key} was uncertain and becomes ${dose.fate}` : null;
  }),

  'no more of a dose is counted than there is': onDose(({ key, moved, owed, sachets }) =>
    moved < 0 || owed < 0 || moved + owed > sachets ? `${key} has ${moved} moved and ${owed} owed of ${sachets}` : null,
  ),

  'no dose is passed over without an end': ({ after }) => {
    const { doses, registers } = after.context.memory;
    for (const dose of doses.values()) {
      if (dose.opensMs < registers.scheduleFromMs && !isFinal(dose.fate)) return `${dose.key} is ${dose.fate} and forgotten`;
    }
    return null;
  },

  'one dose at a time is under way': ({ after }) => {
    const { doses } = after.context.memory;
    for (const fate of ['releasing', 'presented', 'uncertain']) {
      const keys = [...doses.values()].filter((dose) => dose.fate === fate).map(({ key }) => key);
      if (keys.length > 1) return `${keys.join(' and ')} are ${fate}`;
    }
    return null;
  },

  'the ledger takes what is decided': (step) => {
    for (const { intent, last, earlier } of intentsOf(step)) {
      const settled = last !== null && last.id === intent.id && last.outcome !== 'open' && last.outcome !== 'unknown';
      if (settled) return `the settled intent ${intent.id} is changed`;
      if (claimsSachet(intent) && earlier.includes(claimOf(intent))) return `${claimOf(intent)} has a movement already`;
    }
    return null;
  },

  'what is remembered is what is committed': ({ memory, after, decision }) => {
    const folded = decision.changes.reduce(applyChange, memory);
    const now = after.context.memory;
    if (folded.intent !== now.intent) return 'the intent differs';
    if (!sameEntries(folded.doses, now.doses)) return 'the doses differ';
    if (!sameEntries(folded.rolls, now.rolls)) return 'the rolls differ';
    if (!sameEntries(folded.alarms, now.alarms)) return 'the alarms differ';
    const names = Object.keys(now.registers) as (keyof Memory['registers'])[];
    return names.every((name) => folded.registers[name] === now.registers[name]) ? null : 'the registers differ';
  },

  'doubt and faults are alarmed': ({ after }) => {
    const { custody } = valueOf(after);
    const { memory } = after.context;
    if (custody === 'uncertain' && !isAlarmed(memory, 'dose-uncertain')) return 'uncertain without an alarm';
    return custody === 'fault' && !isBlocked(memory) ? 'at fault without an alarm' : null;
  },

  'the chart rests in a state that waits for something': ({ after }) => {
    if (after.status !== 'active') return `the chart is ${after.status}`;
    return valueOf(after).custody === 'deciding' ? 'it rests while deciding' : null;
  },
};

function sameEntries<K, V>(one: ReadonlyMap<K, V>, other: ReadonlyMap<K, V>): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [key, value] of one) if (other.get(key) !== value) return false;
  return true;
}
