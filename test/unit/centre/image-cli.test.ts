import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { readImage } from '../../../protocol/image/read.ts';
import { claimsOf } from '../../../protocol/image/trust.ts';
import { centreImageCommand } from '../../../tools/cli/centre-image.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { newKeyPair, signerOf } from '../../../tools/image/keys.ts';
import { newHome, type TestHome } from '../../contract/secure-home.ts';
import { imageOf } from '../firmware/update/rig.ts';
import { keyPair } from '../protocol/image-keys.ts';

const pair = newKeyPair();
const key = { ...keyPair(new Uint8Array(32)), signer: signerOf(pair.privatePem, 'maker') };
let secure: TestHome;
let out = '';

async function run(...args: string[]): Promise<string> {
  out = '';
  await runCommandLine(
    ['image', ...args, '--home', secure.home.folder],
    [{ name: 'image', summary: '', load: async () => centreImageCommand() }],
  );
  return out;
}

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(secure.home.folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('dosis centre image', () => {
  beforeAll(async () => {
    secure = await newHome();
  });
  afterAll(() => secure.remove());
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('says whose key is missing, and keeps what is signed with a key that was put there', async () => {
    const file = fileOf('1.1.0.img', imageOf('1.1.0', { key }));
    expect(await run('list')).toMatch(/^This centre has no images; add one/);
    await expect(run('add', file)).rejects.toThrow(/1\.1\.0\.img" is not kept: This centre knows nobody who signs/);
    mkdirSync(secure.home.paths.imageKeys, { recursive: true });
    writeFileSync(join(secure.home.paths.imageKeys, 'maker.pem'), pair.publicPem);
    expect(await run('add', file)).toMatch(
      /^Kept: 1\.1\.0 · .+\nBring it to a unit: dosis centre send ID update 1\.1\.0\n$/,
    );
    expect(JSON.parse(await run('list', '--json'))).toMatchObject({
      images: [{ version: '1.1.0', securityCounter: 1 }],
    });
    expect(await run('list', '--lang', 'da')).toMatch(/^1\.1\.0 · hash [0-9a-f]{12} · \d+ byte · slags /);
  });

  it('calls an image by the hash that the unit and its technician call it by', async () => {
    const image = imageOf('1.4.0', { key });
    const hash = hexOf(claimsOf(readImage(image)).digest ?? new Uint8Array());
    expect(await run('add', fileOf('1.4.0.img', image))).toContain(`1.4.0 · hash ${hash.slice(0, 12)} · `);
    const { images } = JSON.parse(await run('list', '--json')) as { images: { version: string; hash: string }[] };
    expect(images.find(({ version }) => version === '1.4.0')?.hash).toBe(hash);
    expect(await run('remove', hash.slice(0, 12))).toMatch(/^Removed: 1\.4\.0 · /);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another key', imageOf('1.2.0'), /key/],
    ['a byte too few', imageOf('1.2.0', { key }).slice(0, -1), /ends at byte/],
    ['no image in it', new TextEncoder().encode('Hello, this is a letter and no image.'), /begins with/],
  ])('does not keep a file with %s, and names it', async (_, bytes, sentence) => {
    const file = fileOf('odd.img', bytes);
    const refused = run('add', file);
    await expect(refused).rejects.toThrow(/odd\.img" is not kept: /);
    await expect(refused).rejects.toThrow(sentence);
    expect(await run('list')).not.toContain('1.2.0');
  });

  it('takes away by version, and says which there are when there is no such', async () => {
    await expect(run('remove', '9.0.0')).rejects.toThrow(
      /There is no image "9\.0\.0" in this centre \(it has 1\.1\.0\)/,
    );
    expect(await run('remove', '1.1.0')).toMatch(/^Removed: 1\.1\.0 · /);
    expect(await run('list')).toMatch(/no images/);
    await expect(run('add', '/nowhere/1.img')).rejects.toThrow('"/nowhere/1.img" cannot be read (ENOENT)');
  });
});
