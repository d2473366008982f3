import { describe, expect, it } from 'vitest';
import { slotWord } from '../../../protocol/alarm-words.ts';
import { selfTestParts } from '../../../protocol/messages/command.ts';
import { settlements } from '../../../protocol/messages/event.ts';
import { partNamed, partWord, readDose, settlementNamed, slotNamed } from '../../../tools/technician/typed-words.ts';
import { techWords } from '../../../tools/technician/words.ts';

describe('what is shown', () => {
  it.each(['da', 'en'] as const)('can be typed (%s)', (language) => {
    const slots = ['morning', 'late-morning', 'noon', 'aften', 'kl-7'];
    for (const slot of slots) {
      const shown = slotWord(slot, language);
      expect(slotNamed(slots, shown)).toBe(slot);
      expect(slotNamed(slots, shown.toUpperCase())).toBe(slot);
      expect(readDose(`${shown} 2026-11-21`)).toEqual({ slot: shown, date: '2026-11-21' });
      expect(readDose(`${shown}/21.11.2026`)).toEqual({ slot: shown, date: '2026-11-21' });
    }
    for (const fate of settlements) {
      expect(settlementNamed(techWords[language].swap.fates[fate])).toBe(fate);
      expect(settlementNamed(fate)).toBe(fate);
    }
    for (const part of selfTestParts) expect(partNamed(selfTestParts, partWord(part, language))).toBe(part);
  });

  it('means nothing where it could mean two things, unless it is the id itself', () => {
    expect(slotNamed(['morning', 'morgen'], 'Morgen')).toBeUndefined();
    expect(slotNamed(['morning', 'morgen'], 'morgen')).toBe('morgen');
    expect(slotNamed(['morning', 'morning'], 'morgen')).toBe('morning');
  });

  it('is not guessed from what only resembles it', () => {
    for (const typed of ['', 'taken not', 'given', 'ikke', 'tag']) expect(settlementNamed(typed)).toBeUndefined();
    for (const typed of ['', 'morning', '2026-11-21', 'morning/21-11-2026', 'morning/2026-11-21/x'])
      expect(readDose(typed)).toBeUndefined();
    expect(slotNamed(['morning'], 'morn')).toBeUndefined();
    expect(partNamed(['motor'], 'mot')).toBeUndefined();
  });
});
