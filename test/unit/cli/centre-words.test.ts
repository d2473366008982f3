import { describe, expect, it } from 'vitest';
import { centreWords } from '../../../tools/cli/centre-words.ts';

/** Every sentence, those with gaps filled with marks, by its place. */
function sentencesOf(words: object, place = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(words) as [string, unknown][]) {
    const here = place === '' ? name : `${place}.${name}`;
    if (typeof value === 'string') found.set(here, value);
    else if (typeof value === 'function') found.set(here, String(value(...marks)));
    else for (const [inner, text] of sentencesOf(value as object, here)) found.set(inner, text);
  }
  return found;
}

/** As the words of an object and as a value: `${mark}` is what it is. */
const marks = ['<1>', '<2>', '<3>', '<4>', '<5>'].map((mark) => {
  const of = (name: string | symbol): unknown =>
    name === Symbol.toPrimitive || name === 'toString' ? () => mark : mark;
  return new Proxy({}, { get: (_target, name) => of(name) });
});

/** What is the same in both languages. */
const alike = new Set(['config.line', 'config.version', 'home.deviceHeads.4']);
const english = /\b(the|is|was|and|of|with|no|not|has|write|name)\b/i;

describe('what the command line of the centre says', () => {
  const [da, en] = [sentencesOf(centreWords.da), sentencesOf(centreWords.en)];

  it('is the same in Danish as in English, sentence by sentence', () => {
    expect([...da.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [place, text] of da) if (!alike.has(place)) expect(text, place).not.toBe(en.get(place));
  });

  it('fills the same gaps in both languages', () => {
    const gaps = (text = '') => [...new Set(text.match(/<\d>/g))].sort();
    for (const [place, text] of da) expect(gaps(text), place).toEqual(gaps(en.get(place)));
  });

  it('has no English words in the Danish sentences', () => {
    for (const [place, text] of da) {
      const said = text.replace(/"[^"]*"/g, '').replace(/(dosis|Start begge:).*$/gm, '');
      expect(said, place).not.toMatch(english);
    }
  });
});
