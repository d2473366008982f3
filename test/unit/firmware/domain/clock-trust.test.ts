import { describe, expect, it } from 'vitest';
import { DIVERGENCE_MS_MAX, isTrusted, OFF_MS_MAX } from '../../../../firmware/domain/clock-trust.ts';
import type { ClockReading, ClockSource } from '../../../../hal/ports/clock.ts';
import { HOUR } from '../rig.ts';

const SEEN = Date.parse('2026-11-20T08:00Z');
const PAST = { lastSeenWallMs: SEEN, doubted: false };
const reading = (source: ClockSource, wallMs: number, monoMs = 0): ClockReading => ({ source, wallMs, monoMs });
const last = (trusted: boolean, source: ClockSource = 'rtc') => ({ reading: reading(source, SEEN), trusted });

describe('isTrusted', () => {
  it('believes a synchronised clock, whatever was seen before', () => {
    expect(isTrusted(reading('synchronised', SEEN - 24 * HOUR), null, PAST)).toBe(true);
    expect(isTrusted(reading('synchronised', SEEN - 24 * HOUR), last(false), PAST)).toBe(true);
  });

  it('never believes a chip that lost its power', () => {
    expect(isTrusted(reading('lost', SEEN + 1), null, PAST)).toBe(false);
    expect(isTrusted(reading('lost', SEEN + 1000, 1000), last(true), PAST)).toBe(false);
  });

  it('believes a chip at boot while it is not behind what the ledger saw', () => {
    expect(isTrusted(reading('rtc', SEEN + 20 * HOUR), null, PAST)).toBe(true);
    expect(isTrusted(reading('rtc', SEEN - DIVERGENCE_MS_MAX), null, PAST)).toBe(true);
    expect(isTrusted(reading('rtc', SEEN - DIVERGENCE_MS_MAX - 1), null, PAST)).toBe(false);
  });

  it('doubts a chip that says the unit was off for longer than a roll lasts', () => {
    expect(isTrusted(reading('rtc', SEEN + OFF_MS_MAX), null, PAST)).toBe(true);
    expect(isTrusted(reading('rtc', SEEN + OFF_MS_MAX + 1), null, PAST)).toBe(false);
  });

  it.each([1, -1])('believes a chip that runs on, within two minutes (direction %i)', (sign) => {
    const wallMs = SEEN + HOUR + sign * DIVERGENCE_MS_MAX;
    expect(isTrusted(reading('rtc', wallMs, HOUR), last(true), PAST)).toBe(true);
    expect(isTrusted(reading('rtc', wallMs + sign, HOUR), last(true), PAST)).toBe(false);
  });

  it('does not forgive a chip that was doubted, however well it runs on', () => {
    expect(isTrusted(reading('rtc', SEEN + HOUR, HOUR), last(false), PAST)).toBe(false);
  });

  it('goes on believing the chip when the network that set it is gone', () => {
    expect(isTrusted(reading('rtc', SEEN + HOUR, HOUR), last(true, 'synchronised'), PAST)).toBe(true);
  });

  it('doubts a clock chip that was in doubt when the unit went down, until something synchronises it', () => {
    const doubted = { lastSeenWallMs: SEEN, doubted: true };
    expect(isTrusted(reading('rtc', SEEN + HOUR), null, doubted)).toBe(false);
    expect(isTrusted(reading('synchronised', SEEN + HOUR), null, doubted)).toBe(true);
  });
});
