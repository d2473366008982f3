import { describe, expect, it } from 'vitest';
import { encodeConfig } from '../../../protocol/messages/config.ts';
import { loadSachetsMax } from '../../../protocol/smp/commands/filling.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { TechBench } from './tech-bench.ts';

const { da, en } = techWords;
const plan = {
  version: 7,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 12 34 56',
  regimen: {
    slots: [
      { id: 'evening', at: '18:00', beforeMinutes: 30, afterMinutes: 60, sachets: 2 },
      { id: 'morning', at: '08:00', beforeMinutes: 30, afterMinutes: 60 },
      { id: 'noon', at: '12:00', beforeMinutes: 30, afterMinutes: 60, roll: 'B', days: ['sat'] },
    ],
  },
} as const;

describe.skipIf(noSocat !== undefined)('dosis tech fill', () => {
  const laid = async () => {
    const bench = await new TechBench().lay();
    bench.unit.config = { ...bench.unit.config, document: () => encodeConfig(plan) };
    return bench;
  };
  const loaded = (roll: string, ...sachets: readonly unknown[]) => ({ type: 'stock.loaded', roll, sachets });
  const label = (slot: string, date: string) => ({ slot, date });

  it('announces the sachets that the plan of the unit wants, in the order of their times', async () => {
    const bench = await laid();
    const span = ['--from', '2026-11-21', '--from-slot', 'evening', '--days', '2', '--yes'];
    const { code, out } = await bench.tech('fill', '--roll', 'A', ...span);
    expect({ code, out }).toEqual({ code: 0, out: `${da.fill.announced('A', 5)}\n` });
    const evening = label('evening', '2026-11-21');
    const next = ['morning', 'evening', 'evening'].map((slot) => label(slot, '2026-11-22'));
    expect(bench.unit.deeds).toEqual([loaded('A', evening, evening, ...next)]);
    expect(await bench.json('fill', '--roll', 'B', '--from', '2026-11-21', '--days', '8', '--yes')).toEqual({
      roll: { roll: 'B', sachets: 2 },
      binEmptied: false,
    });
  });

  it('announces what a file says, and sachets without labels', async () => {
    const bench = await laid();
    const file = bench.file('roll.yaml', '- null\n- [morning, 2026-11-21]\n- true\n');
    await bench.tech('fill', '--roll', 'A', '--file', file, '--yes');
    await bench.tech('fill', '--roll', 'A', '--from', '2026-11-21', '--days', '1', '--plain', '--bin-emptied', '--yes');
    expect(bench.unit.deeds).toEqual([
      loaded('A', null, label('morning', '2026-11-21'), 'unlabelled'),
      loaded('A', 'unlabelled', 'unlabelled', 'unlabelled'),
      { type: 'bin.emptied' },
    ]);
  });

  it('says what to do about a door that is shut, and that nothing was changed', async () => {
    const bench = await laid();
    bench.unit.verdict = 'not-permitted';
    const { code, err, out } = await bench.tech('fill', '--bin-emptied');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim()).toBe(`${da.failures.notFilled()} ${da.standing.untouched}`);
  });

  it('does nothing that it was not told clearly, or that nobody can be asked about', async () => {
    const bench = await laid();
    const refused = async (...args: readonly string[]) => {
      const { code, err } = await bench.tech('fill', ...args, '--lang', 'en');
      expect({ code, deeds: bench.unit.deeds }).toEqual({ code: 2, deeds: [] });
      return err.trim();
    };
    const from = ['--roll', 'A', '--from', '2026-11-21'];
    expect(await refused()).toBe(en.mistakes.fillWhat());
    expect(await refused('--roll', 'A', '--yes')).toBe(en.mistakes.fillWhat());
    expect(await refused(...from, '--days', '3')).toBe(en.mistakes.needsYes());
    expect(await refused('--roll', 'B', '--from', '2026-11-22', '--days', '1', '--yes')).toBe(
      en.mistakes.rollWithoutDoses('B'),
    );
    expect(await refused(...from, '--from-slot', 'night', '--days', '1', '--yes')).toBe(
      en.mistakes.rollWithoutDoses('A'),
    );
    for (const content of ['a: 1', '[]', '- 5', '- [morning]', '{']) {
      const file = bench.file('roll.yaml', content);
      expect(await refused('--roll', 'A', '--file', file, '--yes')).toBe(en.mistakes.notARoll(file));
    }
    const long = bench.file('long.yaml', '- true\n'.repeat(loadSachetsMax + 1));
    expect(await refused('--roll', 'A', '--file', long, '--yes')).toBe(
      en.mistakes.rollTooLong(loadSachetsMax + 1, loadSachetsMax),
    );
    await expect(bench.tech('fill', '--roll', 'A', '--from', '2026-11-31')).rejects.toThrow(/one of the calendar/);
  });

  it('shows what the unit knows of its rolls', async () => {
    const bench = await laid();
    const { out } = await bench.tech('fill', '--list', '--lang', 'en');
    expect(out).toContain('Roll A: 3 sachets; the first one belongs to a dose that is over.');
  });
});

describe.skipIf(noSocat !== undefined)('dosis tech fault --settle', () => {
  it('writes down what a person has found out', async () => {
    const bench = await new TechBench().lay();
    const { code, out } = await bench.tech('fault', '--settle', 'morning/2026-11-21', 'taken', '--yes');
    expect(code).toBe(0);
    expect(out).toContain('står nu som taget');
    expect(bench.unit.deeds).toEqual([{ type: 'uncertainty.settled', dose: 'morning/2026-11-21', fate: 'taken' }]);
  });

  it.each([
    ['morgen/2026-11-21=taget', [], 'taken'],
    ['Morgen 21.11.2026', ['ikke', 'taget'], 'missed'],
    ['morning/21/11/2026', ['not taken'], 'missed'],
  ])('takes the words that are shown: %s', async (dose, fate, settled) => {
    const bench = await new TechBench().lay();
    const { code } = await bench.tech('fault', '--settle', dose, ...fate, '--yes');
    expect(code).toBe(0);
    expect(bench.unit.deeds).toEqual([{ type: 'uncertainty.settled', dose: 'morning/2026-11-21', fate: settled }]);
  });

  it('settles nothing that is not in doubt, misread, or not agreed to', async () => {
    const bench = await new TechBench().lay();
    const said = async (...args: readonly string[]) => (await bench.tech('fault', '--settle', ...args)).err.trim();
    expect(await said('noon/2026-11-21', 'taken', '--yes')).toContain('Apparatet er ikke i tvivl om');
    expect(await said('morning', 'taken', '--yes')).toBe(da.mistakes.doseMisread('morning'));
    expect(await said('morning/2026-11-21', 'given', '--yes')).toBe(da.mistakes.settleWords());
    expect(await said('morning/2026-11-21', '--yes')).toBe(da.mistakes.settleWords());
    expect(await said('morning/2026-11-21', 'missed')).toBe(da.mistakes.needsYes());
    expect(bench.unit.deeds).toEqual([]);
  });
});
