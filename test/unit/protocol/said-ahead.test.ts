import { describe, expect, it } from 'vitest';
import { faultNumber } from '../../../protocol/faults/catalogue.ts';
import { shownPriority } from '../../../protocol/faults/shown.ts';
import { PHRASES, phrase } from '../../../protocol/phrases.ts';
import { saidAhead } from '../../../protocol/said-ahead.ts';

const unit = { device: 'DD-0042', serviceNumber: '70 12 34 56' };

describe.each(['da', 'en'] as const)('what a unit says ahead of time, %s', (language) => {
  const said = saidAhead({ language, ...unit });

  it('has every phrase without a gap, with its reminders first', () => {
    const fixed = Object.values(PHRASES).map((one) => one[language]);
    for (const text of fixed.filter((one) => !one.includes('{'))) expect(said).toContain(text);
    expect(said[0]).toBe(PHRASES['remind-gentle'][language]);
  });

  it('has the phrases with name and number filled in, once for each fault that is told by them', () => {
    const params = { number: unit.serviceNumber, device: unit.device };
    expect(said).toContain(phrase('doubt', language, params));
    for (const code of ['mechanism-jam', 'tamper'] as const)
      expect(said).toContain(phrase('fault', language, { ...params, code: String(faultNumber(code)) }));
  });

  it('has none whose gaps nobody knows yet, and none twice', () => {
    expect(said.filter((text) => /[{}]|undefined/.test(text) || text.includes('kl. .'))).toEqual([]);
    expect(said).not.toContain('');
    expect(new Set(said).size).toBe(said.length);
  });
});

describe('the priority of what a display shows', () => {
  it('is that of the fault it names, else of the most urgent fault told by that phrase, and none for anything else', () => {
    expect(shownPriority('fault', { code: String(faultNumber('bin-full')) })).toBe('medium');
    expect(shownPriority('fault', { code: String(faultNumber('tamper')) })).toBe('high');
    expect(shownPriority('time-suspect', {})).toBe('high');
    expect(shownPriority('on-battery', {})).toBe('medium');
    expect(shownPriority('ready-next', {})).toBeNull();
    expect(shownPriority('fault', { code: '9999' })).toBe('high');
  });
});
