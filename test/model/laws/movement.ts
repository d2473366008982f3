import { type DoseKey, isFinal } from '../../../firmware/domain/dose.ts';
import { isBlocked } from '../../../firmware/domain/lockout.ts';
import { doseIn, type Intent } from '../../../firmware/domain/memory.ts';
import { ownerOf } from '../mechanics.ts';
import { chartValue } from '../situation.ts';
import { type Laws, movementsOf, onMovement } from './law.ts';

/** Below this a movement might stop half-way; the firmware's own number is not asked. */
const CRITICAL_PERCENT = 10;

const STATES: Readonly<Record<Intent['kind'], readonly string[]>> = {
  release: ['releasing', 'takeOut'],
  swallow: ['swallowing'],
  retract: ['retracting'],
};

/** When the mechanism may be asked to move at all, and how. */
export const MOVEMENT_LAWS: Laws = {
  'every movement has its intent in the same commit': onMovement(({ intent, kind, roll }, step) => {
    if (intent === undefined) return `the ${kind} has no intent`;
    if (intent.kind !== kind || intent.roll !== roll) return `the ${kind} from ${roll} does not match its intent`;
    return movementsOf(step).length === 1 ? null : 'two movements are asked for at once';
  }),

  'every intent is asked for when it is made': (step) => {
    const made = step.decision.changes.filter((change) => change.set === 'intent' && change.intent.outcome === 'open');
    return made.length === movementsOf(step).length ? null : 'an intent is open, and nothing is asked of the mechanism';
  },

  'a unit whose place was taken moves nothing': onMovement(({ kind }, { memory }) =>
    memory.registers.handedOver === null ? null : `a ${kind} is asked for`,
  ),

  'one movement at a time': onMovement(({ kind, mechanics }) =>
    mechanics.motion === null ? null : `a ${kind} is asked for while a ${mechanics.motion.kind} runs`,
  ),

  'only a state that says so moves the medicine': onMovement(({ kind }, { after }) => {
    const { custody } = chartValue(after);
    return STATES[kind].includes(custody) ? null : `a ${kind} begins in ${custody}`;
  }),

  'nothing moves at an open door': onMovement(({ mechanics }) => {
    if (mechanics.door !== 'closed') return 'the door is open';
    return mechanics.locked ? null : 'the door is not locked';
  }),

  'nothing begins to move in a unit that lies on its side': onMovement(({ kind, mechanics }) =>
    mechanics.upright ? null : `a ${kind} is asked for`,
  ),

  'nothing moves unseen, unpowered or blocked': onMovement((_movement, { after }) => {
    const { memory, volatile } = after.context;
    const { source, batteryPercent } = volatile.power;
    if (volatile.evidence === null) return 'the mechanism was never inspected';
    if (source === 'battery' && batteryPercent <= CRITICAL_PERCENT) return 'the battery is critical';
    return isBlocked(memory) ? `the unit is blocked by ${[...memory.alarms.keys()].join()}` : null;
  }),

  // What lies in the cup may be drawn back at any time: how long it has lain there, the monotonic clock knows.
  'a doubted clock releases and swallows nothing': onMovement(({ kind }, { stamp }) =>
    kind !== 'retract' && !stamp.trusted ? `a ${kind} begins while the time is doubted` : null,
  ),

  'nothing moves while a dose is in doubt': onMovement((_movement, { memory }) => {
    const doubted = doseIn(memory, 'uncertain');
    return doubted === null ? null : `${doubted.key} is in doubt`;
  }),

  'nothing is swallowed that may still be taken': onMovement(({ kind, roll, mechanics, intent }, { after, stamp }) => {
    if (kind !== 'swallow') return null;
    const owner = ownerOf(mechanics.rolls[roll][0], intent?.dose ?? '');
    const dose = after.context.memory.doses.get(owner as DoseKey);
    if (dose === undefined || isFinal(dose.fate) || dose.fate === 'presented') return null;
    return stamp.wallMs < dose.closesMs ? `${owner} is ${dose.fate} and is swallowed` : null;
  }),
};
