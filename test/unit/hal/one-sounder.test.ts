import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { oneSounder } from '../../../hal/linux/voice/one-sounder.ts';
import { kioskViews } from './kiosk-views.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('leaves sounding to the loudspeaker while that plays, and takes over when it does not', () => {
  let plays = true;
  const sounded: string[] = [];
  const { panel, close } = oneSounder({ show: ({ lamp, sound }) => sounded.push(`${lamp} ${sound}`) }, () => plays);
  panel.show(kioskViews.due);
  vi.advanceTimersByTime(5_000);
  expect(sounded).toEqual(['call 0']);
  plays = false;
  vi.advanceTimersByTime(5_000);
  expect(sounded).toEqual(['call 0', 'call 2']);
  panel.show(kioskViews.take);
  expect(sounded.at(-1)).toBe('call 1');
  plays = true;
  vi.advanceTimersByTime(5_000);
  expect(sounded.at(-1)).toBe('call 0');
  close();
  plays = false;
  vi.advanceTimersByTime(5_000);
  expect(sounded).toHaveLength(4);
});
