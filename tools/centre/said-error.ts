import type { InBothLanguages } from '../../protocol/faults/fault.ts';
import type { Language } from '../../protocol/messages/config.ts';

/** Something that a person can mend, in one sentence for them; the message is the English one. */
export class SaidError extends Error {
  readonly said: InBothLanguages;

  /** @param said one text for what is the same in both, such as the words of somebody else's program */
  constructor(said: InBothLanguages | string, options?: ErrorOptions) {
    super(typeof said === 'string' ? said : said.en, options);
    this.name = 'SaidError';
    this.said = typeof said === 'string' ? { da: said, en: said } : said;
  }
}

/** What a person reads of an error. */
export function sentenceOf(error: Error, language: Language): string {
  return error instanceof SaidError ? error.said[language] : error.message;
}
