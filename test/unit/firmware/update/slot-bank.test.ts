import { describe, expect, it } from 'vitest';
import type { BankRefusal, ImageBank } from '../../../../firmware/update/image-bank.ts';
import { checkpointBytes } from '../../../../firmware/update/upload-sink.ts';
import { PowerCut } from '../../../../sim/device/crash-points.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { stranger } from '../../protocol/image-keys.ts';
import { type Board, boardWith, hashOf, imageOf, sha256, upload } from './rig.ts';

const first = imageOf('1.0.0');
const second = imageOf('1.1.0', { counter: 2 });

function bankOf(board: Board): ImageBank {
  if (board.bank === null) throw new Error('nothing runs on the board');
  return board.bank;
}

const refusalOf = (answer: { ok: boolean; refusal?: BankRefusal }): BankRefusal | undefined => answer.refusal;
const flags = (bank: ImageBank) =>
  bank
    .images()
    .map(({ slot, version, hash, ...rest }) =>
      [slot, version, ...Object.entries(rest).flatMap(([name, on]) => (on ? [name] : []))].join(' '),
    );

describe('an update', () => {
  it('is told step by step in MCUboot’s words', () => {
    const board = boardWith(first);
    expect(flags(bankOf(board))).toEqual(['0 1.0.0 bootable confirmed active']);
    expect(upload(bankOf(board), second)).toEqual({ ok: true, value: { offset: second.length, complete: true } });
    expect(flags(bankOf(board))).toEqual(['0 1.0.0 bootable confirmed active', '1 1.1.0 bootable']);
    expect(bankOf(board).test(hashOf(second))).toEqual({ ok: true, value: undefined });
    expect(flags(bankOf(board))).toEqual(['0 1.0.0 bootable confirmed active', '1 1.1.0 bootable pending']);
    board.behaviours.set(Buffer.from(hashOf(second)).toString('hex'), 'unconfirmed');
    board.restart();
    board.pass(5_000);
    expect(flags(bankOf(board))).toEqual(['0 1.1.0 bootable active', '1 1.0.0 bootable confirmed']);
    expect(bankOf(board).confirm(null).ok).toBe(true);
    expect(flags(bankOf(board))[0]).toBe('0 1.1.0 bootable confirmed active');
    expect(board.record.current.counterMin).toBe(2);
  });

  it('is tried also when somebody confirms it beforehand, and goes back when it crashes', () => {
    const board = boardWith(first);
    upload(bankOf(board), second);
    board.behaviours.set(Buffer.from(hashOf(second)).toString('hex'), 'crashes');
    expect(bankOf(board).confirm(hashOf(second)).ok).toBe(true);
    expect(flags(bankOf(board))[1]).toBe('1 1.1.0 bootable pending');
    board.restart();
    board.pass(60_000);
    expect(flags(bankOf(board))[0]).toBe('0 1.0.0 bootable confirmed active');
  });

  it('does not come between anybody and a dose', () => {
    const board = boardWith(first);
    upload(bankOf(board), second);
    board.mayRestart = false;
    expect(refusalOf(bankOf(board).test(hashOf(second)))).toBe('not-now');
    expect(refusalOf(bankOf(board).confirm(hashOf(second)))).toBe('not-now');
    board.mayRestart = true;
    expect(bankOf(board).test(hashOf(second)).ok).toBe(true);
    board.mayRestart = false;
    expect(refusalOf(bankOf(board).prepareRestart())).toBe('not-now');
    board.power();
    expect(flags(bankOf(board))[0]).toBe('0 1.0.0 bootable confirmed active');
    board.mayRestart = true;
    board.restart();
    board.pass(5_000);
    expect(flags(bankOf(board))[0]).toBe('0 1.1.0 bootable confirmed active');
  });

  it('is not touched while it is on trial, nor what it would go back to', () => {
    const board = boardWith(first);
    upload(bankOf(board), second);
    bankOf(board).test(hashOf(second));
    board.behaviours.set(Buffer.from(hashOf(second)).toString('hex'), 'unconfirmed');
    board.restart();
    board.pass(5_000);
    const bank = bankOf(board);
    expect(refusalOf(bank.erase())).toBe('in-use');
    expect(refusalOf(bank.begin({ bytes: first.length, sha256: sha256(first) }))).toBe('in-use');
    expect(refusalOf(bank.test(hashOf(first)))).toBe('in-use');
    expect(refusalOf(bank.test(hashOf(second)))).toBe('in-use');
  });

  it('gives way to another only when it is erased', () => {
    const board = boardWith(first);
    const bank = bankOf(board);
    upload(bank, second);
    bank.test(hashOf(second));
    const third = imageOf('1.2.0', { counter: 2 });
    expect(refusalOf(bank.begin({ bytes: third.length, sha256: sha256(third) }))).toBe('already-pending');
    expect(bank.erase().ok).toBe(true);
    expect(flags(bank)).toEqual(['0 1.0.0 bootable confirmed active']);
    expect(upload(bank, third).ok).toBe(true);
  });

  it('leaves hashes alone that no slot holds', () => {
    const bank = bankOf(boardWith(first));
    expect(refusalOf(bank.test(new Uint8Array(32)))).toBe('unknown-hash');
    expect(refusalOf(bank.confirm(new Uint8Array(32)))).toBe('unknown-hash');
    expect(refusalOf(bank.test(hashOf(first)))).toBe('in-use');
  });
});

