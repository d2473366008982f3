import { describe, expect, it } from 'vitest';
import { faults } from '../../../protocol/faults/catalogue.ts';
import { alarmCodes } from '../../../protocol/messages/alarm.ts';
import { encodeEvent } from '../../../protocol/messages/event.ts';
import { handedFates } from '../../../protocol/messages/handover.ts';
import type { LiveView } from '../../../tools/technician/live.ts';
import { screenOf } from '../../../tools/technician/screen.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { TechBench } from './tech-bench.ts';

const { da, en } = techWords;
const moment = { seenS: Date.UTC(2026, 10, 21, 8) / 1000, trouble: '' };
const named = alarmCodes.map((code, place) => ({
  code,
  number: place + 1,
  fault: faults.find((known) => known.code === code),
}));
const full: LiveView = {
  state: {
    ...{
      phase: 'running',
      device: 'DK-'.padEnd(32, '0'),
      firmware: '1.2.3',
      class: new Uint8Array(16),
      boot: 4_000_000,
    },
    ...{ config: 4_000_000_000, hash: new Uint8Array(32), service: '+45 70 12 34 56 ext 7' },
  },
  faults: named,
  images: [
    { slot: 0, version: '1.2.3', active: true, hash: new Uint8Array(32) },
    { slot: 1, version: '1.2.2', bootable: true },
  ],
  session: { pass: 'T'.repeat(24), role: 'technician', idle: 600, left: 3_600 },
  counters: ['doses', 'stock', 'link', 'cable'].map((name) => ({
    name,
    fields: Object.fromEntries(named.map(({ code }) => [code, 70_000])),
  })),
  records: Array.from({ length: 20 }, (_, place) => ({
    seq: 100_000 + place,
    event: { type: 'dose.missed', seq: 1, at: 1_795_248_000, slot: 'morning', date: '2026-11-21', reason: 'no-stock' },
  })),
  zone: { name: 'Europe/Copenhagen', of: 'unit' },
};
const empty: LiveView = {
  ...full,
  state: { phase: 'unprovisioned', firmware: '1.2.3', class: new Uint8Array(16), boot: 1 },
  ...{ faults: [], images: [], counters: [], records: [] },
};

describe('the screen of dosis tech shell', () => {
  const sizes = [
    [80, 24],
    [132, 50],
    [40, 10],
    [20, 3],
  ] as const;
  it.each(sizes)('fills %i columns and %i rows, and no more', (columns, rows) => {
    for (const t of [da, en]) {
      for (const view of [null, empty, full]) {
        const lines = screenOf(t, view, moment, { columns, rows });
        expect(lines).toHaveLength(rows);
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('shows who it is, what is wrong, what is counted and what came last', () => {
    const { state, session } = full;
    const short = { state: { ...state, device: 'DK-0042' }, session: { ...session, pass: 'T-17' } };
    const text = screenOf(da, { ...full, ...short, faults: named.slice(4, 5) }, moment, { columns: 80, rows: 24 }).join(
      '\n',
    );
    expect(text).toMatch(/^ DK-0042 · kører +T-17, tekniker, 60 min tilbage \n─{80}\n/);
    expect(text).toContain('Fejl        5   Pose sidder fast');
    expect(text).toContain('100019');
    expect(text).toContain('r opdater   q afslut');
    expect(text).toMatch(/set 09\.00\.00, Europe\/Copenhagen $/);
  });

  it('breaks a record that is wider than the screen, and cuts none', () => {
    const event = { type: 'config.refused', seq: 1, at: 1_795_248_000, version: 1_795_281_632 } as const;
    const records = Array.from({ length: 20 }, (_, place) => ({
      seq: place,
      event: { ...event, code: 'older-version' as const },
    }));
    for (const [columns, rows] of [sizes[0], sizes[1]]) {
      const state = { ...full.state, device: 'DK-0042' };
      const session = { ...full.session, pass: 'T-17' };
      const view = { ...full, state, session, faults: [], counters: [], records };
      const lines = screenOf(da, view, moment, { columns, rows });
      const text = lines.join(' ').replace(/\s+/g, ' ');
      expect(text).toContain('19 21.11.2026, 09.00 Indstilling afvist · version 1795281632 · Apparatet har en nyere');
      expect(text).not.toContain('…');
    }
  });

  it('says of a unit without a plan that it gives no medicine', () => {
    const { config: _config, ...state } = full.state;
    const lines = screenOf(en, { ...full, state, faults: [] }, moment, { columns: 80, rows: 24 });
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(en.fault.unplanned);
  });

  it('has a Danish word for all that a unit counts', () => {
    const counted = ['doses', 'stock', 'link', 'alarms', 'cable', 'strayAcks', 'records', 'waiting', 'standing', 'bin'];
    for (const name of [...counted, 'A', 'B', ...handedFates]) {
      expect(da.shell.counterNames[name] ?? name).not.toBe(name);
    }
    expect(en.shell.counterNames.strayAcks).toBe('unexpected acknowledgements');
  });

  it('says that what it shows may be out of date', () => {
    const lines = screenOf(en, full, { ...moment, trouble: en.shell.lost }, { columns: 80, rows: 24 });
    expect(lines.at(-1)).toContain('The unit does not answer');
  });
});

describe.skipIf(noSocat !== undefined)('dosis tech shell', () => {
  it('needs a terminal, and gives one look as JSON without one', async () => {
    const bench = await new TechBench().lay();
    const event = { type: 'bin.emptied', seq: 200, at: 1_795_248_000 } as const;
    bench.unit.records.splice(
      0,
      200,
      ...Array.from({ length: 200 }, (_, place) => ({
        seq: place + 1,
        body: encodeEvent({ ...event, seq: place + 1 }) as Uint8Array<ArrayBuffer>,
      })),
    );
    const { err, code } = await bench.tech('shell');
    expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.notATerminal()}\n` });
    const view = (await bench.json('shell')) as { records: unknown[] };
    expect(view).toMatchObject({
      state: { device: 'DK-0042', phase: 'running' },
      counters: [{ name: 'doses', fields: { taken: 3, missed: 1 } }, { name: 'link' }, { name: 'cable' }],
      session: { pass: 'T-17' },
    });
    expect(view.records).toHaveLength(20);
    expect(view.records.at(-1)).toEqual(event);
  });
});
