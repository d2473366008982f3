import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StoreError } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { failureOf, storeContract, thrownBy } from './store-suite.ts';

let folder = '';
let files = 0;
const newPath = (): string => {
  files += 1;
  return join(folder, `store-${files}.db`);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract('memory', () => openStore({ path: ':memory:' }));
storeContract('file', () => openStore({ path: newPath() }));

/** A sound database of some twenty pages, with a log that has not been folded in, as a power cut leaves it. */
function cutShort(): string {
  const path = newPath();
  const live = openStore({ path });
  live.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT');
  live.transaction(() => {
    for (let id = 0; id < 80; id += 1) live.prepare('INSERT INTO note VALUES (?, ?)').run(id, 'x'.repeat(1000));
  });
  live.close();
  const again = openStore({ path });
  again.transaction(() => again.prepare('INSERT INTO note VALUES (1000, ?)').run('in the log'));
  const copy = newPath();
  for (const tail of ['', '-wal']) copyFileSync(path + tail, copy + tail);
  again.close();
  return copy;
}

function damage(path: string, offset: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, offset, offset + length);
  writeFileSync(path, bytes);
}

describe('a store on a file', () => {
  it('finds its content again after closing and after a cut that left the log behind', () => {
    const store = openStore({ path: cutShort() });
    onTestFinished(() => store.close());
    expect(store.prepare('SELECT count(*) AS n FROM note').get()).toEqual({ n: 81 });
  });

  it('writes through a log with a flush for each commit, without a shared-memory map', () => {
    const path = newPath();
    const store = openStore({ path });
    store.exec('CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT');
    expect(store.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(existsSync(`${path}-wal`)).toBe(true);
    store.close();
    const again = openStore({ path });
    onTestFinished(() => again.close());
    expect(existsSync(`${path}-shm`)).toBe(false);
  });

  it('refuses a second opener while the first lives, and names the reason', () => {
    const path = newPath();
    const first = openStore({ path });
    onTestFinished(() => first.close());
    first.exec('CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT');
    const error = thrownBy(() => openStore({ path })) as StoreError;
    expect(error.failure).toBe('io');
    expect(error.message).toContain(path);
    expect(error.message).toContain('another process has it open');
  });

  it.each([
    ['the folder is missing', () => join(folder, 'nowhere', 'a.db')],
    ['the path is a folder', () => folder],
  ])('calls it `io` when %s', (_case, path) => {
    expect(failureOf(() => openStore({ path: path() }))).toBe('io');
  });

  it('takes an empty file for a new database', () => {
    const path = newPath();
    writeFileSync(path, '');
    const store = openStore({ path });
    onTestFinished(() => store.close());
    expect(store.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
  });

  it.each<[string, (path: string) => void]>([
    ['is no database at all', (path) => writeFileSync(path, 'This is a letter, not a database. '.repeat(100))],
    ['has a damaged header', (path) => damage(path, 0, 100)],
    ['has a damaged page in the middle', (path) => damage(path, 4096 * 5, 4096)],
    ['was cut off in the middle of a page', (path) => truncateSync(path, 4096 * 7 + 100)],
  ])('refuses a file that %s as `corrupt` and leaves it and its log as they are', (_case, ruin) => {
    const path = cutShort();
    ruin(path);
    const before = ['', '-wal'].map((tail) => readFileSync(path + tail));
    expect(failureOf(() => openStore({ path }))).toBe('corrupt');
    const after = ['', '-wal'].map((tail) => readFileSync(path + tail));
    expect(after.map((bytes, at) => bytes.equals(before[at] as Buffer))).toEqual([true, true]);
  });

  it('says what is broken when the file is damaged under an open store', () => {
    const path = cutShort();
    openStore({ path }).close();
    const store = openStore({ path });
    onTestFinished(() => store.close());
    store.exec('PRAGMA cache_size = 0');
    damage(path, 4096 * 5, 4096);
    expect(store.integrityProblems()).not.toEqual([]);
  });
});

/** Lets the writer run until it has acknowledged `acks` transactions, kills it, and gives the last acknowledged number. */
async function killAfter(path: string, acks: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'store-writer.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.split('\n').length > acks) child.kill('SIGKILL');
  }
  return Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
}

describe('the image of a store', () => {
  it('is a database of its own with all that is committed, in memory or in a file', () => {
    for (const path of [':memory:', newPath()]) {
      const store = openStore({ path });
      onTestFinished(() => store.close());
      store.exec('CREATE TABLE dose (name TEXT) STRICT');
      store.prepare('INSERT INTO dose VALUES (?)').run('morning');
      const copy = newPath();
      writeFileSync(copy, store.image());
      store.prepare('INSERT INTO dose VALUES (?)').run('evening');
      const opened = openStore({ path: copy });
      onTestFinished(() => opened.close());
      expect(opened.integrityProblems()).toEqual([]);
      expect(opened.prepare('SELECT name FROM dose').all()).toEqual([{ name: 'morning' }]);
    }
  });
});

describe('a process killed while it commits', () => {
  it('loses no acknowledged transaction and leaves none half done, kill after kill on the same file', async () => {
    const path = newPath();
    for (const acks of [1, 2, 7, 19, 60, 333, 1200]) {
      const acknowledged = await killAfter(path, acks);
      const store = openStore({ path });
      const found = store.prepare('SELECT count(*) AS parts, max(n) AS last FROM part').get();
      const whole = store.prepare('SELECT count(*) AS n FROM (SELECT n FROM part GROUP BY n HAVING count(*) = 3)').get()
        ?.n as number;
      expect(store.integrityProblems()).toEqual([]);
      store.close();
      expect(acknowledged).toBeGreaterThanOrEqual(acks);
      expect(found?.last).toBeGreaterThanOrEqual(acknowledged);
      expect(whole).toBe(found?.last);
      expect(found?.parts).toBe(whole * 3);
    }
  });
});

/** A file system of 512 KiB, when this user may mount one. */
function mountSmall(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const parent = mkdtempSync(join(tmpdir(), 'dosis-full-'));
  const path = join(parent, 'disk');
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'dosis-test', path]).status === 0) return path;
  rmSync(parent, { recursive: true, force: true });
  return undefined;
}

describe('a disk that is really full', () => {
  const disk = mountSmall();
  afterAll(() => {
    if (disk === undefined) return;
    spawnSync('umount', [disk]);
    rmSync(dirname(disk), { recursive: true, force: true });
  });

  it.skipIf(disk === undefined)(
    'is called `full`; the earlier content is intact, also after opening again (needs root to mount a small disk)',
    () => {
      const path = join(disk as string, 'ledger.db');
      const store = openStore({ path });
      store.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT');
      const add = store.prepare('INSERT INTO note VALUES (?, ?)');
      let kept = 0;
      const fill = (): void => {
        for (let id = 0; id < 10_000; id += 1) {
          store.transaction(() => add.run(id, 'x'.repeat(2000)));
          kept = id + 1;
        }
      };
      expect(failureOf(fill)).toBe('full');
      expect(kept).toBeGreaterThan(0);
      expect(store.prepare('SELECT count(*) AS n FROM note').get()).toEqual({ n: kept });
      store.close();
      const again = openStore({ path });
      onTestFinished(() => again.close());
      expect(again.prepare('SELECT count(*) AS n FROM note').get()).toEqual({ n: kept });
    },
  );
});
