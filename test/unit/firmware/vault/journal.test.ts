import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActRefusal, ServiceEntry } from '../../../../firmware/service/unit.ts';
import { ServiceJournal } from '../../../../firmware/vault/journal.ts';
import { idleActs, type ServiceAct } from '../../../../protocol/messages/service-acts.ts';
import {
  decodeJournal,
  encodeJournal,
  type JournalEntry,
  journalChangesMax,
  journalEntriesMax,
  journalIdleMax,
} from '../../../../protocol/messages/service-journal.ts';
import { TestVault } from '../recovery/recovery-bench.ts';

const HOUR_S = 3_600;
const NOW = 1_795_248_000;

class Kept {
  readonly vault = new TestVault();
  journal = new ServiceJournal(this.vault);

  get entries(): readonly JournalEntry[] {
    return decodeJournal(this.vault.files.get('journal') ?? Uint8Array.of(0x80));
  }

  restart(): void {
    this.journal = new ServiceJournal(this.vault);
  }

  idle(act: ServiceAct, at = NOW, pass: string | null = 'R-1', detail = ''): boolean {
    return this.journal.add({ act, pass, role: pass === null ? null : 'reader', detail }, at);
  }

  change(detail: string, { at = NOW, refused = false, pass = 'T-17' as string | null } = {}): boolean {
    const entry: ServiceEntry = { act: 'load', pass, role: 'technician', detail };
    expect(this.journal.add(entry, at)).toBe(false);
    return this.conclude(entry, refused ? { code: 'not-permitted' } : null);
  }

  /** @returns whether it was told, and before it stood in the journal */
  conclude(entry: ServiceEntry, refusal: ActRefusal | null): boolean {
    let told = false;
    this.journal.conclude(entry, refusal, () => {
      expect(this.entries.at(-1)).toMatchObject({ end: 'begun' });
      told = true;
    });
    return told;
  }
}

interface Done {
  readonly detail: string;
  readonly at: number;
  readonly pass: string;
}

const kinds = ['idle', 'refused', 'anonymous', 'stopped', 'change'] as const;
const does: Readonly<Record<(typeof kinds)[number], (kept: Kept, done: Done) => unknown>> = {
  idle: (kept, { at, pass }) => kept.idle('session-opened', at, pass),
  refused: (kept, { detail, at, pass }) => kept.change(detail, { at, pass, refused: true }),
  anonymous: (kept, { detail, at }) => kept.change(detail, { at, pass: null }),
  stopped: (kept, { detail, at, pass }) => kept.journal.add({ act: 'restart', pass, role: 'technician', detail }, at),
  change: (kept, { detail, at, pass }) => kept.change(detail, { at, pass }),
};

