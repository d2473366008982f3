import type { Both, DoseFate } from '../../frames.ts';
import type { Tone } from '../ui/tone.ts';
import { both, type Language, say } from './language.ts';

export const fateWords: Readonly<Record<DoseFate, Both>> = {
  planned: both('Planlagt', 'Planned'),
  due: both('Tid nu', 'Due now'),
  releasing: both('På vej ud', 'Coming out'),
  presented: both('Klar i skålen', 'In the cup'),
  taken: both('Taget', 'Taken'),
  retracted: both('Trukket ind igen', 'Drawn back in'),
  missed: both('Ikke taget', 'Missed'),
  withheld: both('Holdt tilbage', 'Withheld'),
  takenOut: both('Taget med', 'Taken along'),
  uncertain: both('Uafklaret', 'Uncertain'),
};

export const fateTones: Readonly<Record<DoseFate, Tone>> = {
  planned: 'quiet',
  due: 'call',
  releasing: 'call',
  presented: 'call',
  taken: 'good',
  retracted: 'bad',
  missed: 'bad',
  withheld: 'quiet',
  takenOut: 'good',
  uncertain: 'warn',
};

const slotPairs: readonly Both[] = [
  both('morgen', 'morning'),
  both('formiddag', 'late morning'),
  both('middag', 'noon'),
  both('eftermiddag', 'afternoon'),
  both('aften', 'evening'),
  both('sengetid', 'bedtime'),
  both('nat', 'night'),
];

/** A slot id in words: the usual ones in the reader's language, a municipality's own as it is written. */
export function slotWord(slot: string, language: Language): string {
  const known = slotPairs.find((pair) => pair.da === slot || pair.en === slot.replace('-', ' '));
  return known === undefined ? slot : say(known, language);
}

/** The text printed on a sachet (`morgen 21-11`) in the reader's language. */
export function labelWord(label: string, language: Language): string {
  const gap = label.indexOf(' ');
  return gap < 0 ? slotWord(label, language) : slotWord(label.slice(0, gap), language) + label.slice(gap);
}

/**
 * The display shows one sentence per line, so that a telephone number or a unit's name is never broken over two.
 */
export function displayLines(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=[\p{Lu}])/u)
    .filter((line) => line !== '')
    .map((line) => line.replace(/(?<=\d) (?=\d)/g, '\u00a0').replace(/(?<=[A-Z])-(?=\d)/g, '\u2011'));
}
