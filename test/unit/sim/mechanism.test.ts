import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MotionFault } from '../../../sim/device/mechanism-faults.ts';
import { Bench, keepAnswers } from './mechanism-rig.ts';

describe('a motion of the mechanism', () => {
  it('presents exactly the head sachet and counts it', () => {
    const bench = new Bench(3);
    const answer = bench.move('release');
    expect(answer).toMatchObject({ type: 'mechanism.moved', intent: 1 });
    expect(answer?.evidence).toEqual({ fed: { A: 1, B: 0 }, binned: 0, cup: 'occupied', gate: 'clear' });
    expect(bench.names(bench.parts.cup)).toEqual(['s1/2026-03-02']);
    expect(bench.whereabouts).toEqual({ roll: 2, chute: 0, cup: 1, bin: 0 });
  });

  it('swallows the head sachet into the bin, unseen', () => {
    const bench = new Bench(2);
    expect(bench.move('swallow')?.evidence).toEqual({ fed: { A: 1, B: 0 }, binned: 1, cup: 'empty', gate: 'clear' });
    expect(bench.seen.some(({ type }) => type === 'presented')).toBe(false);
  });

  it('draws back all that lies in the cup', () => {
    const bench = new Bench(2);
    bench.move('release');
    bench.move('release');
    expect(bench.move('retract')?.evidence).toMatchObject({ binned: 2, cup: 'empty' });
    expect(bench.whereabouts).toEqual({ roll: 0, chute: 0, cup: 0, bin: 2 });
  });

  it('refuses a second motion while one is running', () => {
    const bench = new Bench(3);
    bench.begin('release');
    bench.begin('release');
    bench.timeline.runUntil(10_000);
    expect(bench.whereabouts.cup).toBe(1);
    expect(bench.seen.filter((event) => event.type === 'commanded').map((event) => event.refused)).toEqual([
      false,
      true,
    ]);
  });

  it('jams in the feed without moving anything, and stays jammed', () => {
    const bench = new Bench(2);
    expect(bench.move('release', { jam: { part: 'feed', halfOut: false } })).toMatchObject({
      type: 'mechanism.jammed',
      part: 'feed',
    });
    expect(bench.move('release')).toMatchObject({ type: 'mechanism.jammed', part: 'feed' });
    expect(bench.whereabouts).toEqual({ roll: 2, chute: 0, cup: 0, bin: 0 });
  });

  it('jams in the cutter with the sachet half out, still joined to its roll', () => {
    const bench = new Bench(2);
    const answer = bench.move('release', { jam: { part: 'cutter', halfOut: true } });
    expect(answer).toMatchObject({
      type: 'mechanism.jammed',
      part: 'cutter',
      evidence: { fed: { A: 0 }, gate: 'blocked' },
    });
    expect(bench.parts.halfOut).toBe('A');
    expect(bench.whereabouts.roll).toBe(2);
  });

  it('jams at the gate with the sachet cut and counted, between cutter and cup', () => {
    const bench = new Bench(2);
    const answer = bench.move('release', { jam: { part: 'gate', halfOut: false } });
    expect(answer).toMatchObject({
      type: 'mechanism.jammed',
      part: 'gate',
      evidence: { fed: { A: 1 }, cup: 'empty', gate: 'blocked' },
    });
    expect(bench.whereabouts).toEqual({ roll: 1, chute: 1, cup: 0, bin: 0 });
  });

  it('reports an empty roll as a feed that found nothing, and is not stuck by it', () => {
    const bench = new Bench(0);
    expect(bench.move('release')).toMatchObject({
      type: 'mechanism.jammed',
      part: 'feed',
      evidence: { gate: 'clear' },
    });
  });

  it('stops at a full bin with what found no room', () => {
    const bench = new Bench(3, 1);
    bench.move('swallow');
    expect(bench.move('swallow')).toMatchObject({ type: 'mechanism.jammed', part: 'gate' });
    expect(bench.whereabouts).toEqual({ roll: 1, chute: 1, cup: 0, bin: 1 });
  });

  it('gives two sachets in a double feed and counts both', () => {
    const bench = new Bench(3);
    expect(bench.move('release', { doubleFeed: true })?.evidence.fed.A).toBe(2);
    expect(bench.whereabouts.cup).toBe(2);
  });

  it('moves without an answer when the answer is lost, and an inspection tells the truth', () => {
    const bench = new Bench(2);
    expect(bench.move('release', { feedbackLost: true })).toBeUndefined();
    bench.mechanism.inspect();
    bench.timeline.runUntil(bench.timeline.nowMs + 1_000);
    expect(bench.answers.at(-1)).toMatchObject({
      type: 'mechanism.inspected',
      evidence: { fed: { A: 1 }, cup: 'occupied' },
    });
  });

  it('claims to have moved when the motor slipped, with counters that say otherwise', () => {
    const bench = new Bench(2);
    expect(bench.move('release', { noMovement: true })).toMatchObject({
      type: 'mechanism.moved',
      evidence: { fed: { A: 0 }, cup: 'empty' },
    });
  });

  it('answers an inspection asked for during a motion only after it', () => {
    const bench = new Bench(2);
    bench.begin('release');
    bench.mechanism.inspect();
    bench.timeline.runUntil(60_000);
    expect(bench.answers.map(({ type }) => type)).toEqual(['mechanism.moved', 'mechanism.inspected']);
  });

  it('stands still at once when stopped', () => {
    const bench = new Bench(2);
    bench.begin('release');
    bench.timeline.runUntil(500);
    bench.mechanism.stop();
    bench.timeline.runUntil(60_000);
    expect(bench.whereabouts).toEqual({ roll: 2, chute: 0, cup: 0, bin: 0 });
    expect(bench.answers).toEqual([]);
  });
});

