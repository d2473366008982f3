import { describe, expect, it } from 'vitest';
import { alarmWords } from '../../../protocol/alarm-words.ts';
import { alarmCodes } from '../../../protocol/messages/alarm.ts';

describe.each(['da', 'en'] as const)('alarms in words, %s', (language) => {
  it('have a title of their own each, short enough for one line', () => {
    const titles = alarmCodes.map((code) => alarmWords[code].title[language]);
    expect(new Set(titles).size).toBe(alarmCodes.length);
    for (const title of titles) expect(title).toMatch(/^\p{Lu}.{3,34}[^.]$/u);
  });

  it('say what to do in whole sentences', () => {
    for (const code of alarmCodes) expect(alarmWords[code].action[language]).toMatch(/^\p{Lu}.{10,99}\.$/u);
  });
});
