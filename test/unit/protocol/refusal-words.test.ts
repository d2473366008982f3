import { describe, expect, it } from 'vitest';
import { type RefusalCode, refusalCodes } from '../../../protocol/messages/refusal.ts';
import { particulars, reasonWords } from '../../../protocol/refusal-reasons.ts';
import { refusalSentence, refusalWords } from '../../../protocol/refusal-words.ts';

const reasons = Object.keys(reasonWords) as (keyof typeof reasonWords)[];

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

  it('say why the rules forbid it, in a sentence that needs no field before it', () => {
    const sentence = (code: RefusalCode) => refusalSentence({ path: 'doses', code }, 'en');
    expect(sentence('take-out-limit')).toMatch(/^The citizen may not take .+ raise takeOutDosesMax in the settings/);
    expect(sentence('not-paused')).toMatch(/^The unit is not paused\. There is nothing to resume/);
    for (const code of reasons) {
      expect(sentence(code)).toMatch(/^\p{Lu}/u);
      expect(refusalWords[code].title.en).not.toBe(refusalWords['not-permitted'].title.en);
    }
  });

  it.each(Object.entries(particulars))('say what %s means there, with what mends it', (key, { title, action }) => {
    const [code = '', path = ''] = key.split(' ');
    expect(refusalCodes).toContain(code);
    for (const language of ['da', 'en'] as const) {
      expect(title[language]).toMatch(/^\p{Lu}.*[^.]$/u);
      expect(action[language]).toMatch(/^\p{Lu}.*\.$/u);
      expect(refusalSentence({ path, code: code as RefusalCode }, language)).toBe(
        `${title[language]}. ${action[language]}`,
      );
    }
    expect(title.da).not.toBe(title.en);
  });

  it('name a field as it is written, and what is no field as people call it or not at all', () => {
    const sentence = (path: string) => refusalSentence({ path, code: 'invalid' }, 'da').split('.')[0];
    expect(sentence('zone')).toBe('zone: Værdien er ikke tilladt');
    expect(sentence('expected.firmware')).toBe('Programmet: Værdien er ikke tilladt');
    expect(sentence('base')).toBe('Værdien er ikke tilladt');
    expect(sentence('toString')).toBe('toString: Værdien er ikke tilladt');
  });
});
