import type { Both } from '../../frames.ts';

export type Language = 'da' | 'en';

export const languages: readonly Language[] = ['da', 'en'];

/** Picks one language. `both(da, en)` keeps the two side by side where they are written, so neither is forgotten. */
export function say(words: Both, language: Language): string {
  return words[language];
}

export function both(da: string, en: string): Both {
  return { da, en };
}
