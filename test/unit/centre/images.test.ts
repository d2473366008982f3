import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  decodeImagePart,
  encodeImageRequest,
  type ImagePart,
  type ImageRequest,
} from '../../../protocol/messages/image-part.ts';
import { ImageDesk } from '../../../tools/centre/images/image-desk.ts';
import { imageFile } from '../../../tools/centre/images/image-store.ts';
import { Pace } from '../../../tools/centre/images/pace.ts';
import { statusPage } from '../../../tools/centre/page.ts';
import { imageOf, sha256 } from '../firmware/update/rig.ts';
import { stranger } from '../protocol/image-keys.ts';
import { imageStore } from './images-bench.ts';
import { OrdersBench } from './orders-bench.ts';

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const FILE = imageOf('1.1.0', { bytes: 40_000 });
const image = sha256(FILE);
const atMs = 1_795_248_000_000;

describe('the images of a centre', () => {
  it('are kept under the hash of their file, and found by version and hash', () => {
    const { store } = imageStore();
    const added = store.add(FILE, atMs);
    expect(added).toMatchObject({ image: hexOf(image), version: '1.1.0', bytes: FILE.length, securityCounter: 1 });
    expect(store.find('1.1.0')).toEqual(added);
    expect(store.find(hexOf(image).slice(0, 8).toUpperCase())).toEqual(added);
    expect(store.get(hexOf(image))).toEqual(added);
    expect(store.read(hexOf(image), 100, 50)).toEqual(FILE.slice(100, 150));
    expect(store.read(hexOf(image), FILE.length - 10, 50)).toEqual(FILE.slice(-10));
  });

  it('are the same when one is added twice, and listed with the newest first', () => {
    const { store } = imageStore();
    const first = store.add(FILE, atMs);
    expect(store.add(FILE, atMs + 60_000)).toEqual(first);
    store.add(imageOf('1.2.0'), atMs + 60_000);
    expect(store.list().map(({ version }) => version)).toEqual(['1.2.0', '1.1.0']);
  });

  it('of which two have one version are named by their hash', () => {
    const { store } = imageStore();
    store.add(FILE, atMs);
    store.add(imageOf('1.1.0'), atMs);
    expect(() => store.find('1.1.0')).toThrow(/^"1\.1\.0" can be any of [0-9a-f]{12}, [0-9a-f]{12}; name one/);
    expect(() => store.find('1.3.0')).toThrow(
      /^There is no image "1\.3\.0" in this centre \(it has 1\.1\.0, 1\.1\.0\)/,
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['a strange key', imageOf('1.1.0', { key: stranger }), /key/],
    ['a byte too few', FILE.slice(0, -1), /ends at byte/],
    ['a changed byte', FILE.map((byte, at) => (at === 5_000 ? byte ^ 1 : byte)), /hash/],
    ['nothing of an image', new Uint8Array(200), /begins with/],
  ])('take in none with %s', (_, file, sentence) => {
    const { store } = imageStore();
    expect(() => store.add(file, atMs)).toThrow(sentence);
    expect(store.list()).toEqual([]);
  });

  it('are verified by somebody who is known, or not at all', () => {
    const { store } = imageStore([]);
    expect(() => store.add(FILE, atMs)).toThrow(/knows nobody who signs firmware; put the public key/);
  });

  it('have an end', () => {
    const { store } = imageStore();
    for (let minor = 0; minor < 32; minor += 1) store.add(imageOf(`1.${minor}.0`, { bytes: 10 }), atMs);
    expect(() => store.add(FILE, atMs)).toThrow(/at most 32 images/);
    store.remove('1.3.0');
    expect(store.add(FILE, atMs)).toMatchObject({ version: '1.1.0' });
  });

  it('do not count when half of one is missing, and are mended by adding it again', () => {
    const { store, folder } = imageStore();
    store.add(FILE, atMs);
    truncateSync(join(folder, `${hexOf(image)}.img`), 100);
    expect(store.list()).toEqual([]);
    store.add(FILE, atMs);
    expect(store.list()).toHaveLength(1);
    writeFileSync(join(folder, `${hexOf(image)}.json`), '{');
    expect(store.get(hexOf(image))).toBeUndefined();
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('say which file cannot be read', () => {
    expect(() => imageFile('/nowhere/1.img')).toThrow('"/nowhere/1.img" cannot be read (ENOENT)');
  });
});

/** A centre with one image, and a unit that was told to fetch it. */
function desk() {
  const { store: images, folder } = imageStore();
  images.add(FILE, atMs);
  const bench = new OrdersBench({ images });
  for (const name of ['unit-1', 'unit-2']) {
    const unit = bench.unit(name);
    unit.obeys = () => ({ status: 'accepted' });
    unit.birth();
  }
  const ask = (device: string, request: Partial<ImageRequest> = {}) => {
    const payload = encodeImageRequest({ image, offset: 0, length: 16_384, ...request });
    bench.centre.receive({ topic: `d/${device}/up/image`, payload });
  };
  const parts = (device: string): ImagePart[] =>
    bench.mqtt.published
      .filter(({ message }) => message.topic === `d/${device}/down/image`)
      .map(({ message }) => decodeImagePart(message.payload));
  return { bench, images, folder, ask, parts };
}

describe('a unit that fetches an image', () => {
  it('gets the piece that it asks for, once it was told to', () => {
    const { bench, ask, parts } = desk();
    ask('unit-1');
    expect(parts('unit-1')).toEqual([]);
    bench.command('unit-1', 'update', { image: '1.1.0' });
    ask('unit-1', { offset: 30_000 });
    expect(parts('unit-1')).toEqual([{ image, offset: 30_000, data: FILE.slice(30_000, 46_384) }]);
    expect(bench.centre.imageDesk?.fetched('unit-1')).toEqual({
      image: hexOf(image),
      bytes: FILE.length,
      sent: FILE.length,
    });
  });

  it('is shown to operators with how far it is, for as long as the order stands', async () => {
    const { bench, ask } = desk();
    bench.command('unit-1', 'update', { image: '1.1.0' });
    ask('unit-1', { length: 10_000 });
    expect(statusPage(bench.centre, 'da')).toContain(`henter programmet: ${Math.floor(1_000_000 / FILE.length)} %`);
    ask('unit-1', { offset: FILE.length - 10, length: 10 });
    await vi.waitFor(() => expect(statusPage(bench.centre, 'en')).toContain('the firmware is there; it is tried when'));
    const unit = bench.units.get('unit-1');
    if (unit === undefined) throw new Error('There is no unit.');
    unit.obeys = () => ({ status: 'done' });
    unit.birth();
    expect(bench.centre.imageDesk?.fetched('unit-1')).toBeUndefined();
  });

  it('gets nothing of what another was told to fetch, nor of another image', () => {
    const { bench, images, ask, parts } = desk();
    const secret = imageOf('1.2.0');
    images.add(secret, atMs);
    bench.command('unit-1', 'update', { image: '1.1.0' });
    ask('unit-2');
    ask('unit-1', { image: sha256(secret) });
    expect([parts('unit-1'), parts('unit-2')]).toEqual([[], []]);
    expect(bench.lines.join('\n')).toContain('which it was not told to fetch');
  });

  it('gets nothing when its command has ended', () => {
    const { bench, ask, parts } = desk();
    const unit = bench.unit('unit-1');
    unit.birth();
    unit.obeys = () => ({ status: 'done' });
    bench.command('unit-1', 'update', { image: '1.1.0' });
    ask('unit-1');
    expect(parts('unit-1')).toEqual([]);
  });

  it('gets nothing when its command has expired', () => {
    const { bench, ask, parts } = desk();
    bench.command('unit-1', 'update', { image: '1.1.0' });
    bench.nowMs += 8 * 86_400_000;
    ask('unit-1');
    expect(parts('unit-1')).toEqual([]);
  });

  it('is told when the image was taken away', () => {
    const { bench, images, ask, parts } = desk();
    bench.command('unit-1', 'update', { image: '1.1.0' });
    images.remove('1.1.0');
    ask('unit-1', { offset: 16_384 });
    expect(parts('unit-1')).toEqual([{ image, offset: 16_384 }]);
  });

  it('is not told so when the file cannot be read just now', () => {
    const { bench, folder, ask, parts } = desk();
    bench.command('unit-1', 'update', { image: '1.1.0' });
    const { images } = { images: { get: () => imageCard, read: () => undefined } };
    const posted: unknown[] = [];
    const failing = new ImageDesk({
      store: bench.store,
      images,
      nowMs: () => bench.nowMs,
      post: ({ make }) => posted.push(make()),
    });
    expect(failing.receive('unit-1', encodeImageRequest({ image, offset: 0, length: 10 }))).toBeUndefined();
    expect(posted).toEqual([undefined]);
    rmSync(folder, { recursive: true });
    ask('unit-1');
    expect(parts('unit-1')).toEqual([{ image, offset: 0 }]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['garbage', new Uint8Array([1, 2]), /./],
    [
      'an offset beyond the end',
      encodeImageRequest({ image, offset: FILE.length, length: 1 }),
      /It asks for byte \d+ of an image of \d+\.$/,
    ],
  ])('that sends %s gets nothing, and ends nothing', (_, payload, sentence) => {
    const { bench, ask, parts } = desk();
    bench.command('unit-1', 'update', { image: '1.1.0' });
    bench.centre.receive({ topic: 'd/unit-1/up/image', payload });
    expect(parts('unit-1')).toEqual([]);
    expect(bench.lines.at(-1)).toMatch(sentence);
    ask('unit-1');
    expect(parts('unit-1')).toHaveLength(1);
  });

  it('can only be told to fetch what the centre has', () => {
    const { bench } = desk();
    expect(() => bench.command('unit-1', 'update', { image: '7.0.0' })).toThrow(/There is no image "7\.0\.0"/);
    expect(() => bench.command('unit-1', 'update', {})).toThrow(/image must be the version/);
  });
});

const imageCard = {
  ...{ image: hexOf(image), hash: hexOf(image), bytes: FILE.length, version: '1.1.0', securityCounter: 1 },
  ...{ deviceClass: '', signedBy: '', addedS: 0 },
};

describe('the pace at which pieces are served', () => {
  const limits = { unitBytes: 1_000, allBytes: 2_000, waitingMax: 3 };

  function pace() {
    let nowMs = 0;
    let due: { atMs: number; act: () => void } | undefined;
    const served: string[] = [];
    const made = new Pace<string>((unit, what) => served.push(`${nowMs} ${unit} ${what}`), {
      nowMs: () => nowMs,
      limits,
      later: (ms, act) => {
        const mine = { atMs: nowMs + ms, act };
        due = mine;
        return () => {
          if (due === mine) due = undefined;
        };
      },
    });
    const pass = (ms: number) => {
      const untilMs = nowMs + ms;
      while (due !== undefined && due.atMs <= untilMs) {
        const { atMs: at, act } = due;
        due = undefined;
        nowMs = at;
        act();
      }
      nowMs = untilMs;
    };
    return { made, served, pass };
  }

  it('is held for one unit', () => {
    const { made, served, pass } = pace();
    made.add('one', 'a', 500);
    made.add('one', 'b', 500);
    pass(499);
    expect(served).toEqual(['0 one a']);
    pass(1);
    expect(served).toEqual(['0 one a', '500 one b']);
  });

  it('is held for one unit also when another is served meanwhile', () => {
    const { made, served, pass } = pace();
    made.add('one', 'a', 500);
    made.add('one', 'b', 500);
    pass(300);
    made.add('two', 'a', 100);
    pass(1_000);
    expect(served).toEqual(['0 one a', '300 two a', '500 one b']);
  });

  it('is held for all together, in the order of asking', () => {
    const { made, served, pass } = pace();
    for (const unit of ['one', 'two', 'three']) made.add(unit, 'a', 500);
    pass(1_000);
    expect(served).toEqual(['0 one a', '250 two a', '500 three a']);
  });

  it('serves the last of several questions of one unit', () => {
    const { made, served, pass } = pace();
    for (const what of ['a', 'b', 'c']) made.add('one', what, 500);
    pass(1_000);
    expect(served).toEqual(['0 one a', '500 one c']);
  });

  it('turns away who comes when too many wait, and nobody who waits already', () => {
    const { made, served, pass } = pace();
    for (const unit of ['one', 'two', 'three', 'four', 'five']) made.add(unit, 'a', 500);
    made.add('two', 'b', 500);
    pass(5_000);
    expect(served.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['one a', 'two b', 'three a', 'four a']);
  });

  it('serves nobody any more when it was stopped', () => {
    const { made, served, pass } = pace();
    made.add('one', 'a', 500);
    made.add('one', 'b', 500);
    made.stop();
    pass(5_000);
    expect(served).toEqual(['0 one a']);
  });
});
