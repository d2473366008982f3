import { isFinal } from '../../../firmware/domain/dose.ts';
import { applyChange, type Memory, openIntent } from '../../../firmware/domain/memory.ts';
import { claimOf, claimsSachet, intentsOf } from '../claims.ts';
import { type Laws, onDose } from './law.ts';

/** What is written down: the rules that the ledger's own constraints enforce, and that nothing is left out. */
export const LEDGER_LAWS: Laws = {
  'a final fate stays, and doubt is ended by a person': onDose((dose, before) => {
    if (before === undefined || before.fate === dose.fate) return null;
    const isEnded = isFinal(before.fate);
    const isDoubted = before.fate === 'uncertain' && dose.fate !== 'taken' && dose.fate !== 'missed';
    return isEnded || isDoubted ? `${dose.key} was ${before.fate} and becomes ${dose.fate}` : null;
  }),

  'a unit whose place was taken tells of no dose any more': ({ memory, decision }) => {
    if (memory.registers.handedOver === null) return null;
    const told = decision.records.find(({ type }) => type.startsWith('dose.'));
    return told === undefined ? null : `it writes ${told.type}`;
  },

  'no more of a dose is counted than there is': onDose(({ key, moved, owed, sachets }) =>
    moved < 0 || owed < 0 || moved + owed > sachets ? `${key} has ${moved} moved and ${owed} owed of ${sachets}` : null,
  ),

  'no dose is passed over without an end': ({ after }) => {
    const { doses, registers } = after.context.memory;
    for (const { key, fate, opensMs } of doses.values()) {
      if (opensMs < registers.scheduleFromMs && !isFinal(fate))
        return `${key} is ${fate}, and the schedule has passed it`;
    }
    return null;
  },

  'one dose at a time is under way': ({ after }) => {
    const doses = [...after.context.memory.doses.values()];
    for (const fate of ['releasing', 'presented', 'uncertain']) {
      const keys = doses.filter((dose) => dose.fate === fate).map(({ key }) => key);
      if (keys.length > 1) return `${keys.join(' and ')} are ${fate}`;
    }
    return null;
  },

  'a sachet is claimed by one movement, and a settled one is history': (step) => {
    for (const { intent, last, earlier } of intentsOf(step)) {
      const isSettled = last !== null && last.outcome !== 'open' && last.outcome !== 'unknown';
      if (isSettled && last.id === intent.id) return `the settled intent ${intent.id} is changed`;
      if (last?.outcome === 'open' && last.id !== intent.id) return 'the intent before it is still open';
      if (claimsSachet(intent) && earlier.includes(claimOf(intent))) return `${claimOf(intent)} has a movement already`;
    }
    return null;
  },

  'no roll is taken in while nobody knows what the last movement cut': ({ memory, decision }) =>
    openIntent(memory) !== null && decision.records.some(({ type }) => type === 'stock.loaded')
      ? 'a roll is taken in over an open intent'
      : null,

  'what is remembered is what is committed': ({ memory, after, decision }) => {
    const folded = decision.changes.reduce(applyChange, memory);
    const now = after.context.memory;
    if (folded.intent !== now.intent) return 'the intent differs';
    if (!isSame(folded.doses, now.doses)) return 'the doses differ';
    if (!isSame(folded.rolls, now.rolls)) return 'the rolls differ';
    if (!isSame(folded.alarms, now.alarms)) return 'the alarms differ';
    const names = Object.keys(now.registers) as (keyof Memory['registers'])[];
    return names.every((name) => folded.registers[name] === now.registers[name]) ? null : 'the registers differ';
  },
};

function isSame<K, V>(one: ReadonlyMap<K, V>, other: ReadonlyMap<K, V>): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [key, value] of one) if (other.get(key) !== value) return false;
  return true;
}
