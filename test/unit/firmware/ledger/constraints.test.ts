import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../firmware/domain/memory.ts';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import { contents, dose, intent, provisioned, record, START, set } from './samples.ts';

describe('the file itself', () => {
  const ended = dose('2026-11-20', { fate: 'taken', moved: 2 });
  const cases: readonly [string, readonly Change[], Change][] = [
    [
      'a second release of the same sachet',
      [set.dose(dose('2026-11-20')), set.intent(intent({ outcome: 'moved' }))],
      set.intent(intent({ id: 2 })),
    ],
    [
      'a second release while nobody knows about the first',
      [set.dose(dose('2026-11-20')), set.intent(intent({ outcome: 'unknown' }))],
      set.intent(intent({ id: 2 })),
    ],
    [
      'binning a sachet that was given',
      [set.intent(intent({ outcome: 'moved' }))],
      set.intent(intent({ id: 2, kind: 'swallow' })),
    ],
    ['two movements at once', [set.intent(intent())], set.intent(intent({ id: 2, dose: null }))],
    [
      'another outcome for a settled movement',
      [set.intent(intent({ outcome: 'moved' }))],
      set.intent(intent({ outcome: 'notMoved' })),
    ],
    ['a movement opened again', [set.intent(intent({ outcome: 'unknown' }))], set.intent(intent())],
    ['a new fate for an ended dose', [set.dose(ended)], set.dose({ ...ended, fate: 'due' })],
    ['one end in place of another', [set.dose({ ...ended, fate: 'missed' })], set.dose(ended)],
    [
      'an uncertain dose that becomes due by itself',
      [set.dose(dose('2026-11-20', { fate: 'uncertain' }))],
      set.dose(dose('2026-11-20', { fate: 'due' })),
    ],
    ['more sachets out than the dose has', [], set.dose(dose('2026-11-20', { moved: 3 }))],
    ['more sachets owed than are left', [], set.dose(dose('2026-11-20', { moved: 1, owed: 2 }))],
  ];

  it.each(cases)('refuses %s', (_, before, breach) => {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit(before, [], START);
    const kept = contents(store);
    expect(() => ledger.commit([breach], [record], START)).toThrow(expect.objectContaining({ failure: 'constraint' }));
    expect(contents(store)).toBe(kept);
  });

  const allowed: readonly [string, readonly Change[], Change][] = [
    [
      'a second try of what surely did not move',
      [set.intent(intent({ outcome: 'notMoved' }))],
      set.intent(intent({ id: 2 })),
    ],
    [
      'the next sachet of the same dose',
      [set.intent(intent({ outcome: 'moved' }))],
      set.intent(intent({ id: 2, ordinal: 1 })),
    ],
    [
      'drawing back what was given',
      [set.intent(intent({ outcome: 'moved' }))],
      set.intent(intent({ id: 2, kind: 'retract' })),
    ],
    [
      'a doubt that is resolved',
      [set.intent(intent({ outcome: 'unknown' }))],
      set.intent(intent({ outcome: 'moved' })),
    ],
    ['a person who settles a doubt', [set.dose(dose('2026-11-20', { fate: 'uncertain' }))], set.dose(ended)],
    ['owing of an ended dose', [set.dose({ ...ended, moved: 0, owed: 2 })], set.dose({ ...ended, moved: 1, owed: 1 })],
  ];

  it.each(allowed)('lets through %s', (_, before, change) => {
    const ledger = new Ledger(provisioned());
    ledger.commit(before, [], START);
    expect(() => ledger.commit([change], [], START)).not.toThrow();
  });

  it.each([
    ['changing a record', "UPDATE log SET body = x'00' WHERE seq = 1"],
    ['renumbering a record', 'UPDATE log SET seq = 9 WHERE seq = 1'],
    ['changing what a movement was about', `UPDATE intent SET dose = 'evening/2026-11-20'`],
    ['changing which sachet it was about', 'UPDATE intent SET ordinal = 1'],
    ['forgetting a dose without an end', 'DELETE FROM dose'],
    ['an unknown fate', `UPDATE dose SET fate = 'lost'`],
  ])('refuses %s, whoever writes the SQL', (_, sql) => {
    const store = provisioned();
    new Ledger(store).commit([set.dose(dose('2026-11-20')), set.intent(intent())], [record], START);
    expect(() => store.exec(sql)).toThrow(expect.objectContaining({ failure: 'constraint' }));
  });
});
