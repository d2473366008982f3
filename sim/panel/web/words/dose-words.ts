import { slotWord } from '../../../../protocol/alarm-words.ts';
import type { Both, DoseFate } from '../../frames.ts';
import type { Tone } from '../ui/tone.ts';
import { both, type Language } from './language.ts';

export const fateWords: Readonly<Record<DoseFate, Both>> = {
  before: both('Før start', 'Before start'),
  planned: both('Planlagt', 'Planned'),
  due: both('Tid nu', 'Due now'),
  releasing: both('På vej ud', 'Coming out'),
  presented: both('Klar i skålen', 'In the cup'),
  taken: both('Taget', 'Taken'),
  retracted: both('Trukket ind igen', 'Drawn back in'),
  missed: both('Ikke taget', 'Missed'),
  withheld: both('Holdt tilbage', 'Withheld'),
  takenOut: both('Taget med', 'Taken along'),
  released: both('Udleveret, ikke set taget', 'Given, not seen taken'),
  uncertain: both('Uafklaret', 'Uncertain'),
};

export const fateTones: Readonly<Record<DoseFate, Tone>> = {
  before: 'quiet',
  planned: 'quiet',
  due: 'call',
  releasing: 'call',
  presented: 'call',
  taken: 'good',
  retracted: 'bad',
  missed: 'bad',
  withheld: 'quiet',
  takenOut: 'good',
  released: 'good',
  uncertain: 'warn',
};

/** The text printed on a sachet (`morgen 21-11`) in the reader's language. */
export function labelWord(label: string, language: Language): string {
  const gap = label.indexOf(' ');
  return gap < 0 ? slotWord(label, language) : slotWord(label.slice(0, gap), language) + label.slice(gap);
}

/** With telephone numbers and the names of units kept on one line. */
export function unbroken(text: string): string {
  return text.replace(/(?<=\d) (?=\d)/g, '\u00a0').replace(/(?<=[A-Z])-(?=\d)/g, '\u2011');
}

/** The display shows one sentence per line. */
export function displayLines(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=[\p{Lu}])/u)
    .filter((line) => line !== '')
    .map(unbroken);
}
