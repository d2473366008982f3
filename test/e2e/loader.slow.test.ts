import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Made, RealUnit } from './loader-rig.ts';

const patience = { timeout: 60_000, interval: 50 };

interface Held {
  readonly slot: number;
  readonly version: string;
  readonly confirmed: boolean;
  readonly active: boolean;
  /** The program that answered. */
  readonly name: string;
}

let unit: RealUnit;
let first: Made;
beforeEach(async () => {
  unit = new RealUnit();
  first = await unit.make('1.0.0', 1, 'well');
});
afterEach(async () => {
  await unit.kill('SIGTERM');
  unit.dispose();
});

/** Waits until this version runs and is confirmed. */
async function confirmed(version: string): Promise<void> {
  await vi.waitFor(async () => {
    const images = (await unit.ask({ do: 'images' })) as readonly Held[] | undefined;
    expect(images?.[0], unit.output).toMatchObject({ slot: 0, version, confirmed: true, active: true, name: version });
  }, patience);
}

async function update(made: Made): Promise<void> {
  expect(await unit.ask({ do: 'upload', file: made.file, chunkBytes: 4096 })).toMatchObject({ ok: true });
  expect(await unit.ask({ do: 'test', hash: made.hash })).toMatchObject({ ok: true });
  expect(await unit.ask({ do: 'restart' })).toMatchObject({ ok: true });
}

describe('a loader and its firmware as real processes', () => {
  it('begin with the factory image, update, and go back from an image that hangs and from one that crashes', async () => {
    unit.start(first);
    await confirmed('1.0.0');
    const second = await unit.make('1.1.0', 2, 'well');
    await update(second);
    await confirmed('1.1.0');
    expect(unit.journal).toEqual(['1.0.0 rehearsed', '1.1.0 rehearsed']);
    expect(readdirSync(join(unit.folder, 'ledgers')).length).toBe(2);
    expect(readdirSync(join(unit.folder, 'programs'))).toEqual([second.hash]);

    for (const [version, behaviour] of [
      ['1.2.0', 'hangs'],
      ['1.3.0', 'crashes'],
    ] as const) {
      const bad = await unit.make(version, 2, behaviour);
      await update(bad);
      await vi.waitFor(() => expect(unit.journal.slice(-2)).toEqual([`${version} rehearsed`, '1.1.0 again']), patience);
      await confirmed('1.1.0');
      expect(await unit.ask({ do: 'test', hash: bad.hash })).toMatchObject({ refusal: 'failed-before' });
    }
    expect(readdirSync(join(unit.folder, 'ledgers')).length).toBe(2);
    expect(await unit.kill('SIGTERM')).toBe(0);
  });

  it('end on verified firmware after the loader was killed at many moments of an update', async () => {
    unit.start(first);
    await confirmed('1.0.0');
    const second = await unit.make('1.1.0', 2, 'well');
    const whole = statSync(second.file).size;
    const moments: readonly (() => boolean)[] = [
      () => unit.bytesIn('slot-a.img') > 0,
      () => unit.bytesIn('slot-a.img') > whole / 3,
      () => unit.bytesIn('slot-a.img') >= whole,
      () => unit.journal.at(-1)?.startsWith('1.1.0') === true,
    ];
    for (const moment of moments) {
      const going = update(second).catch(() => undefined);
      await vi.waitFor(() => expect(moment()).toBe(true), { ...patience, interval: 1 });
      await unit.kill('SIGKILL');
      await going;
      unit.start(first);
      await vi.waitFor(async () => {
        const images = (await unit.ask({ do: 'images' })) as readonly Held[] | undefined;
        expect(images?.find(({ active }) => active)?.confirmed, unit.output).toBe(true);
      }, patience);
    }
    await confirmed('1.1.0');
    expect(unit.output).not.toContain('fault of its own');
  });

  it('go on with an upload after the program was killed in it', async () => {
    unit.start(first);
    await confirmed('1.0.0');
    const second = await unit.make('1.1.0', 2, 'well');
    const going = unit.ask({ do: 'upload', file: second.file, chunkBytes: 2048 });
    await vi.waitFor(() => expect(unit.bytesIn('slot-a.img')).toBeGreaterThan(300_000), { ...patience, interval: 1 });
    process.kill(unit.pid, 'SIGKILL');
    await going;
    await vi.waitFor(() => expect(unit.journal).toEqual(['1.0.0 rehearsed', '1.0.0 again']), patience);
    await confirmed('1.0.0');
    await update(second);
    await confirmed('1.1.0');
  });

  it('end firmware that hangs and has outlived its loader before any other begins', async () => {
    unit.start(first);
    await confirmed('1.0.0');
    await update(await unit.make('1.1.0', 1, 'hangs'));
    await vi.waitFor(() => expect(unit.journal.at(-1)).toBe('1.1.0 rehearsed'), patience);
    const orphan = unit.pid;
    await unit.kill('SIGKILL');
    expect(runs(orphan)).toBe(true);
    unit.start(first);
    await confirmed('1.0.0');
    expect(runs(orphan)).toBe(false);
    expect(unit.journal).toEqual(['1.0.0 rehearsed', '1.1.0 rehearsed', '1.1.0 again', '1.0.0 again']);
  });

  it('allow one loader at a time', async () => {
    unit.start(first);
    await confirmed('1.0.0');
    const running = unit.loader;
    unit.start(first);
    const another = unit.loader;
    await vi.waitFor(() => expect(another?.exitCode).toBe(2), patience);
    expect(unit.output).toContain('Another loader runs');
    unit.loader = running;
  });
});

/** A process whose exit status nobody has fetched yet runs no more (proc_pid_stat(5), state Z). */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
