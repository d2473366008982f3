import { describe, expect, it } from 'vitest';
import { trialStartsMax } from '../../../../firmware/update/boot-choice.ts';
import { failedMax } from '../../../../firmware/update/boot-record.ts';
import { loaderLimits } from '../../../../firmware/update/loader.ts';
import { type Behaviour, Board, boardWith, hashOf, hex, imageOf, upload } from './rig.ts';

const first = imageOf('1.0.0', { counter: 1 });
const second = imageOf('1.1.0', { counter: 2 });

/** A board with `first` confirmed, on which `second` has just been granted its trial. */
function trying(image: Uint8Array, behaviour: Behaviour): Board {
  const board = boardWith(first);
  board.behaviours.set(hex(hashOf(image)), behaviour);
  if (board.bank !== null) upload(board.bank, image);
  board.bank?.test(hashOf(image));
  board.restart();
  return board;
}

const startsOf = (board: Board, image: Uint8Array): number =>
  board.started.filter((hash) => hash === hex(hashOf(image))).length;

describe('the loader', () => {
  it.each([
    ['crashes', 'crashes', 10_000, 1],
    ['hangs', 'hangs', loaderLimits.firstAliveMsMax + 10_000, 1],
    ['does not confirm itself', 'unconfirmed', loaderLimits.confirmMsMax + 10_000, 1],
    ['asks to be restarted for ever', 'restarts', 60_000, trialStartsMax],
  ] as const)('takes back an image that %s, and never tries it again', (_name, behaviour, ms, starts) => {
    const board = trying(second, behaviour);
    board.pass(ms);
    expect(startsOf(board, second)).toBe(starts);
    expect(board.running).toBe(hex(hashOf(first)));
    expect(board.record.current.counterMin).toBe(1);
    const bank = board.bank;
    if (bank === null) throw new Error('nothing runs');
    expect(bank.test(hashOf(second))).toEqual({ ok: false, refusal: 'failed-before' });
    bank.erase();
    expect(upload(bank, second)).toEqual({ ok: false, refusal: 'failed-before' });
    board.power();
    board.pass(60_000);
    expect(startsOf(board, second)).toBe(starts);
  });

  it('takes back an image that falls silent after it was well', () => {
    const board = trying(second, 'unconfirmed');
    board.pass(20_000);
    expect(board.running).toBe(hex(hashOf(second)));
    board.behaviours.set(hex(hashOf(second)), 'hangs');
    board.pass(loaderLimits.aliveMsMax + 10_000);
    expect(board.running).toBe(hex(hashOf(first)));
  });

  it('bears power cuts in a trial, a few of them', () => {
    const board = trying(second, 'unconfirmed');
    board.pass(3_000);
    for (let cut = 1; cut < trialStartsMax; cut += 1) {
      board.power();
      expect(board.running).toBe(hex(hashOf(second)));
    }
    board.power();
    expect(board.running).toBe(hex(hashOf(first)));
  });

  it('starts a confirmed image that crashes again and again, with longer and longer pauses, and nothing below the floor', () => {
    const board = trying(second, 'well');
    board.pass(10_000);
    expect(board.record.current).toMatchObject({ counterMin: 2, candidate: null });
    board.behaviours.set(hex(hashOf(second)), 'crashes');
    const before = { first: startsOf(board, first), second: startsOf(board, second) };
    board.pass(3_600_000);
    expect(startsOf(board, first)).toBe(before.first);
    expect(startsOf(board, second) - before.second).toBeGreaterThan(12);
    expect(startsOf(board, second) - before.second).toBeLessThan(30);
    board.flash.corrupt('slot-a', 100, 1);
    board.power();
    expect(board.running).toBeNull();
    expect(board.recovering).toBe(true);
    expect(startsOf(board, first)).toBe(before.first);
  });

  it('goes back to the image confirmed before when the confirmed one is damaged and the floor allows it', () => {
    const same = imageOf('1.1.0', { counter: 1 });
    const board = trying(same, 'well');
    board.pass(10_000);
    expect(board.running).toBe(hex(hashOf(same)));
    board.flash.corrupt('slot-a', 100, 1);
    board.pass(1_000);
    expect(board.running).toBe(hex(hashOf(same)));
    board.power();
    expect(board.running).toBe(hex(hashOf(first)));
    expect(board.log.join()).toContain('damaged');
  });

  it('does not start a candidate whose bytes have changed since it was verified', () => {
    const board = boardWith(first);
    if (board.bank !== null) upload(board.bank, second);
    board.bank?.test(hashOf(second));
    board.flash.corrupt('slot-a', 1000, 2);
    board.restart();
    board.pass(5_000);
    expect(startsOf(board, second)).toBe(0);
    expect(board.running).toBe(hex(hashOf(first)));
  });

  it('copies the ledger before the first trial only, tries nothing without the copy, and tells the program of it', () => {
    const board = boardWith(first);
    if (board.bank !== null) upload(board.bank, second);
    board.bank?.test(hashOf(second));
    board.copyFails = true;
    board.restart();
    board.pass(5_000);
    expect(board.running).toBe(hex(hashOf(first)));
    board.copyFails = false;
    board.behaviours.set(hex(hashOf(second)), 'unconfirmed');
    board.restart();
    board.pass(5_000);
    expect(board.running).toBe(hex(hashOf(second)));
    expect(board.rehearsals.at(-1)).toBe(`copy-${hex(hashOf(second)).slice(0, 8)}`);
    board.power();
    expect(board.running).toBe(hex(hashOf(second)));
    expect(board.rehearsals.at(-1)).toBeNull();
  });

  it('stays up without any firmware, says what to do, and runs what the cable brings', () => {
    const board = new Board();
    board.power();
    expect(board.recovering).toBe(true);
    expect(board.log.join()).toContain('connect the cable');
    board.pass(3_600_000);
    const bank = board.bank;
    if (bank === null) throw new Error('no recovery');
    expect(bank.images()).toEqual([]);
    expect(bank.confirm(null)).toEqual({ ok: false, refusal: 'unknown-hash' });
    upload(bank, first);
    expect(bank.images()).toMatchObject([{ slot: 1, version: '1.0.0', active: false }]);
    bank.test(hashOf(first));
    board.restart();
    board.pass(10_000);
    expect(board.recovering).toBe(false);
    expect(board.running).toBe(hex(hashOf(first)));
    expect(board.record.current).toMatchObject({ confirmed: { slot: 'b' }, counterMin: 1 });
  });

  it('calls nobody where firmware lay ready for a unit without any, and runs that', () => {
    const board = new Board();
    board.restock = ({ bank, retry }) => {
      upload(bank, first);
      bank.test(hashOf(first));
      board.timeline.at(board.timeline.nowMs + 1, retry);
      return bank.prepareRestart().ok;
    };
    board.power();
    board.pass(10_000);
    expect(board.running).toBe(hex(hashOf(first)));
    expect(board.log.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('gives the watchdog signs of life from the start, with firmware that is well, in a pause, and without any', () => {
    const board = new Board();
    board.power();
    expect(board.recovering).toBe(true);
    board.pass(3_600_000);
    const crashing = boardWith(first);
    crashing.behaviours.set(hex(hashOf(first)), 'crashes');
    crashing.pass(3_600_000);
    const well = boardWith(first);
    well.pass(3_600_000);
    for (const { kicks } of [board, crashing, well]) {
      expect(kicks[0]).toBe(0);
      const gaps = kicks.slice(1).map((atMs, index) => atMs - (kicks[index] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
      expect(kicks.at(-1)).toBeGreaterThan(3_500_000);
    }
  });

  it('opens the recovery anew when what was put in cannot be started after all', () => {
    const board = new Board();
    board.power();
    const bank = board.bank;
    if (bank === null) throw new Error('no recovery');
    upload(bank, first);
    expect(bank.test(hashOf(first)).ok).toBe(true);
    board.flash.write('slot-b', 100, Uint8Array.of(1, 2, 3));
    board.restart();
    expect([board.recovering, board.running]).toEqual([true, null]);
    expect(board.bank).not.toBe(bank);
  });

  it('is mended between the starts of firmware that ends again and again, and starts none meanwhile', () => {
    const board = boardWith(first);
    board.behaviours.set(hex(hashOf(first)), 'crashes');
    while (!board.recovering) board.pass(1_000);
    expect(board.cause).toBe('firmware-crashing');
    expect(startsOf(board, first)).toBe(loaderLimits.crashesMax);
    const bank = board.bank;
    if (bank === null) throw new Error('no recovery');
    board.mending = true;
    const before = startsOf(board, first);
    board.pass(600_000);
    expect(startsOf(board, first)).toBe(before);
    expect(bank.images()).toMatchObject([{ slot: 0, version: '1.0.0', confirmed: true, active: false }]);
    expect(upload(bank, imageOf('0.9.0'))).toEqual({ ok: false, refusal: 'older-version' });
    upload(bank, second);
    expect(bank.test(hashOf(second)).ok).toBe(true);
    board.restart();
    board.mending = false;
    board.pass(10_000);
    expect(board.recovering).toBe(false);
    expect(board.record.current.confirmed?.hash).toEqual(hashOf(second));
    expect(board.rehearsals.at(-1)).toBe(`copy-${hex(hashOf(second)).slice(0, 8)}`);
  });

  it('goes on starting firmware that ends again and again while nobody mends it', () => {
    const board = boardWith(first);
    board.behaviours.set(hex(hashOf(first)), 'crashes');
    board.pass(60_000);
    expect(board.recovering).toBe(true);
    board.behaviours.set(hex(hashOf(first)), 'well');
    board.pass(60_000);
    expect(board.running).toBe(hex(hashOf(first)));
    expect(board.recovering).toBe(false);
  });

  it('makes a lost record anew from two good slots: the older counts, the newer is tried', () => {
    const board = trying(second, 'well');
    board.pass(10_000);
    for (const area of ['record-a', 'record-b'] as const) board.flash.corrupt(area, 20, 255);
    board.behaviours.set(hex(hashOf(second)), 'unconfirmed');
    board.power();
    expect(board.running).toBe(hex(hashOf(second)));
    expect(board.record.current).toMatchObject({
      confirmed: { slot: 'b' },
      counterMin: 1,
      candidate: { phase: 'trial' },
    });
  });

  it('waits and tries again while the medium cannot be written', () => {
    const board = boardWith(first);
    if (board.bank !== null) upload(board.bank, second);
    board.bank?.test(hashOf(second));
    board.bank?.prepareRestart();
    board.flash.setFailure('io');
    board.power();
    expect(board.running).toBeNull();
    board.flash.setFailure(undefined);
    board.pass(10_000);
    expect(board.running).toBe(hex(hashOf(second)));
  });

  it('ends the program when it is asked to end itself', () => {
    const board = boardWith(first);
    board.loader?.stop();
    expect(board.running).toBeNull();
    expect(board.log).toContain('stopped');
    board.pass(60_000);
    expect(board.running).toBeNull();
  });

  it('remembers a bounded number of failed images', () => {
    const board = boardWith(first);
    for (let minor = 1; minor <= failedMax + 2; minor += 1) {
      const image = imageOf(`2.${minor}.0`, { bytes: 100 });
      board.behaviours.set(hex(hashOf(image)), 'crashes');
      if (board.bank !== null) upload(board.bank, image);
      board.bank?.test(hashOf(image));
      board.restart();
      board.pass(15_000);
    }
    expect(board.record.current.failed.length).toBe(failedMax);
  });
});
