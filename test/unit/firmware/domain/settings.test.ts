import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../../../firmware/domain/profile.ts';
import { readSettings, SettingsError } from '../../../../firmware/domain/settings.ts';
import type { ConfigDocument } from '../../../../protocol/messages/config.ts';
import { CONFIG, MINUTE } from '../rig.ts';

function refusal(document: ConfigDocument): SettingsError {
  try {
    readSettings(document);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}

describe('readSettings', () => {
  const { takeOutDosesMax: _max, quietMinutes: _quiet, ...bare } = CONFIG;

  it('permits the citizen nothing that the document does not name', () => {
    const { takeOutDosesMax, quietMs, presentMs, ladder } = readSettings(bare);
    expect({ takeOutDosesMax, quietMs }).toEqual({ takeOutDosesMax: 0, quietMs: 0 });
    expect(presentMs).toBe(PROFILES['dual-roll']?.presentMs);
    expect(ladder).toEqual(PROFILES['dual-roll']?.ladder);
  });

  it('lets the document override the profile', () => {
    const reminder = { firmAfterMinutes: 1, urgentAfterMinutes: 2, lastCallMinutes: 3, repeatMinutes: 4 };
    const { ladder, presentMs, quietMs } = readSettings({ ...bare, reminder, presentMinutes: 7, quietMinutes: 15 });
    expect(ladder).toEqual({
      firmAfterMs: MINUTE,
      urgentAfterMs: 2 * MINUTE,
      lastCallMs: 3 * MINUTE,
      repeatMs: 4 * MINUTE,
    });
    expect(presentMs).toBe(7 * MINUTE);
    expect(quietMs).toBe(15 * MINUTE);
  });

  it('refuses a profile this firmware cannot be, and says which it can', () => {
    expect(refusal({ ...CONFIG, profile: 'cassette' }).problems).toEqual([
      {
        path: 'profile',
        code: 'unsupported',
        sentence: 'This firmware has no profile "cassette"; it knows roll, dual-roll.',
      },
    ]);
  });

  it('gathers the problems of profile and regimen in one refusal', () => {
    const error = refusal({ ...CONFIG, profile: 'app', zone: 'Europe/Atlantis' });
    expect(error.problems.map(({ path }) => path)).toEqual(['profile', 'zone']);
    expect(error.message).toContain('Europe/Atlantis');
  });

  it.each(Object.entries(PROFILES))('has a coherent profile "%s"', (name, profile) => {
    expect(profile.id).toBe(name);
    expect(profile.rolls).toContain('A');
    expect(profile.ladder.urgentAfterMs).toBeGreaterThan(profile.ladder.firmAfterMs);
    expect(profile.moveMsMax).toBeLessThan(profile.presentMs);
  });
});
