import { describe, expect, it } from 'vitest';
import { agenda } from '../../../../firmware/domain/agenda.ts';
import type { Dose } from '../../../../firmware/domain/dose.ts';
import { firstLeftover } from '../../../../firmware/domain/leftovers.ts';
import { applyChange, type Memory } from '../../../../firmware/domain/memory.ts';
import {
  headOf,
  type Roll,
  type Rolls,
  type Sachet,
  sachetsLeft,
  sourceOf,
} from '../../../../firmware/domain/stock.ts';
import { freshMemory, HOUR, labels } from '../rig.ts';

const START = Date.parse('2026-11-20T06:00+01:00');
const [morning, evening, nextMorning] = [...agenda(freshMemory({}, START), START + 36 * HOUR)] as [Dose, Dose, Dose];
const label = ({ slot, date }: Dose): Sachet => ({ slot, date });

const roll = (id: Roll['id'], sachets: readonly Sachet[], next = 0): Roll => ({ id, sachets, next });
const rolls = (...fitted: Roll[]): Rolls => new Map(fitted.map((one) => [one.id, one]));

describe('a roll', () => {
  it('has a head until it is empty', () => {
    const two = labels('2026-11-20', 1);
    expect(headOf(roll('A', two))).toEqual({ slot: 'morning', date: '2026-11-20' });
    expect(headOf(roll('A', two, 1))).toEqual({ slot: 'evening', date: '2026-11-20' });
    expect(headOf(roll('A', two, 2))).toBeUndefined();
    expect([0, 1, 2].map((next) => sachetsLeft(roll('A', two, next)))).toEqual([2, 1, 0]);
  });

  it('has a head that is an empty sachet, which is not the same as no head', () => {
    expect(headOf(roll('A', [null]))).toBeNull();
  });
});

describe('sourceOf', () => {
  it('finds the head that names the dose, in whichever bay', () => {
    const fitted = rolls(roll('A', [label(evening)]), roll('B', [label(morning)]));
    expect(sourceOf(morning, fitted)).toEqual({ kind: 'ready', roll: 'B' });
    expect(sourceOf(evening, fitted)).toEqual({ kind: 'ready', roll: 'A' });
  });

  it('does not reach past the head', () => {
    expect(sourceOf(evening, rolls(roll('A', [label(morning), label(evening)])))).toEqual({ kind: 'mismatch' });
  });

  it('needs slot and date to fit, not one of them', () => {
    expect(sourceOf(nextMorning, rolls(roll('A', [label(morning)])))).toEqual({ kind: 'mismatch' });
  });

  it('takes an unlabelled head for whatever is due', () => {
    expect(sourceOf(evening, rolls(roll('A', ['unlabelled'])))).toEqual({ kind: 'ready', roll: 'A' });
  });

  it('stays with the bay the regimen names', () => {
    const fromB: Dose = { ...morning, roll: 'B' };
    expect(sourceOf(fromB, rolls(roll('A', [label(morning)])))).toEqual({ kind: 'empty' });
    expect(sourceOf(fromB, rolls(roll('A', ['unlabelled']), roll('B', [label(evening)])))).toEqual({
      kind: 'mismatch',
    });
    expect(sourceOf(fromB, rolls(roll('A', ['unlabelled']), roll('B', ['unlabelled'])))).toEqual({
      kind: 'ready',
      roll: 'B',
    });
  });

  it('tells an empty unit from one with the wrong sachets', () => {
    expect(sourceOf(morning, rolls())).toEqual({ kind: 'empty' });
    expect(sourceOf(morning, rolls(roll('A', [label(morning)], 1)))).toEqual({ kind: 'empty' });
    expect(sourceOf(morning, rolls(roll('A', []), roll('B', [label(evening)])))).toEqual({ kind: 'mismatch' });
  });

  it('goes on with the other roll when one is used up', () => {
    expect(sourceOf(morning, rolls(roll('A', ['unlabelled'], 1), roll('B', ['unlabelled'])))).toEqual({
      kind: 'ready',
      roll: 'B',
    });
  });

  it('never gives an empty sachet for a dose', () => {
    expect(sourceOf(morning, rolls(roll('A', [null, label(morning)])))).toEqual({ kind: 'mismatch' });
  });
});

describe('firstLeftover', () => {
  function memory(fitted: Rolls, ...doses: Dose[]): Memory {
    let known: Memory = { ...freshMemory({}, START), rolls: fitted };
    for (const dose of doses) known = applyChange(known, { set: 'dose', dose });
    return known;
  }

  it('is nothing while the heads are of doses to come', () => {
    expect(firstLeftover(memory(rolls(roll('A', labels('2026-11-20', 1)))))).toBeNull();
    expect(firstLeftover(memory(rolls(roll('A', ['unlabelled']))))).toBeNull();
    expect(firstLeftover(memory(rolls(roll('A', []))))).toBeNull();
  });

  it('is an empty sachet at a head, which belongs to no dose', () => {
    const fitted = rolls(roll('A', labels('2026-11-20', 1)), roll('B', [null, label(morning)]));
    expect(firstLeftover(memory(fitted))).toEqual({ roll: 'B', dose: null });
  });

  it.each(['taken', 'takenOut', 'retracted', 'missed', 'withheld', 'presented'] as const)(
    'is a labelled head whose dose is %s',
    (fate) => {
      const ended: Dose = { ...morning, fate };
      expect(firstLeftover(memory(rolls(roll('A', [label(morning)])), ended))).toEqual({ roll: 'A', dose: ended });
    },
  );

  it.each(['due', 'releasing', 'uncertain'] as const)('is not a labelled head whose dose is %s', (fate) => {
    expect(firstLeftover(memory(rolls(roll('A', [label(morning)])), { ...morning, fate }))).toBeNull();
  });

  it('is a labelled head from before the ledger began', () => {
    const [old] = labels('2026-11-19', 1) as [Sachet];
    expect(firstLeftover(memory(rolls(roll('A', [old]))))).toEqual({ roll: 'A', dose: null });
  });

  it('is not a label that the regimen does not know: that is a wrong roll', () => {
    expect(firstLeftover(memory(rolls(roll('A', [{ slot: 'noon', date: '2026-11-19' }]))))).toBeNull();
  });

  it('is an unlabelled head for as many sachets as an ended dose still owes', () => {
    const owing: Dose = { ...morning, fate: 'missed', owed: 1 };
    const fitted = rolls(roll('A', ['unlabelled', 'unlabelled']));
    expect(firstLeftover(memory(fitted, owing))).toEqual({ roll: 'A', dose: owing });
    expect(firstLeftover(memory(fitted, { ...owing, owed: 0 }))).toBeNull();
  });

  it('does not bin more than the roll of that dose holds', () => {
    const owing: Dose = { ...morning, roll: 'B', fate: 'missed', owed: 1 };
    expect(firstLeftover(memory(rolls(roll('A', ['unlabelled']), roll('B', [])), owing))).toBeNull();
  });

  it('counts a sachet that was packed too many to no dose', () => {
    const done: Dose = { ...morning, fate: 'taken', moved: 1 };
    expect(firstLeftover(memory(rolls(roll('A', [label(morning)])), done))).toEqual({ roll: 'A', dose: null });
  });
});
