import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type FolderFlash, openFlash } from '../../hal/linux/flash.ts';
import { FlashError } from '../../hal/ports/flash.ts';
import { CrashPoints } from '../../sim/device/crash-points.ts';
import { SimFlash } from '../../sim/device/flash.ts';
import { Random } from '../../sim/kernel/random.ts';
import { flashContract } from './flash-suite.ts';

const parent = mkdtempSync(join(tmpdir(), 'dosis-flash-'));
const opened: FolderFlash[] = [];
let folders = 0;
const opening = (folder: string): FolderFlash => {
  const flash = openFlash(folder);
  opened.push(flash);
  return flash;
};
afterEach(() => {
  for (const flash of opened.splice(0)) flash.close();
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const simulated = (seed = 1): SimFlash => new SimFlash(new CrashPoints(), Random.stream(seed, 'flash'), 10_000);

flashContract('simulated', () => {
  const flash = simulated();
  return {
    flash,
    again: () => {
      flash.losePower();
      return flash;
    },
  };
});
flashContract('folder', () => {
  folders += 1;
  const folder = join(parent, String(folders));
  return { flash: opening(folder), again: () => opening(folder) };
});

describe('the simulated medium', () => {
  it('keeps all, some or nothing of what was not synced when the power goes', () => {
    const found = new Set<number>();
    for (let seed = 1; seed <= 200; seed += 1) {
      const flash = simulated(seed);
      flash.write('slot-a', 0, new Uint8Array(10).fill(1));
      flash.sync('slot-a');
      flash.write('slot-a', 10, new Uint8Array(90).fill(2));
      flash.losePower();
      expect(flash.read('slot-a', 0, 10)).toEqual(new Uint8Array(10).fill(1));
      found.add(flash.bytesIn('slot-a'));
    }
    expect(Math.min(...found)).toBe(10);
    expect(Math.max(...found)).toBe(100);
    expect(found.size).toBeGreaterThan(20);
  });

  it('refuses what does not fit, and every change while it is broken', () => {
    const flash = simulated();
    expect(() => flash.write('slot-a', 0, new Uint8Array(10_001))).toThrow(
      expect.objectContaining({ failure: 'full' }),
    );
    flash.setFailure('io');
    for (const change of [
      () => flash.write('slot-a', 0, new Uint8Array(1)),
      () => flash.sync('slot-a'),
      () => flash.erase('slot-a'),
    ]) {
      expect(change).toThrow(expect.objectContaining({ failure: 'io' }));
    }
  });
});

/** A file system of 512 KiB, when this user may mount one. */
function mountSmall(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const path = join(mkdtempSync(join(tmpdir(), 'dosis-full-')), 'disk');
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'dosis-test', path]).status === 0) return path;
  rmSync(dirname(path), { recursive: true, force: true });
  return undefined;
}

describe('a folder', () => {
  const disk = mountSmall();
  afterAll(() => {
    if (disk === undefined) return;
    spawnSync('umount', [disk]);
    rmSync(dirname(disk), { recursive: true, force: true });
  });

  it.skipIf(disk === undefined)('on a disk that is really full says so, and works when there is room again', () => {
    const flash = opening(join(disk ?? '', 'flash'));
    expect(flash.freeBytes()).toBeLessThanOrEqual(512 * 1024);
    expect(() => flash.write('slot-a', 0, new Uint8Array(1024 * 1024))).toThrow(
      expect.objectContaining({ failure: 'full' }),
    );
    flash.erase('slot-a');
    flash.write('slot-b', 0, new Uint8Array(1000).fill(7));
    flash.sync('slot-b');
    expect(flash.read('slot-b', 0, 1000)).toEqual(new Uint8Array(1000).fill(7));
  });

  it('that cannot be made is refused with its name', () => {
    expect(() => openFlash('/dev/null/flash')).toThrow(FlashError);
    expect(() => openFlash('/dev/null/flash')).toThrow(/dev\/null\/flash/);
    expect(existsSync('/dev/null/flash')).toBe(false);
  });

  it('that was closed refuses everything', () => {
    const flash = openFlash(join(parent, 'closed'));
    flash.close();
    expect(() => flash.bytesIn('slot-a')).toThrow(FlashError);
    expect(() => flash.write('slot-a', 0, new Uint8Array(1))).toThrow(FlashError);
  });
});