describe('the journal of a unit', () => {
  it('has an act before it is done, and then what came of it', () => {
    const kept = new Kept();
    const entry: ServiceEntry = { act: 'settle', pass: 'T-17', role: 'technician', detail: 'x' };
    kept.journal.add(entry, NOW);
    const noted = { at: NOW, act: 'settle', detail: 'x', pass: 'T-17', role: 'technician' };
    expect(kept.entries).toEqual([{ ...noted, end: 'begun' }]);
    kept.conclude(entry, {});
    expect(kept.entries).toEqual([{ ...noted, end: 'refused' }]);
  });

  it('counts what changes nothing within an hour, and notes it anew after that', () => {
    const kept = new Kept();
    expect([NOW, NOW + 1, NOW + HOUR_S - 1].map((at) => kept.idle('session-opened', at))).toEqual([true, false, false]);
    expect(kept.idle('session-opened', NOW, 'R-2')).toBe(true);
    expect(kept.idle('file-copied', NOW, 'R-1', 'log')).toBe(true);
    expect(kept.idle('file-copied', NOW, 'R-1', 'trace')).toBe(true);
    expect(kept.idle('session-opened', NOW + HOUR_S)).toBe(true);
    expect(kept.entries.map(({ act, times = 1 }) => `${act} ${times}`)).toEqual([
      'session-opened 3',
      'session-opened 1',
      'file-copied 1',
      'file-copied 1',
      'session-opened 1',
    ]);
  });

  it('notes anew what is done after the clock was set back by an hour', () => {
    const kept = new Kept();
    kept.idle('session-opened');
    expect(kept.idle('session-opened', NOW - HOUR_S)).toBe(true);
    expect(kept.idle('session-opened', NOW - 2 * HOUR_S + 1)).toBe(false);
  });

  it('tells of every change, and counts only the same one over and over', () => {
    const kept = new Kept();
    expect(['A', 'A', 'B', 'A'].map((detail) => kept.change(detail))).toEqual([true, true, true, true]);
    kept.idle('session-opened');
    expect(kept.change('A')).toBe(true);
    expect(kept.change('A', { at: NOW + HOUR_S })).toBe(true);
    const changes = kept.entries.filter(({ act }) => act === 'load');
    expect(changes.map(({ detail, times = 1 }) => `${detail} ${times}`)).toEqual(['A 2', 'B 1', 'A 2', 'A 1']);
  });

  it('does not take a refusal for the same as what was done', () => {
    const kept = new Kept();
    kept.change('A');
    expect(kept.change('A', { refused: true })).toBe(true);
    expect(kept.change('B', { refused: true })).toBe(false);
    expect(kept.entries.map(({ end, detail, times }) => [end, detail, times])).toEqual([
      [undefined, 'A', undefined],
      ['refused', 'A', 2],
    ]);
  });

  it('makes the count durable with every doubling, so that a restart halves it at most', () => {
    const kept = new Kept();
    for (let times = 0; times < 100; times += 1) kept.idle('file-copied', NOW, 'R-1', 'log');
    expect(kept.entries[0]?.times).toBe(64);
    kept.restart();
    kept.idle('file-copied', NOW, 'R-1', 'log');
    kept.change('A');
    expect(kept.entries[0]?.times).toBe(65);
  });

  it('keeps the newest changes, whatever else is done, and the newest of what else is done', () => {
    const kept = new Kept();
    const others = Array.from({ length: 300 }, (_, index) => index);
    for (const index of others) kept.change(`${index}`);
    for (const index of others) kept.change('x', { at: NOW + index * HOUR_S, refused: true });
    for (const index of others) kept.change(`${index}`, { pass: null, at: NOW + 400 * HOUR_S });
    const changes = kept.entries.filter(({ end, pass }) => end === undefined && pass === 'T-17');
    expect(changes.map(({ detail }) => Number(detail))).toEqual(others.slice(-journalChangesMax));
    const idle = kept.entries.filter(({ pass }) => pass === undefined);
    expect(idle.map(({ detail }) => Number(detail))).toEqual(others.slice(-journalIdleMax));
  });

  it('loses no change to anything that changes nothing, and no room to acts that never ended', () => {
    const act = fc.record({
      kind: fc.constantFrom(...kinds, 'change' as const, 'change' as const),
      pass: fc.constantFrom('T-1', 'T-2'),
      afterS: fc.constantFrom(0, 60, 2 * HOUR_S),
      restarts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(act, { minLength: 400, maxLength: 450 }), (acts) => {
        const kept = new Kept();
        let at = NOW;
        for (const [index, { kind, pass, afterS, restarts }] of acts.entries()) {
          at += afterS;
          if (restarts) kept.restart();
          does[kind](kept, { detail: `${index}`, at, pass });
        }
        const changes = acts.flatMap(({ kind }, index) =>
          kind === 'change' || kind === 'stopped' ? [`${index}`] : [],
        );
        const known = new Set(kept.entries.map(({ detail }) => detail));
        expect(changes.slice(-journalChangesMax).filter((change) => !known.has(change))).toEqual([]);
        expect(kept.entries.length).toBeLessThanOrEqual(journalEntriesMax);
      }),
      { numRuns: 8 },
    );
  });

  it('tells at a start of acts that were cut off, until that is written down', () => {
    const kept = new Kept();
    kept.journal.add({ act: 'restart', pass: 'T-17', role: 'technician', detail: '' }, NOW);
    kept.restart();
    kept.vault.failing.add('journal');
    const told: ServiceAct[] = [];
    expect(() => kept.journal.cutOff(({ act }) => told.push(act))).toThrow('the medium is full of holes');
    kept.vault.failing.clear();
    kept.restart();
    for (const _ of [1, 2]) kept.journal.cutOff(({ act }) => told.push(act));
    expect(told).toEqual(['restart', 'restart']);
    expect(kept.entries.map(({ end }) => end)).toEqual(['cut-off']);
  });

  it('does not take what came of one act for what came of another that never ended', () => {
    const kept = new Kept();
    kept.journal.add({ act: 'settle', pass: 'T-17', role: 'technician', detail: '' }, NOW);
    expect(kept.conclude({ act: 'load', pass: 'T-17', role: 'technician', detail: '' }, null)).toBe(false);
    expect(kept.entries).toMatchObject([{ act: 'settle', end: 'begun' }]);
  });

  it('is begun anew when it cannot be read any more', () => {
    const kept = new Kept();
    kept.vault.files.set('journal', Uint8Array.of(0xff));
    expect(kept.idle('session-opened')).toBe(true);
    expect(kept.entries).toHaveLength(1);
  });

  it('fits into a file when every entry is as long as it can be', () => {
    const entry: JournalEntry = {
      at: 0xffff_ffff,
      act: 'take-over',
      detail: 'f'.repeat(80),
      pass: 'P'.repeat(24),
      role: 'reader',
      end: 'refused',
      code: 'outdated',
      times: 0xffff_ffff,
    };
    const whole = Array.from({ length: journalEntriesMax }, () => entry);
    expect(decodeJournal(encodeJournal(whole))).toEqual(whole);
  });

  it('knows every act that leaves the unit as it was', () => {
    expect([...idleActs].sort()).toEqual(['file-copied', 'session-ended', 'session-opened', 'session-refused']);
  });
});
