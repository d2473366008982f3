import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReminderLevel } from '../../../firmware/machine/outputs.ts';
import type { Refusal } from '../../../firmware/machine/verdict.ts';
import { PHRASES, type PhraseKey, phrase } from '../../../protocol/phrases.ts';

const gapsOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
const entries = Object.entries(PHRASES) as [PhraseKey, { da: string; en: string }][];

/** Complete by type: a new refusal or level that is not added here does not compile. */
const REFUSALS: Readonly<Record<Refusal, true>> = {
  'nothing-due': true,
  'take-the-sachet': true,
  'time-suspect': true,
  paused: true,
  'too-soon': true,
  'no-stock': true,
  'stock-mismatch': true,
  'battery-critical': true,
  tilted: true,
  'roll-missing': true,
  locked: true,
  'too-many': true,
  working: true,
  'handed-over': true,
  starting: true,
  doubt: true,
};
const SPOKEN: Readonly<Record<Exclude<ReminderLevel, 'idle' | 'quiet'>, true>> = {
  gentle: true,
  firm: true,
  urgent: true,
  lastCall: true,
};

/** Every literal that the machine or a lockdown says or shows, read from the source: keys are plain text there. */
function keysInSource(): string[] {
  const root = join(import.meta.dirname, '../../../firmware');
  const files = ['machine', 'machine/steps', 'machine/regions', 'host'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
  return files.flatMap((text) => [...text.matchAll(/(?:\bsay\(|message: )'([\w-]+)'/g)].map(([, key = '']) => key));
}

describe('the catalogue', () => {
  it('has something to say in both languages, with the same gaps', () => {
    for (const [key, { da, en }] of entries) {
      expect(da.trim(), key).not.toBe('');
      expect(en.trim(), key).not.toBe('');
      expect(gapsOf(da), key).toEqual(gapsOf(en));
    }
  });

  it('leaves no gap that nobody fills', () => {
    const known = new Set(['number', 'device', 'code', 'time', 'day', 'text']);
    for (const [key, { da }] of entries) for (const gap of gapsOf(da)) expect(known, key).toContain(gap);
  });

  it.each(Object.keys(REFUSALS))('answers a press refused for "%s"', (refusal) => {
    expect(PHRASES).toHaveProperty([refusal]);
  });

  it.each(Object.keys(SPOKEN))('reminds at the level "%s"', (level) => {
    expect(PHRASES).toHaveProperty([`remind-${level}`]);
  });

  it('holds every phrase that the machine names', () => {
    const keys = keysInSource();
    expect(keys).toContain('thank-you');
    expect(keys).toContain('ready-next-day');
    for (const key of keys) expect(Object.keys(PHRASES)).toContain(key);
  });
});

describe('phrase', () => {
  it('fills its gaps in the language asked for', () => {
    const params = { number: '70 12 34 56', device: 'DD-0042', code: 'mechanism-jam' };
    expect(phrase('fault', 'en', params)).toBe(
      'The unit cannot give medicine. Call 70 12 34 56. Say: DD-0042, fault mechanism-jam.',
    );
    expect(phrase('fault', 'da', params)).toBe(
      'Apparatet kan ikke give medicin. Ring 70 12 34 56. Sig: DD-0042, fejl mechanism-jam.',
    );
  });

  it('names the weekday in words', () => {
    expect(phrase('ready-next-day', 'da', { day: 'wed', time: '08:00' })).toBe(
      'Alt er i orden. Næste dosis onsdag kl. 08:00.',
    );
    expect(phrase('ready-next-day', 'en', { day: 'wed', time: '08:00' })).toBe(
      'All is well. Next dose on Wednesday at 08:00.',
    );
  });

  it('shows a key that it does not know instead of nothing', () => {
    expect(phrase('no-such-phrase', 'da')).toBe('no-such-phrase');
  });
});
