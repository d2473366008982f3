import { describe, expect, it } from 'vitest';
import {
  type BootRecord,
  decodeRecord,
  emptyRecord,
  encodeRecord,
  recordBytes,
} from '../../../../firmware/update/boot-record.ts';
import { RecordKeeper } from '../../../../firmware/update/record-keeper.ts';
import { CrashPoints, PowerCut } from '../../../../sim/device/crash-points.ts';
import { SimFlash } from '../../../../sim/device/flash.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { sha256 } from './rig.ts';

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

const full: BootRecord = {
  number: 0xffff_fff0,
  counterMin: 7,
  confirmed: { slot: 'b', hash: hash(1) },
  standby: hash(2),
  candidate: { hash: hash(3), phase: 'trial', starts: 2 },
  upload: { bytes: 5_000_000, sha256: hash(4), durable: 262_144 },
  failed: [hash(5), hash(6), hash(7), hash(8), hash(9), hash(10), hash(11), hash(12)],
};

describe('the boot record', () => {
  it.each([
    ['empty', emptyRecord],
    ['full', full],
    ['with slot a', { ...full, confirmed: { slot: 'a', hash: hash(1) }, candidate: null, failed: [hash(5)] } as const],
  ])('comes back as it was written: %s', (_name, record) => {
    const bytes = encodeRecord(record, sha256);
    expect(bytes.length).toBe(recordBytes);
    expect(decodeRecord(bytes, sha256)).toEqual(record);
  });

  it('is no record when any byte of it is another, or any is missing', () => {
    const bytes = encodeRecord(full, sha256);
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(decodeRecord(flipped, sha256), `byte ${at}`).toBeUndefined();
      expect(decodeRecord(bytes.subarray(0, at), sha256)).toBeUndefined();
    }
  });
});

describe('two copies of it', () => {
  it('hold the old or the new record after a cut at any step of any of many changes', () => {
    for (let cut = 1; cut <= 60; cut += 1) {
      const crashPoints = new CrashPoints();
      const flash = new SimFlash(crashPoints, Random.stream(cut, 'flash'), 1_000_000);
      const keeper = new RecordKeeper(flash, sha256);
      crashPoints.arm(cut);
      let written = 0;
      let begun = 0;
      try {
        for (let counter = 1; counter <= 15; counter += 1) {
          begun = counter;
          keeper.save({ counterMin: counter });
          written = counter;
        }
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        flash.losePower();
      }
      const found = new RecordKeeper(flash, sha256);
      expect([written, begun]).toContain(found.current.counterMin);
      expect(found.current.number).toBe(found.current.counterMin);
      expect(found.sound).toBe(found.current.counterMin > 0);
    }
  });

  it('stand in for each other when one is damaged', () => {
    const flash = new SimFlash(new CrashPoints(), Random.stream(1, 'flash'), 1_000_000);
    const keeper = new RecordKeeper(flash, sha256);
    keeper.save({ counterMin: 1 });
    keeper.save({ counterMin: 2 });
    flash.corrupt('record-b', 9, 4);
    const found = new RecordKeeper(flash, sha256);
    expect(found.sound).toBe(true);
    expect(found.current.counterMin).toBe(1);
    found.save({ counterMin: 3 });
    expect(new RecordKeeper(flash, sha256).current.counterMin).toBe(3);
  });

  it('leave the record as it was when the medium refuses', () => {
    const flash = new SimFlash(new CrashPoints(), Random.stream(1, 'flash'), 1_000_000);
    const keeper = new RecordKeeper(flash, sha256);
    keeper.save({ counterMin: 1 });
    flash.setFailure('io');
    expect(() => keeper.save({ counterMin: 2 })).toThrow(/io/);
    expect(keeper.current.counterMin).toBe(1);
    flash.setFailure(undefined);
    keeper.save({ counterMin: 3 });
    expect(new RecordKeeper(flash, sha256).current.counterMin).toBe(3);
  });
});
