import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { partials, soundPattern, volumes } from '../../../sim/panel/web/sound-patterns.ts';

describe('the loudspeaker', () => {
  test.each(['ready', 'call', 'warn', 'alarm'] as const)('keeps to 150–1000 Hz with the lamp at %s', (lamp) => {
    for (const level of [1, 2, 3] as const) {
      const pattern = soundPattern(lamp, level);
      expect(pattern?.pulses.length).toBeGreaterThan(0);
      for (const { pitchHz, atMs, lengthMs } of pattern?.pulses ?? []) {
        expect(pitchHz).toBeGreaterThanOrEqual(150);
        expect(pitchHz).toBeLessThanOrEqual(1000);
        expect(atMs + lengthMs).toBeLessThan(pattern?.repeatMs ?? 0);
      }
    }
  });

  test('sounds ten pulses for high priority, three for medium, two for low, and never those for a reminder', () => {
    expect(soundPattern('alarm', 1)?.pulses).toHaveLength(10);
    expect(soundPattern('warn', 2)?.pulses).toHaveLength(3);
    expect(soundPattern('warn', 1)?.pulses).toHaveLength(2);
    for (const level of [1, 2, 3] as const) {
      const pitches = soundPattern('call', level)?.pulses.map(({ pitchHz }) => pitchHz) ?? [];
      expect(new Set(pitches).size).toBeGreaterThan(1);
    }
  });

  test('is silent at level 0, grows with the level, and has at least four harmonics', () => {
    expect(soundPattern('alarm', 0)).toBeNull();
    expect([...volumes].sort((a, b) => a - b)).toEqual([...volumes]);
    expect(partials.length - 1).toBeGreaterThanOrEqual(4);
  });
});

const tokens = readFileSync(new URL('../../../sim/panel/web/ui/tokens.css', import.meta.url), 'utf8');

function luminance(token: string): number {
  const hex = new RegExp(`--${token}: #([0-9a-f]{6});`).exec(tokens)?.[1] ?? '';
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((start) => {
    const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours', () => {
  test.each([
    ['ink', 'paper'],
    ['ink', 'card'],
    ['ink-soft', 'paper'],
    ['ink-soft', 'card'],
    ['ink-soft', 'sunken'],
    ['accent', 'accent-wash'],
    ['accent-strong', 'accent-wash'],
    ['card', 'accent'],
    ['card', 'bad'],
    ['call', 'call-wash'],
    ['good', 'good-wash'],
    ['warn', 'warn-wash'],
    ['bad', 'bad-wash'],
    ['priority-high-ink', 'priority-high'],
    ['priority-medium-ink', 'priority-medium'],
    ['priority-low-ink', 'priority-low'],
  ])('%s on %s can be read (WCAG AA, 4.5:1)', (text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ['line-control', 'card'],
    ['line-control', 'paper'],
  ])('%s on %s can be seen (3:1)', (line, ground) => {
    expect(contrast(line, ground)).toBeGreaterThanOrEqual(3);
  });
});
