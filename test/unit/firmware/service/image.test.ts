import { describe, expect, it } from 'vitest';
import { buildImage } from '../../../../protocol/image/build.ts';
import { image } from '../../../../protocol/smp/commands/image.ts';
import { settings } from '../../../../protocol/smp/commands/settings.ts';
import { imageRc, smpGroup, smpRc } from '../../../../protocol/smp/numbers.ts';
import { deviceClass, maker, sha256, stranger } from '../../protocol/image-keys.ts';
import { Bench } from './bench.ts';

const build = (version: [number, number], signer = maker.signer) =>
  buildImage(
    {
      body: Uint8Array.from({ length: 30_000 }, (_, index) => index & 0xff),
      version: { major: version[0], minor: version[1], revision: 0, build: 0 },
      securityCounter: 7,
      deviceClass,
    },
    signer,
  );
const file = build([1, 1]);
const inGroup = (rc: number) => ({ ok: false, error: { group: smpGroup.image, rc } });
const opened = () => {
  const bench = new Bench();
  bench.open();
  bench.unit.entries.length = 0;
  return bench;
};

/** As a client uploads, until it is done or cut off. */
function send(bench: Bench, bytes: Uint8Array, { until = bytes.length, partBytes = 4000 } = {}) {
  let reply = bench.ask(image.upload, {
    off: 0,
    len: bytes.length,
    sha: sha256(bytes),
    data: bytes.slice(0, partBytes),
  });
  while (reply.ok && (reply.value.off ?? 0) < until) {
    const off = reply.value.off ?? 0;
    reply = bench.ask(image.upload, { off, data: bytes.slice(off, off + partBytes) });
  }
  return reply;
}

describe('the image group', () => {
  it('takes an image in, tests it at the next restart and keeps it when it is confirmed', () => {
    const bench = opened();
    expect(send(bench, file)).toEqual({ ok: true, value: { off: file.length, match: true } });
    const [running, held] = bench.granted(image.state, {}).images;
    expect(running).toMatchObject({ slot: 0, version: '1.0.0', active: true, confirmed: true });
    expect(held).toMatchObject({ slot: 1, version: '1.1.0', pending: false, active: false });
    const hash = held?.hash ?? new Uint8Array();
    expect(bench.granted(image.setState, { hash, confirm: false }).images[1]).toMatchObject({ pending: true });
    bench.unit.images.restart();
    expect(bench.granted(image.state, {}).images[0]).toMatchObject({
      version: '1.1.0',
      active: true,
      confirmed: false,
    });
    expect(bench.granted(image.setState, { confirm: true }).images[0]).toMatchObject({ confirmed: true });
    expect(bench.unit.entries.map(({ act }) => act)).toEqual([
      'image-begun',
      'image-complete',
      'image-test',
      'image-confirm',
    ]);
  });

  it('goes on where an upload stopped', () => {
    const bench = opened();
    send(bench, file, { until: 12_000 });
    const first = { off: 0, len: file.length, sha: sha256(file), data: file.slice(0, 10) };
    expect(bench.granted(image.upload, first)).toEqual({ off: 12_000 });
    expect(send(bench, file)).toMatchObject({ value: { match: true } });
  });

  it('says where to go on when a part comes twice or is left out', () => {
    const bench = opened();
    send(bench, file, { until: 8_000 });
    expect(bench.granted(image.upload, { off: 4_000, data: file.slice(4_000, 8_000) })).toEqual({ off: 8_000 });
    expect(bench.granted(image.upload, { off: 16_000, data: file.slice(0, 10) })).toEqual({ off: 8_000 });
  });

  it('asks for everything again when it has forgotten the upload', () => {
    const bench = opened();
    send(bench, file, { until: 8_000 });
    bench.granted(image.erase, {});
    expect(bench.granted(image.upload, { off: 8_000, data: file.slice(0, 10) })).toEqual({ off: 0 });
  });

  it.each<[string, Uint8Array, number, string]>([
    ['signed by a stranger', build([1, 1], stranger.signer), imageRc.noImage, 'wrong-key'],
    [
      'with a changed byte',
      file.map((byte, at) => (at === 5_000 ? byte ^ 1 : byte)),
      imageRc.invalidHash,
      'hash-mismatch',
    ],
    ['that is none', new Uint8Array(5_000), imageRc.invalidMagic, 'bad-magic'],
    ['that was cut', file.slice(0, -10), imageRc.invalidLength, 'truncated'],
  ])('refuses an image %s, and tells the bank’s own word for it', (_, bytes, rc, word) => {
    const bench = opened();
    expect(send(bench, bytes)).toEqual(inGroup(rc));
    const { val } = bench.granted(settings.read, { name: 'image/refusal' });
    expect(new TextDecoder().decode(val)).toBe(word);
    expect(bench.granted(image.state, {}).images).toHaveLength(1);
  });

  it('looks at the version where the client wants it higher', () => {
    const bench = opened();
    const first = (bytes: Uint8Array) => ({
      off: 0,
      len: bytes.length,
      sha: sha256(bytes),
      data: bytes.slice(0, 100),
      upgrade: true,
    });
    expect(bench.ask(image.upload, first(build([1, 0])))).toEqual(inGroup(imageRc.currentIsNewer));
    expect(bench.ask(image.upload, first(build([0, 9])))).toEqual(inGroup(imageRc.currentIsNewer));
    expect(bench.ask(image.upload, first(file)).ok).toBe(true);
  });

  it.each([
    ['without a hash', { off: 0, len: 10, data: Uint8Array.of(1) }, { rc: smpRc.invalid }],
    [
      'for another processor',
      { off: 0, len: 10, image: 1, sha: sha256(file), data: Uint8Array.of(1) },
      { group: smpGroup.image, rc: imageRc.invalidSlot },
    ],
  ])('refuses an upload %s', (_, request, error) => {
    expect(opened().ask(image.upload, request)).toMatchObject({ ok: false, error });
  });

  it('refuses to test what it does not hold, to test nothing, and to erase what runs', () => {
    const bench = opened();
    expect(bench.ask(image.setState, { hash: new Uint8Array(32) })).toEqual(inGroup(imageRc.hashNotFound));
    expect(bench.ask(image.setState, {})).toMatchObject({ error: { rc: smpRc.invalid } });
    expect(bench.ask(image.erase, { slot: 0 })).toEqual(inGroup(imageRc.invalidSlot));
  });

  it('tells how large an image may be', () => {
    const [info] = opened().granted(image.slotInfo, {}).images;
    expect(info).toMatchObject({ image: 0, slots: [{ slot: 0 }, { slot: 1, upload_image_id: 0 }] });
  });
});
