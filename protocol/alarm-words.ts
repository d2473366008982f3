import { faultOf } from './faults/catalogue.ts';
import type { Fault, FaultCode, InBothLanguages } from './faults/fault.ts';
import { type AlarmCode, alarmCodes, type CentreAlarmCode, centreOwnCodes, lockdownCodes } from './messages/alarm.ts';
import type { Language } from './messages/config.ts';

const byCode = <C extends FaultCode>(codes: readonly C[]): Readonly<Record<C, Fault>> =>
  Object.fromEntries(codes.map((code) => [code, faultOf(code)])) as Record<C, Fault>;

/** What people read for each condition that a device reports, wherever alarms are shown. */
export const alarmWords: Readonly<Record<AlarmCode, Fault>> = byCode(alarmCodes);

/** Besides, why a unit has locked itself down, and what a service centre finds out by itself. */
export const centreAlarmWords: Readonly<Record<CentreAlarmCode, Fault>> = byCode([
  ...alarmCodes,
  ...lockdownCodes,
  ...centreOwnCodes,
]);

/** The usual slots of a regimen; the one side or the other is also their id. */
const slotWords: readonly InBothLanguages[] = [
  { da: 'morgen', en: 'morning' },
  { da: 'formiddag', en: 'late morning' },
  { da: 'middag', en: 'noon' },
  { da: 'eftermiddag', en: 'afternoon' },
  { da: 'aften', en: 'evening' },
  { da: 'sengetid', en: 'bedtime' },
  { da: 'nat', en: 'night' },
];

/** A slot id in words: the usual ones in the reader's language, a municipality's own as it is written. */
export function slotWord(slot: string, language: Language): string {
  const known = slotWords.find(({ da, en }) => da === slot || en === slot.replace('-', ' '));
  return known === undefined ? slot : known[language];
}

/** `morgen 2026-11-21`: one dose, as lists and questions name it. */
export function doseName({ slot, date }: { readonly slot: string; readonly date: string }, language: Language): string {
  return `${slotWord(slot, language)} ${date}`;
}
