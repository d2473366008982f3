import { describe, expect, it } from 'vitest';
import { DIVERGENCE_MS_MAX, isTrusted } from '../../../../firmware/domain/clock-trust.ts';
import type { ClockReading, ClockSource } from '../../../../hal/ports/clock.ts';
import { HOUR } from '../rig.ts';

const SEEN = Date.parse('2026-11-20T08:00Z');
const reading = (source: ClockSource, wallMs: number, monoMs = 0): ClockReading => ({ source, wallMs, monoMs });
const last = (trusted: boolean, source: ClockSource = 'rtc') => ({ reading: reading(source, SEEN), trusted });

describe('isTrusted', () => {
  it('believes a synchronised clock, whatever was seen before', () => {
    expect(isTrusted(reading('synchronised', SEEN - 24 * HOUR), null, SEEN)).toBe(true);
    expect(isTrusted(reading('synchronised', SEEN - 24 * HOUR), last(false), SEEN)).toBe(true);
  });

  it('never believes a chip that lost its power', () => {
    expect(isTrusted(reading('lost', SEEN + 1), null, SEEN)).toBe(false);
    expect(isTrusted(reading('lost', SEEN + 1000, 1000), last(true), SEEN)).toBe(false);
  });

  it('believes a chip at boot while it is not behind what the ledger saw', () => {
    expect(isTrusted(reading('rtc', SEEN + 20 * HOUR), null, SEEN)).toBe(true);
    expect(isTrusted(reading('rtc', SEEN - DIVERGENCE_MS_MAX), null, SEEN)).toBe(true);
    expect(isTrusted(reading('rtc', SEEN - DIVERGENCE_MS_MAX - 1), null, SEEN)).toBe(false);
  });

  it.each([1, -1])('believes a chip that runs on, within two minutes (direction %i)', (sign) => {
    const wallMs = SEEN + HOUR + sign * DIVERGENCE_MS_MAX;
    expect(isTrusted(reading('rtc', wallMs, HOUR), last(true), SEEN)).toBe(true);
    expect(isTrusted(reading('rtc', wallMs + sign, HOUR), last(true), SEEN)).toBe(false);
  });

  it('does not forgive a chip that was doubted, however well it runs on', () => {
    expect(isTrusted(reading('rtc', SEEN + HOUR, HOUR), last(false), SEEN)).toBe(false);
  });

  it('goes on believing the chip when the network that set it is gone', () => {
    expect(isTrusted(reading('rtc', SEEN + HOUR, HOUR), last(true, 'synchronised'), SEEN)).toBe(true);
  });
});
