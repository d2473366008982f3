import { describe, expect, it } from 'vitest';
import { PowerCut } from '../../../../sim/device/crash-points.ts';
import { type Behaviour, type Board, boardWith, hashOf, hex, imageOf, upload } from './rig.ts';

const first = imageOf('1.0.0', { counter: 1 });
const second = imageOf('1.1.0', { counter: 2 });
const known = [hex(hashOf(first)), hex(hashOf(second))];

/** A whole update, as far as the unit lets it come. */
function update(board: Board, confirmed: boolean): void {
  const { bank } = board;
  if (bank === null) return;
  upload(bank, second, 2000);
  if (confirmed) bank.confirm(hashOf(second));
  else bank.test(hashOf(second));
  board.restart();
  board.pass(120_000);
}

function cutAt(
  behaviour: Behaviour,
  confirmed: boolean,
  cut: number,
): { readonly board: Board; readonly point: string | null } {
  const board = boardWith(first, cut);
  board.behaviours.set(hex(hashOf(second)), behaviour);
  board.crashPoints.armAhead(cut);
  try {
    update(board, confirmed);
    return { board, point: null };
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
    board.flash.losePower();
    board.power();
    return { board, point: error.point };
  }
}

function cutAgain(board: Board, confirmed: boolean, cut: number): void {
  board.crashPoints.armAhead(cut);
  try {
    update(board, confirmed);
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
    board.flash.losePower();
    board.power();
  }
}

/** What holds at any time: verified firmware runs, the record is sound, and the floor is not above what is confirmed. */
function expectSound(board: Board): void {
  const { sound, current } = board.record;
  expect(sound).toBe(true);
  expect(known).toContain(board.running);
  const counter = current.confirmed && hex(current.confirmed.hash) === known[1] ? 2 : 1;
  expect([1, counter]).toContain(current.counterMin);
}

describe.each([
  ['runs', 'well', false, known[1]],
  ['crashes', 'crashes', false, known[0]],
  ['hangs', 'hangs', false, known[0]],
  ['runs, and was confirmed beforehand', 'well', true, known[1]],
] as const)('a power cut at every step of the update to an image that %s', (_name, behaviour, confirmed, ends) => {
  it('leaves verified firmware running and a sound record, and the update can be done again', () => {
    const points = new Set<string>();
    for (let cut = 1; ; cut += 1) {
      const { board, point } = cutAt(behaviour, confirmed, cut);
      expectSound(board);
      if (point === null) {
        expect(board.running).toBe(ends);
        break;
      }
      points.add(point);
      update(board, confirmed);
      board.pass(120_000);
      expectSound(board);
      expect(board.running).toBe(ends);
      expect(board.record.current.counterMin).toBe(ends === known[1] ? 2 : 1);
    }
    expect(points.size).toBeGreaterThan(10);
  });

  it('does so when the power is cut a second time, at any step of going on', () => {
    const cuts = Array.from({ length: 10 }, (_, index) => 3 + index * 6);
    for (const [index, cut] of [...cuts, ...cuts, ...cuts, ...cuts].entries()) {
      const { board, point } = cutAt(behaviour, confirmed, cut);
      if (point !== null) cutAgain(board, confirmed, 1 + ((index * 7) % 40));
      expectSound(board);
    }
  });
});
