import { Option } from 'commander';
import type { Language } from '../../protocol/messages/config.ts';
import { centreWordsDa } from './centre-words-da.ts';
import { type CentreWords, centreWordsEn } from './centre-words-en.ts';

/** What people read at the command line of the centre. */
export const centreWords: Readonly<Record<Language, CentreWords>> = { da: centreWordsDa, en: centreWordsEn };

/** The choice of every command of `dosis centre`. */
export function languageOption(): Option {
  return new Option('--lang <language>', 'of what is said').choices(['da', 'en']).default('en');
}