describe('the counters', () => {
  it('count on over power cuts', () => {
    const bench = new Bench(4);
    bench.move('release');
    bench.mechanism.losePower();
    bench.mechanism.listen(keepAnswers(bench.answers));
    expect(bench.move('swallow')?.evidence).toMatchObject({ fed: { A: 2 }, binned: 1 });
  });

  it('miss what passes while they stick, and say nothing while they are silent', () => {
    const bench = new Bench(4);
    bench.parts.counterHealth.A = 'stuck';
    expect(bench.move('release')?.evidence.fed.A).toBe(0);
    bench.parts.counterHealth.A = 'unknown';
    expect(bench.move('release')?.evidence.fed.A).toBeNull();
    bench.parts.counterHealth.A = 'sound';
    expect(bench.move('release')?.evidence.fed.A).toBe(2);
  });

  it('never fall and never lose a sachet, whatever faults and power cuts come', () => {
    const fault: fc.Arbitrary<MotionFault> = fc.record(
      {
        jam: fc.record({ part: fc.constantFrom('feed', 'cutter', 'gate'), halfOut: fc.boolean() }),
        noMovement: fc.boolean(),
        doubleFeed: fc.boolean(),
        feedbackLost: fc.boolean(),
        slowness: fc.double({ min: 1, max: 20, noNaN: true }),
        powerCutAt: fc.double({ min: 0, max: 1, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    const moves = fc.array(
      fc.record({ motion: fc.constantFrom('release' as const, 'swallow' as const, 'retract' as const), fault }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(moves, (wanted) => {
        const bench = new Bench(8, 3);
        let fed = 0;
        let binned = 0;
        for (const { motion, fault: wrong } of wanted) {
          bench.move(motion, wrong);
          bench.mechanism.listen(keepAnswers(bench.answers));
          const evidence = bench.parts.evidence();
          expect(bench.total).toBe(8);
          expect(evidence.fed.A).toBe(8 - bench.whereabouts.roll);
          expect(evidence.binned).toBe(bench.whereabouts.bin);
          expect(evidence.fed.A).toBeGreaterThanOrEqual(fed);
          expect(evidence.binned).toBeGreaterThanOrEqual(binned);
          fed = evidence.fed.A ?? 0;
          binned = evidence.binned ?? 0;
        }
      }),
    );
  });
});

describe('a power cut at any moment of a motion', () => {
  it('leaves the sachet where it was at that moment: on the roll, half out, in the chute or in the cup', () => {
    const places = new Set<string>();
    for (let atMs = 0; atMs <= 1_400; atMs += 10) {
      const bench = new Bench(1);
      bench.begin('release');
      bench.timeline.runUntil(atMs);
      bench.mechanism.losePower();
      bench.timeline.runUntil(60_000);
      const { whereabouts, parts } = bench;
      expect(bench.total).toBe(1);
      expect(parts.evidence().fed.A).toBe(whereabouts.roll === 1 ? 0 : 1);
      expect(parts.evidence().gate).toBe(parts.halfOut !== undefined || whereabouts.chute === 1 ? 'blocked' : 'clear');
      places.add(parts.halfOut === undefined ? JSON.stringify(whereabouts) : 'half out');
    }
    expect([...places].sort()).toEqual(
      [
        'half out',
        JSON.stringify({ roll: 0, chute: 0, cup: 1, bin: 0 }),
        JSON.stringify({ roll: 0, chute: 1, cup: 0, bin: 0 }),
        JSON.stringify({ roll: 1, chute: 0, cup: 0, bin: 0 }),
      ].sort(),
    );
  });

  it('comes by itself when the fault asks for it', () => {
    const bench = new Bench(1);
    bench.move('release', { powerCutAt: 0.5 });
    expect(bench.powerLost).toBe(1);
    expect(bench.answers).toEqual([]);
  });

  it('that was asked while its board was away answers once it is back', () => {
    const bench = new Bench(1);
    bench.mechanism.inspect();
    bench.mechanism.dead = true;
    bench.timeline.runUntil(60_000);
    expect(bench.answers).toEqual([]);
    bench.mechanism.dead = false;
    bench.timeline.runUntil(61_000);
    expect(bench.answers.map(({ type }) => type)).toEqual(['mechanism.inspected']);
  });
});
