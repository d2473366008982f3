import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleError, type BundleFile, fitsHere, packBundle, readBundle } from '../../../hal/linux/bundle.ts';
import { createLedgerCopies } from '../../../hal/linux/ledger-copies.ts';
import { layOut } from '../../../hal/linux/program-folder.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const about = {
  dosis: '0.1.0',
  class: 'dosis-test',
  arch: process.arch,
  entry: 'firmware.mjs',
  runtime: { nodeMajorMin: 24 },
} as const;
const files: readonly BundleFile[] = [
  { path: 'firmware.mjs', bytes: text('console.log(1)') },
  { path: 'native/add-on.node', bytes: text('not really') },
];

let folder = '';
let body: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-lay-out-'));
  body = await packBundle(about, files);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

describe('a bundle', () => {
  it('is the same to the byte whatever the order of its files, and comes back whole', async () => {
    expect(await packBundle(about, [...files].reverse())).toEqual(body);
    const found = await readBundle(body);
    expect(found.manifest).toMatchObject({ format: 1, ...about });
    expect(found.files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  });

  it('is refused with any of its bytes changed, or cut short', async () => {
    const tar = gunzipSync(body);
    for (let at = 0; at < tar.length; at += 97) {
      const changed = Buffer.from(tar);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      const read = await readBundle(gzipSync(changed)).catch((error: unknown) => error);
      if (read instanceof Error) expect(read).toBeInstanceOf(BundleError);
      else expect(read).toMatchObject({ files: [{ bytes: files[0]?.bytes }, { bytes: files[1]?.bytes }] });
    }
    await expect(readBundle(body.subarray(0, body.length - 9))).rejects.toThrow(BundleError);
    await expect(readBundle(text('nothing of the kind'))).rejects.toThrow(BundleError);
  });

  it('never reaches outside its folder', async () => {
    for (const name of ['../out', '/etc/out', 'a/../../out', './out']) {
      const tar = await packTar([{ header: { name, size: 1 }, body: 'x' }]);
      await expect(readBundle(gzipSync(tar)), name).rejects.toThrow(BundleError);
    }
    const link = await packTar([{ header: { name: 'link', size: 0, type: 'symlink', linkname: '/etc' } }]);
    await expect(readBundle(gzipSync(link))).rejects.toThrow(BundleError);
  });
});

describe('laying a program out', () => {
  it('puts its files into a folder of its own, and takes away those of others', async () => {
    const programs = place('programs');
    mkdirSync(join(programs, 'earlier'), { recursive: true });
    expect(await layOut(programs, 'cafe', body)).toBe(join(programs, 'cafe', 'firmware.mjs'));
    expect(readdirSync(programs)).toEqual(['cafe']);
    expect(readFileSync(join(programs, 'cafe', 'native', 'add-on.node'), 'utf8')).toBe('not really');
  });

  it.each([
    ['changed', (home: string) => writeFileSync(join(home, 'firmware.mjs'), 'console.log(2)')],
    ['missing', (home: string) => rmSync(join(home, 'native', 'add-on.node'))],
    ['added', (home: string) => writeFileSync(join(home, 'package.json'), '{}')],
    [
      'a link to the same bytes',
      (home: string) => {
        writeFileSync(place('elsewhere.mjs'), 'console.log(1)');
        rmSync(join(home, 'firmware.mjs'));
        symlinkSync(place('elsewhere.mjs'), join(home, 'firmware.mjs'));
      },
    ],
  ])('lays it out anew when a file there is %s', async (name, harm) => {
    const programs = place(`harmed-${name}`);
    const entry = await layOut(programs, 'cafe', body);
    harm(join(programs, 'cafe'));
    expect(await layOut(programs, 'cafe', body)).toBe(entry);
    expect(readFileSync(entry, 'utf8')).toBe('console.log(1)');
    expect(readdirSync(join(programs, 'cafe')).sort()).toEqual(['firmware.mjs', 'native']);
    writeFileSync(place('elsewhere.mjs'), 'changed later');
    expect(readFileSync(entry, 'utf8')).toBe('console.log(1)');
  });

  it('refuses a program for another machine or a newer runtime', async () => {
    const other = await packBundle({ ...about, arch: 'riscv64' }, files);
    await expect(layOut(place('other'), 'cafe', other)).rejects.toThrow(/built for riscv64/);
    const newer = await packBundle({ ...about, runtime: { nodeMajorMin: 99 } }, files);
    await expect(layOut(place('other'), 'cafe', newer)).rejects.toThrow(/needs Node 99/);
    expect([body, other, newer, text('no bundle'), gzipSync(text('no tar'))].map(fitsHere)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(existsSync(place('other'))).toBe(false);
  });
});

describe('copies of the ledger', () => {
  it('hold what was committed, its log included, and only the two newest stay', () => {
    const ledger = place('ledger.sqlite');
    const copies = createLedgerCopies(ledger, place('copies'));
    expect(copies.keep('aa')).toBeNull();
    const store = openStore({ path: ledger });
    store.exec('CREATE TABLE note (id INTEGER PRIMARY KEY)');
    store.transaction(() => store.prepare('INSERT INTO note VALUES (7)').run());
    expect(existsSync(`${ledger}-wal`)).toBe(true);
    const copy = copies.keep('aa') ?? '';
    store.close();
    const copied = openStore({ path: copy });
    expect(copied.prepare('SELECT id FROM note').all()).toEqual([{ id: 7 }]);
    copied.close();
    copies.keep('bb');
    copies.keep('cc');
    expect(readdirSync(place('copies')).filter((name) => name.endsWith('.sqlite')).length).toBe(2);
    expect(existsSync(place('copies/before-cc.sqlite'))).toBe(true);
  });

  it('tell when they cannot be made', () => {
    const ledger = place('ledger.sqlite');
    writeFileSync(place('no-folder'), '');
    expect(() => createLedgerCopies(ledger, place('no-folder')).keep('aa')).toThrow();
  });
});
