import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BundleFile, readBundle } from '../../../hal/linux/bundle.ts';
import { deviceClassId, uuidText, uuidV5, vendorId } from '../../../hal/linux/device-class.ts';
import { layOut } from '../../../hal/linux/program-folder.ts';
import { readImage } from '../../../protocol/image/read.ts';
import { buildPanel } from '../../../sim/panel/build.ts';
import { imageCommand } from '../../../tools/cli/image.ts';
import { licencesFile } from '../../../tools/image/licences.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';
import { bytesOf } from '../protocol/thrown.ts';

let folder = '';
let image = '';
const at = (name: string): string => join(folder, name);

/** Runs `dosis image …` here. @returns what it printed and its exit code */
async function run(...args: readonly string[]): Promise<{ readonly text: string; readonly code: number }> {
  const said: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  try {
    await imageCommand().parseAsync([...args], { from: 'user' });
    return { text: said.join(''), code: Number(process.exitCode ?? 0) };
  } finally {
    spy.mockRestore();
    process.exitCode = undefined;
  }
}

const building = (out: string, ...more: string[]): readonly string[] => [
  ...['build', '--entry', at('entry.ts'), '--class', 'dosis-roll', '--arch', process.arch, '--out', at(out)],
  ...(more.includes('--version') ? [] : ['--version', '1.2.3+4']),
  ...(more.includes('--counter') ? [] : ['--counter', '5']),
  ...more,
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-image-'));
  const store = join(import.meta.dirname, '..', '..', '..', 'hal', 'sqlite', 'open-store.ts');
  const entry = `import { openStore } from ${JSON.stringify(store)};
    const store = openStore({ path: ':memory:' });
    console.log(JSON.stringify(store.prepare('SELECT 6 * 7 AS answer').get()));`;
  writeFileSync(at('entry.ts'), entry);
  await run('key', '--out', at('key'));
  await run('key', '--out', at('other'));
  await run(...building('signed.img', '--key', at('key')));
  image = at('signed.img');
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the image with one change. */
function changed(name: string, change: (bytes: Uint8Array) => Uint8Array | undefined): string {
  const bytes = new Uint8Array(readFileSync(image));
  writeFileSync(at(name), change(bytes) ?? bytes);
  return at(name);
}

describe('a device class', () => {
  it('is the UUID that RFC 9562 makes of a name', () => {
    expect(uuidText(uuidV5(bytesOf('6ba7b8109dad11d180b400c04fd430c8'), 'www.example.com'))).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });

  it('lies within the maker, as imgtool does it, and never changes', () => {
    expect(uuidText(vendorId)).toBe('76f930e5-b874-53c1-864f-8669a58381f8');
    expect(uuidText(deviceClassId('dosis-roll'))).toBe('4c3ef7b8-5729-5610-ab0b-70f880cd6750');
  });
});

describe('dosis image key', () => {
  it('writes a pair that openssl reads, the private half for its owner only', () => {
    const pem = readFileSync(at('key.pub'), 'utf8');
    const { status, stdout } = spawnSync('openssl', ['pkey', '-in', at('key'), '-pubout'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toBe(pem);
    expect(createPublicKey(pem).asymmetricKeyType).toBe('ed25519');
    expect(statSync(at('key')).mode & 0o777).toBe(0o600);
  });

  it('never overwrites a key', async () => {
    const before = readFileSync(at('key'));
    await expect(run('key', '--out', at('key'))).rejects.toThrow(/never overwritten/);
    expect(readFileSync(at('key'))).toEqual(before);
  });
});

describe('dosis image build', () => {
  it('makes the same bytes of the same sources, and signing later is signing at once', async () => {
    await run(...building('again.img', '--key', at('key')));
    await run(...building('later.img'));
    await run('sign', at('later.img'), '--key', at('key'));
    expect(readFileSync(at('again.img')).equals(readFileSync(image))).toBe(true);
    expect(readFileSync(at('later.img')).equals(readFileSync(image))).toBe(true);
  });

  it('makes a program that runs where nothing is installed', async () => {
    const entry = await layOut(at('programs'), 'abc', readImage(readFileSync(image)).body);
    const { stdout, stderr } = spawnSync(process.execPath, [entry], { encoding: 'utf8', cwd: '/' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ answer: 42 });
  });

  it('brings the licences of what it is made from, and of nothing else', async () => {
    const { files } = await readBundle(readImage(readFileSync(image)).body);
    const text = Buffer.from(files.find(({ path }) => path === licencesFile)?.bytes ?? []).toString('utf8');
    expect(text).toContain('EUROPEAN UNION PUBLIC LICENCE');
    expect(text).toMatch(/^better-sqlite3 \d+\.\d+\.\d+: MIT$/m);
    expect(text).toContain('Copyright (c) 2017 Joshua Wise');
    expect(text).not.toContain('mqtt');
  });

  it('brings the page of a program that shows a face, as it is built, and the licences of the page', async () => {
    const server = join(import.meta.dirname, '..', '..', '..', 'sim', 'panel', 'server.ts');
    writeFileSync(at('face.ts'), `export { servePanel } from ${JSON.stringify(server)};`);
    await buildPanel(at('page'));
    for (const name of ['face.img', 'face-again.img'])
      await run(...building(name).map((arg) => (arg === at('entry.ts') ? at('face.ts') : arg)));
    expect(readFileSync(at('face-again.img')).equals(readFileSync(at('face.img')))).toBe(true);
    const { files } = await readBundle(readImage(readFileSync(at('face.img'))).body);
    const told = new Map(files.map(({ path, bytes }) => [path, Buffer.from(bytes)]));
    for (const name of readdirSync(at('page'))) {
      expect([name, told.get(`static/${name}`)?.equals(readFileSync(at(`page/${name}`)))]).toEqual([name, true]);
    }
    expect(told.get(licencesFile)?.toString()).toMatch(/^preact \d+\.\d+\.\d+: MIT$/m);
    const { files: plain } = await readBundle(readImage(readFileSync(image)).body);
    expect(plain.filter(({ path }) => path.startsWith('static/'))).toEqual([]);
  });

  it('brings the boards that a program can drive, where it looks for them', async () => {
    const source = join(import.meta.dirname, '..', '..', '..', 'hal', 'johnny-five');
    const entry = `import { knownBoard } from ${JSON.stringify(join(source, 'board-file.ts'))};
      console.log(knownBoard('reference').name);`;
    writeFileSync(at('board.ts'), entry);
    await run(...building('board.img').map((arg) => (arg === at('entry.ts') ? at('board.ts') : arg)));
    const { body } = readImage(readFileSync(at('board.img')));
    const { stdout, stderr } = spawnSync(process.execPath, [await layOut(at('programs'), 'def', body)], {
      encoding: 'utf8',
      cwd: '/',
    });
    expect([stdout, stderr]).toEqual(['reference\n', '']);
    const boardsIn = ({ files }: { files: readonly BundleFile[] }) =>
      files.filter(({ path }) => path.startsWith('boards/'));
    const expected = globSync('*.yaml', { cwd: join(source, 'boards') }).map((name) => ({
      path: `boards/${name}`,
      bytes: new Uint8Array(readFileSync(join(source, 'boards', name))),
    }));
    expect(boardsIn(await readBundle(body))).toEqual(expected);
    expect(boardsIn(await readBundle(readImage(readFileSync(image)).body))).toEqual([]);
  });

  it('brings johnny-five to a program that drives electronics, and nothing that has no licence', async () => {
    const source = (name: string) =>
      JSON.stringify(join(import.meta.dirname, '..', '..', '..', 'hal', 'johnny-five', name));
    const driving = `import { createBoard } from ${source('board.ts')};
      import { knownBoard } from ${source('board-file.ts')};
      const serial = { listen() {}, open() {}, close() {}, write: () => false };
      const board = createBoard({ file: knownBoard('reference'), serial, log: { write() {} } });
      console.log(board.isReady);
      board.close();
      process.exit();`;
    writeFileSync(at('driving.ts'), driving);
    await run(...building('driving.img').map((arg) => (arg === at('entry.ts') ? at('driving.ts') : arg)));
    const { body } = readImage(readFileSync(at('driving.img')));
    const { stdout, stderr } = spawnSync(process.execPath, [await layOut(at('programs'), 'driving', body)], {
      encoding: 'utf8',
      cwd: '/',
    });
    expect([stdout, stderr]).toEqual(['false\n', '']);
    const { files } = await readBundle(body);
    const licences = Buffer.from(files.find(({ path }) => path === licencesFile)?.bytes ?? []).toString('utf8');
    expect(licences).toMatch(/^johnny-five \d/m);
    expect(licences).not.toContain('nanotimer');
  });

  it('brings the add-ons of the machine it is for', async () => {
    await run(...building('arm.img', '--arch', 'arm64'));
    const { text } = await run('inspect', at('arm.img'), '--json');
    const { manifest } = JSON.parse(text);
    expect(manifest.arch).toBe('arm64');
    expect(manifest.files.some(({ path }: { path: string }) => path.startsWith('linux-arm64'))).toBe(true);
    await expect(layOut(at('elsewhere'), 'abc', readImage(readFileSync(at('arm.img'))).body)).rejects.toThrow(
      /built for arm64/,
    );
  });

  it.skipIf(!existsSync('/dev/full'))('says in one sentence that the disk is full', async () => {
    const full = building('x.img').map((arg) => (arg === at('x.img') ? '/dev/full' : arg));
    await expect(run(...full)).rejects.toThrow(UsageError);
    await expect(run(...full)).rejects.toThrow(/"\/dev\/full" could not be written \(ENOSPC\); make room/);
  });

  it('names the place in a program that cannot be bundled', async () => {
    writeFileSync(at('broken.ts'), "\nimport './nothing.ts';\n");
    const broken = building('x.img').map((arg) => (arg === at('entry.ts') ? at('broken.ts') : arg));
    await expect(run(...broken)).rejects.toThrow(UsageError);
    await expect(run(...broken)).rejects.toThrow(/broken\.ts:2 cannot be bundled/);
    expect(existsSync(at('x.img'))).toBe(false);
  });

  it('refuses an entry that is not there, and versions and counters that do not fit', async () => {
    const missing = building('x.img').map((arg) => (arg === at('entry.ts') ? at('none.ts') : arg));
    await expect(run(...missing)).rejects.toThrow(/none\.ts, which does not exist/);
    const command = imageCommand();
    for (const child of command.commands) child.exitOverride().configureOutput({ outputError: () => undefined });
    const attempt = (...more: string[]) => command.parseAsync([...building('x.img', ...more)], { from: 'user' });
    await expect(attempt('--version', '1.2')).rejects.toThrow(/X\.Y\.Z/);
    await expect(attempt('--counter', '-1')).rejects.toThrow(/whole number/);
  });
});

describe('dosis image inspect', () => {
  it('shows what the image says about itself', async () => {
    const { text } = await run('inspect', image, '--json');
    expect(JSON.parse(text)).toMatchObject({
      version: '1.2.3+4',
      bytes: statSync(image).size,
      securityCounter: 5,
      deviceClass: uuidText(deviceClassId('dosis-roll')),
      manifest: { class: 'dosis-roll', arch: process.arch, entry: 'firmware.mjs', runtime: { nodeMajorMin: 24 } },
      problem: null,
    });
    expect((await run('inspect', image)).text).toContain('security counter  5');
  });

  it('refuses what is no image, or not there', async () => {
    await expect(run('inspect', at('key.pub'))).rejects.toThrow(/key\.pub" is a public key, .+ firmware/);
    writeFileSync(at('no-image'), 'hello'.repeat(20));
    await expect(run('inspect', at('no-image'))).rejects.toThrow(/no-image: The image begins with/);
    await expect(run('inspect', at('nowhere'))).rejects.toThrow(/nowhere" cannot be read \(ENOENT\)/);
  });
});

describe('dosis image verify', () => {
  const judged = async (file: string, ...more: string[]) => {
    const { text, code } = await run('verify', file, '--key', at('key.pub'), ...more, '--json');
    return { ...JSON.parse(text), code };
  };

  it('lets pass what a unit takes', async () => {
    expect(await judged(image, '--class', 'dosis-roll', '--counter', '5')).toMatchObject({ accepted: true, code: 0 });
    expect((await run('verify', image, '--key', at('other.pub'), at('key'))).text).toContain('a unit takes it');
  });

  it('has a sentence of its own for each way of being refused', async () => {
    const unsigned = at('unsigned.img');
    await run(...building('unsigned.img'));
    const cases: readonly (readonly [code: string, file: string, more?: readonly string[]])[] = [
      ['hash-mismatch', changed('changed.img', (bytes) => void bytes.set([1], 5000))],
      ['bad-signature', changed('forged.img', (bytes) => void bytes.set([1, 2, 3], bytes.length - 9))],
      ['truncated', changed('short.img', (bytes) => bytes.subarray(0, 9000))],
      ['trailing', changed('long.img', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))],
      ['rolled-back', image, ['--counter', '6']],
      ['wrong-class', image, ['--class', 'dosis-tray']],
      ['bad-magic', at('key.pub')],
      ['incomplete', unsigned],
    ];
    const sentences = new Set<string>();
    for (const [code, file, more = []] of cases) {
      const { accepted, refusal, code: exit } = await judged(file, ...more);
      expect([file, accepted, exit, refusal?.code]).toEqual([file, false, 1, code]);
      sentences.add(refusal.sentence);
    }
    const { text, code } = await run('verify', image, '--key', at('other.pub'));
    expect(code).toBe(1);
    sentences.add(text);
    expect(sentences.size).toBe(cases.length + 1);
    for (const sentence of sentences) expect(sentence).toMatch(/^.*([a-z\d)]\. [A-Z]|; what is wanted).*\.\n?$/s);
    expect([...sentences].join()).toContain(
      'devices of the class dosis-roll, and this one is of the class dosis-tray.',
    );
  });

  it('refuses keys that are none', async () => {
    await expect(run('verify', image, '--key', image)).rejects.toThrow(/is firmware, which .+ a public key/);
    writeFileSync(at('no-key'), 'hello');
    await expect(run('verify', image, '--key', at('no-key'))).rejects.toThrow(/holds no key in PEM/);
    spawnSync('openssl', ['genpkey', '-algorithm', 'X25519', '-out', at('x25519')]);
    await expect(run('verify', image, '--key', at('x25519'))).rejects.toThrow(/of the kind x25519/);
  });
});
