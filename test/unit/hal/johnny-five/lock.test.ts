import { afterEach, expect, it } from 'vitest';
import { emulationOf } from '../../../../sim/board/reference.ts';
import { BoardRig } from './board-rig.ts';

const { pins } = emulationOf('reference').file;

let rig: BoardRig;
afterEach(() => rig.end());

it('the lock opens as soon as it is told to, stays so, and locks as soon as it is told to', () => {
  rig = new BoardRig();
  expect(rig.chip.driveOf(pins.lock)).toBe('low');
  rig.switches.turnKey(true);
  rig.ms(50);
  rig.board.lock.set(false);
  rig.ms(100);
  expect(rig.chip.driveOf(pins.lock)).toBe('high');
  const before = rig.changes.length;
  rig.ms(10_000);
  expect(rig.changes.slice(before).filter(({ pin }) => pin === pins.lock)).toEqual([]);
  rig.board.lock.set(true);
  rig.ms(100);
  expect(rig.chip.driveOf(pins.lock)).toBe('low');
});