describe('an upload', () => {
  it.each([
    ['older', imageOf('0.9.9'), 'older-version'],
    ['of an older counter', imageOf('2.0.0', { counter: 0 }), 'rolled-back'],
    ['of another class', imageOf('2.0.0', { deviceClass: new Uint8Array(16) }), 'wrong-class'],
    ['of another key', imageOf('2.0.0', { key: stranger }), 'wrong-key'],
    ['cut off and announced so', second.subarray(0, 2000), 'truncated'],
    ['longer than it says', Uint8Array.of(...second, 0), 'trailing'],
    ['no image at all', new Uint8Array(3000), 'bad-magic'],
    ['too small', second.subarray(0, 10), 'truncated'],
  ] as const)('that is %s is refused by its own code, and the unit goes on as it was', (_name, file, code) => {
    const board = boardWith(first);
    expect(refusalOf(upload(bankOf(board), file))).toBe(code);
    expect(flags(bankOf(board))).toEqual(['0 1.0.0 bootable confirmed active']);
    expect(upload(bankOf(board), second).ok).toBe(true);
  });

  it('is refused with a changed byte anywhere in header and entries, or in a sample of the body', () => {
    const board = boardWith(imageOf('0.1.0'));
    const image = imageOf('1.0.0', { bytes: 400 });
    const bodyEnd = 32 + 400;
    const accepted: number[] = [];
    for (let at = 0; at < image.length; at += at >= 32 && at < bodyEnd - 8 ? 7 : 1) {
      const flipped = image.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const answer = upload(bankOf(board), flipped, 4096);
      if (answer.ok) accepted.push(at);
      bankOf(board).erase();
    }
    expect(accepted).toEqual([]);
  });

  it('is refused at its first bytes when these say enough', () => {
    const bank = bankOf(boardWith(first));
    for (const [file, code] of [
      [imageOf('0.9.0'), 'older-version'],
      [new Uint8Array(3000), 'bad-magic'],
    ] as const) {
      bank.begin({ bytes: file.length, sha256: sha256(file) });
      expect(bank.write(0, file.subarray(0, 20)).ok).toBe(true);
      expect(refusalOf(bank.write(20, file.subarray(20, 40)))).toBe(code);
    }
  });

  it('that arrives changed is not what was announced', () => {
    const board = boardWith(first);
    const bank = bankOf(board);
    bank.begin({ bytes: second.length, sha256: sha256(second) });
    const changed = second.slice();
    changed[1000] = 0x55 ^ (changed[1000] ?? 0);
    expect(refusalOf(bank.write(0, changed))).toBe('file-mismatch');
    expect(refusalOf(bank.write(0, second))).toBe('no-upload');
  });

  it('goes on only where it stopped, and takes no more than was announced', () => {
    const bank = bankOf(boardWith(first));
    expect(refusalOf(bank.write(0, second))).toBe('no-upload');
    bank.begin({ bytes: second.length, sha256: sha256(second) });
    expect(bank.write(0, second.subarray(0, 1000))).toEqual({ ok: true, value: { offset: 1000, complete: false } });
    expect(refusalOf(bank.write(0, second.subarray(0, 1000)))).toBe('wrong-offset');
    expect(refusalOf(bank.write(1000, new Uint8Array(second.length)))).toBe('too-large');
    expect(bank.begin({ bytes: second.length, sha256: sha256(second) })).toEqual({
      ok: true,
      value: { offset: 1000, complete: false },
    });
  });

  it('is refused when it does not fit beside the ledger, or when the medium fails, and the next try goes on', () => {
    const board = boardWith(first);
    const bank = bankOf(board);
    expect(refusalOf(bank.begin({ bytes: 200_000_000, sha256: new Uint8Array(32) }))).toBe('storage');
    expect(refusalOf(bank.begin({ bytes: 300_000_000, sha256: new Uint8Array(32) }))).toBe('too-large');
    bank.begin({ bytes: second.length, sha256: sha256(second) });
    bank.write(0, second.subarray(0, 1000));
    for (const failure of ['full', 'io'] as const) {
      board.flash.setFailure(failure);
      const from = bank.begin({ bytes: second.length, sha256: sha256(second) });
      const offset = from.ok ? from.value.offset : 0;
      expect(refusalOf(bank.write(offset, second.subarray(offset)))).toBe('storage');
      expect(refusalOf(bank.erase())).toBe('storage');
    }
    board.flash.setFailure(undefined);
    expect(upload(bank, second)).toEqual({ ok: true, value: { offset: second.length, complete: true } });
  });

  it('goes on after the power was cut at 200 random offsets, from its last durable step', () => {
    const large = imageOf('3.0.0', { counter: 3, bytes: 3 * checkpointBytes });
    const random = Random.stream(7, 'cuts');
    const board = boardWith(first);
    const announced = { bytes: large.length, sha256: sha256(large) };
    let resumed = 0;
    for (let cut = 0; cut < 200; cut += 1) {
      const bank = bankOf(board);
      const from = bank.begin(announced);
      if (!from.ok) throw new Error(from.refusal);
      // A medium may keep what was not synced, but never counts on it.
      expect(from.value.offset % checkpointBytes).toBe(0);
      resumed = Math.max(resumed, from.value.offset);
      const until = random.below(large.length);
      let offset = from.value.offset;
      while (offset < until) {
        const end = Math.min(offset + checkpointBytes / 2, until);
        const answer = bank.write(offset, large.subarray(offset, end));
        if (!answer.ok) throw new Error(answer.refusal);
        offset = answer.value.offset;
      }
      board.flash.losePower();
      board.power();
      if (cut % 20 === 19) bankOf(board).erase();
    }
    expect(resumed).toBeGreaterThan(0);
    expect(upload(bankOf(board), large, 100_000).ok).toBe(true);
  });

  it('is whole after a cut at any of its steps, over a longer image that lay there', () => {
    const longer = imageOf('1.0.5', { bytes: 9000 });
    for (let cut = 1; ; cut += 1) {
      const board = boardWith(first, cut);
      const bank = bankOf(board);
      upload(bank, longer, 9000);
      board.crashPoints.armAhead(cut);
      try {
        upload(bank, second, 1500);
        expect(cut).toBeGreaterThan(15);
        return;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
      }
      board.flash.losePower();
      board.power();
      expect(flags(bankOf(board))[0]).toBe('0 1.0.0 bootable confirmed active');
      expect(upload(bankOf(board), second)).toEqual({ ok: true, value: { offset: second.length, complete: true } });
    }
  });
});
