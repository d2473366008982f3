import type { Fault, InBothLanguages } from '../../protocol/faults/fault.ts';
import { lockWords, partWords, priorityWords } from '../../protocol/faults/terms.ts';
import { phrase } from '../../protocol/phrases.ts';
import type { UnitState } from './visit.ts';
import type { TechWords } from './words.ts';

/** Of the unit where the fault is, as far as it is known: they stand in the sentences that the unit shows. */
export interface FaultPlace {
  readonly device?: string | undefined;
  readonly serviceNumber?: string | undefined;
}

/** One fault in the words of one language. */
export interface ToldFault {
  readonly number: number;
  readonly code: string;
  readonly title: string;
  readonly meaning: string;
  readonly priority: string;
  readonly medicine: string;
  readonly locks: boolean;
  readonly sees: readonly string[];
  readonly hears: readonly string[];
  readonly steps: readonly string[];
  readonly parts: readonly string[];
  readonly ends: string;
}

export function toldFault(t: TechWords, fault: Fault, place: FaultPlace = {}): ToldFault {
  const { number, code, lock, priority, parts, repair, sees, hears } = fault;
  const { language } = t;
  const inWords = (words: InBothLanguages) => words[language];
  const gaps = {
    code: String(number),
    device: place.device ?? t.fault.deviceName,
    number: place.serviceNumber ?? t.fault.serviceNumber,
  };
  const shown = (keys: readonly string[]) => keys.map((key) => phrase(key, language, gaps));
  return {
    number,
    code,
    title: inWords(fault.title),
    meaning: inWords(fault.meaning),
    priority: inWords(priorityWords[priority]),
    medicine: inWords(lockWords[lock]),
    locks: lock !== 'no',
    sees: shown(sees),
    hears: shown(hears),
    steps: repair.map(inWords),
    parts: parts.map((part) => inWords(partWords[part])),
    ends: inWords(fault.ends),
  };
}

/** Why a unit gives no medicine though nothing of it is broken, and what comes next; undefined for one that gives it. */
export function conditionOf({ fault }: TechWords, { phase, config }: UnitState): string | undefined {
  if (phase === 'replaced') return fault.replaced;
  if (phase === 'unprovisioned') return fault.nobodys;
  return phase === 'running' && config === undefined ? fault.unplanned : undefined;
}
