import { describe, expect, it } from 'vitest';
import { refusalCodes } from '../../../protocol/messages/refusal.ts';
import { refusalSentence, refusalWords } from '../../../protocol/refusal-words.ts';

describe('the words for refusals', () => {
  it.each(refusalCodes)('say %s in Danish and English, with what mends it', (code) => {
    const { title, action } = refusalWords[code];
    for (const language of ['da', 'en'] as const) {
      expect(title[language]).toMatch(/^\p{Lu}.*[^.]$/u);
      expect(action[language]).toMatch(/^\p{Lu}.*\.$/u);
    }
    expect(title.da).not.toBe(title.en);
    expect(action.da).not.toBe(action.en);
  });

  it('name a field as it is written, and what is no field as people call it or not at all', () => {
    const sentence = (path: string) => refusalSentence({ path, code: 'invalid' }, 'da').split('.')[0];
    expect(sentence('zone')).toBe('zone: Værdien er ikke tilladt');
    expect(sentence('expected.firmware')).toBe('Programmet: Værdien er ikke tilladt');
    expect(sentence('base')).toBe('Værdien er ikke tilladt');
    expect(sentence('toString')).toBe('toString: Værdien er ikke tilladt');
  });
});
