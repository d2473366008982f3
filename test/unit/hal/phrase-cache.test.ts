import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { PhraseCache, type PhraseKey } from '../../../hal/linux/voice/phrase-cache.ts';
import type { Sound } from '../../../hal/linux/voice/wav.ts';

const key = (text: string, other: Partial<PhraseKey> = {}): PhraseKey => ({
  text,
  voice: 'da',
  wordsPerMinute: 130,
  version: '1.51',
  ...other,
});
const sound = (value: number): Sound => ({ samples: new Int16Array(1_000).fill(value), samplesPerSecond: 22_050 });
const FILE_BYTES = 2_044;

describe('the folder of spoken phrases', () => {
  let folder = '';
  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), 'dosis-phrases-'));
    folder = join(root, 'phrases');
    onTestFinished(() => rmSync(root, { recursive: true }));
  });

  it('gives back what was put in, and nothing for another text, voice, pace or version', async () => {
    const cache = new PhraseCache(folder);
    expect(cache.read(key('Tak.'))).toBeUndefined();
    await cache.write(key('Tak.'), sound(1));
    expect(cache.read(key('Tak.'))).toEqual(sound(1));
    for (const other of [{ voice: 'en-gb' }, { wordsPerMinute: 140 }, { version: '1.52' }])
      expect(cache.read(key('Tak.', other))).toBeUndefined();
    expect(cache.read(key('Tak'))).toBeUndefined();
  });

  it('tells nobody what is said: neither by the names of its files nor to other users', async () => {
    await new PhraseCache(folder).write(key('Kære Inge'), sound(1));
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^[0-9a-f]{64}\.wav$/);
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
  });

  it('takes a file that is not whole for none', async () => {
    const cache = new PhraseCache(folder);
    await cache.write(key('Tak.'), sound(1));
    const path = join(folder, readdirSync(folder)[0] ?? '');
    const whole = readFileSync(path);
    for (const bytes of [whole.subarray(0, 0), whole.subarray(0, 100), Buffer.alloc(whole.length)]) {
      writeFileSync(path, bytes);
      expect(cache.read(key('Tak.'))).toBeUndefined();
    }
  });

  it('lets what was unused for longest go when it is full, and leaves strange files alone', async () => {
    const cache = new PhraseCache(folder, 3 * FILE_BYTES);
    for (const [age, text] of ['old', 'older', 'oldest'].entries()) {
      await cache.write(key(text), sound(age + 1));
      const seconds = Date.now() / 1000 - 100_000 * (age + 1);
      const newest = readdirSync(folder)
        .map((name) => join(folder, name))
        .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0];
      utimesSync(newest ?? '', seconds, seconds);
    }
    writeFileSync(join(folder, 'somebody’s.txt'), 'left alone');
    expect(cache.read(key('oldest'))).toEqual(sound(3));
    await cache.write(key('new'), sound(4));
    const left = ['old', 'older', 'oldest', 'new'].filter((text) => cache.read(key(text)) !== undefined);
    expect(left).toEqual(['old', 'oldest', 'new']);
    expect(readdirSync(folder)).toContain('somebody’s.txt');
  });

  it('says why it cannot be written, and leaves no half file', async () => {
    writeFileSync(folder, 'a file where the folder belongs');
    await expect(new PhraseCache(folder).write(key('Tak.'), sound(1))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
