import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emulationOf } from '../../../../sim/board/reference.ts';
import { BoardRig } from './board-rig.ts';

const { pins, controller } = emulationOf('reference').file;
/** No contact bounces for longer. */
const STEADY_MS = 50;

let rig: BoardRig;
beforeEach(() => {
  rig = new BoardRig();
});
afterEach(() => rig.end());

const isOpen = () => rig.chip.driveOf(pins.lock) === 'high';

describe('the lock, with its key turned', () => {
  beforeEach(() => {
    rig.switches.turnKey(true);
    rig.ms(STEADY_MS);
    rig.board.lock.set(false);
    rig.ms(100);
    expect(isOpen()).toBe(true);
  });

  it('stays open while it is said to be, and locks as soon as it is told to', () => {
    const before = rig.changes.length;
    rig.ms(10_000);
    expect(rig.changes.slice(before).filter(({ pin }) => pin === pins.lock)).toEqual([]);
    rig.board.lock.set(true);
    rig.ms(100);
    expect(isOpen()).toBe(false);
  });

  it('locks by itself when nobody says again that it is open', () => {
    rig.serial.unplug();
    rig.ms(controller.silenceMs + 20);
    expect(isOpen()).toBe(false);
    rig.serial.plug();
    rig.until(isOpen);
    rig.board.close();
    rig.ms(100);
    expect(isOpen()).toBe(false);
  });
});

it('the lock stays shut without its key, whatever it is told', () => {
  rig.board.lock.set(false);
  rig.ms(5_000);
  expect(rig.changes.filter(({ pin, drive }) => pin === pins.lock && drive === 'high')).toEqual([]);
});
