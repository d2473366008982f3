import { describe, expect, it } from 'vitest';
import {
  CLAIM_MS,
  type ClockOpinion,
  type ClockPast,
  DIVERGENCE_MS_MAX,
  DRIFT_MAX,
  judgeClock,
  OFF_MS_MAX,
} from '../../../../firmware/domain/clock-trust.ts';
import type { ClockReading, ClockSource } from '../../../../hal/ports/clock.ts';
import { HOUR } from '../rig.ts';

const SEEN = Date.parse('2026-11-20T08:00Z');
const PAST = { lastSeenWallMs: SEEN, doubted: false };
const reading = (source: ClockSource, wallMs: number, monoMs = 0): ClockReading => ({ source, wallMs, monoMs });
const last = (trusted: boolean, source: ClockSource = 'rtc'): ClockOpinion => {
  const first = reading(source, SEEN);
  return { reading: first, trusted, anchor: first, claim: null };
};
const isTrusted = (now: ClockReading, before: ClockOpinion | null, past: ClockPast): boolean =>
  judgeClock(now, before, past).trusted;

describe('judgeClock', () => {
  it('believes a synchronised clock against a chip in doubt, and within an hour of what it was', () => {
    expect(isTrusted(reading('synchronised', SEEN - 24 * HOUR), last(false), PAST)).toBe(true);
    expect(isTrusted(reading('synchronised', SEEN + HOUR), last(true), PAST)).toBe(true);
    expect(isTrusted(reading('synchronised', SEEN - HOUR), null, { ...PAST, doubted: true })).toBe(true);
    expect(isTrusted(reading('synchronised', SEEN + OFF_MS_MAX), null, { ...PAST, doubted: true })).toBe(true);
  });

  describe.each([
    ['a running clock', last(true), 30 * 24 * HOUR],
    ['a running clock', last(true), -3 * HOUR],
    ['what the ledger saw', null, -3 * HOUR],
    ['what the ledger saw', null, OFF_MS_MAX + 1],
  ])('a synchronised time that startles %s', (_, before, stepMs) => {
    const claim = judgeClock(reading('synchronised', SEEN + stepMs), before, PAST);
    const at = (monoMs: number) => reading('synchronised', SEEN + stepMs + monoMs, monoMs);

    it('is believed once it has stood for a quarter of an hour', () => {
      expect(claim.trusted).toBe(false);
      const later = judgeClock(at(CLAIM_MS - 1), claim, PAST);
      expect(later.trusted).toBe(false);
      expect(isTrusted(at(CLAIM_MS), later, PAST)).toBe(true);
    });

    it('begins its time anew when it changes', () => {
      const other = judgeClock(reading('synchronised', SEEN + 2 * stepMs + HOUR, HOUR), claim, PAST);
      expect(other.trusted).toBe(false);
      expect(other.claim?.monoMs).toBe(HOUR);
    });

    it('is not made good by a chip that follows it', () => {
      expect(isTrusted(reading('rtc', SEEN + stepMs + HOUR, HOUR), claim, PAST)).toBe(false);
    });
  });

  it('believes the network at once when it takes a startling time back', () => {
    const claim = judgeClock(reading('synchronised', SEEN + 30 * 24 * HOUR), last(true), PAST);
    expect(isTrusted(reading('synchronised', SEEN + 60_000, 60_000), claim, PAST)).toBe(true);
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

  it.each([1, -1])('adds up steps that are small one by one (direction %i)', (sign) => {
    const stepMs = sign * (DIVERGENCE_MS_MAX / 2 + DRIFT_MAX * HOUR);
    let opinion = last(true);
    const after = (steps: number): boolean => {
      opinion = judgeClock(reading('rtc', SEEN + steps * (HOUR + stepMs), steps * HOUR), opinion, PAST);
      return opinion.trusted;
    };
    expect([1, 2, 3].map(after)).toEqual([true, true, false]);
  });

  it('believes a cheap crystal that has drifted for weeks', () => {
    let opinion = last(true);
    for (let hour = 1; hour <= 28 * 24; hour += 1) {
      opinion = judgeClock(reading('rtc', SEEN + hour * HOUR * 1.0005, hour * HOUR), opinion, PAST);
    }
    expect(opinion.trusted).toBe(true);
  });

  it('counts steps anew from a synchronised reading', () => {
    const opinion = judgeClock(reading('synchronised', SEEN + 2 * HOUR, HOUR), last(true), PAST);
    expect(isTrusted(reading('rtc', SEEN + 3 * HOUR, 2 * HOUR), opinion, PAST)).toBe(true);
  });
});
