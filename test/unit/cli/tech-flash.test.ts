import { Temporal } from 'temporal-polyfill';
import { beforeAll, describe, expect, it } from 'vitest';
import { noImages } from '../../../firmware/unit/no-images.ts';
import type { BankRefusal } from '../../../firmware/update/image-bank.ts';
import { encodeConfig } from '../../../protocol/messages/config.ts';
import { openDoses } from '../../../tools/technician/open-doses.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { maker, stranger, trust } from '../protocol/image-keys.ts';
import { document } from '../protocol/signed-samples.ts';
import { type FlashedUnit, imageOf, laidToFlash } from './flashed-unit.ts';
import { passText } from './tech-bench.ts';

const { da } = techWords;
let image: Uint8Array;
beforeAll(async () => {
  image = await imageOf();
});

describe.skipIf(noSocat !== undefined)('dosis tech flash', () => {
  const laid = async () => {
    const { bench, unit } = await laidToFlash();
    return { bench, unit, file: bench.file('new.img', image) };
  };
  const running = (unit: FlashedUnit) => unit.images.images().find(({ active }) => active);

  it('brings an image, has it tried, and tells that the unit has confirmed it', async () => {
    const { bench, unit, file } = await laid();
    const { out, err, code } = await bench.tech('flash', file);
    expect({ out, code }).toEqual({ code: 0, out: `${da.flash.confirmed('1.1.0')}\n` });
    const [moved, restart, trial] = err.split('\n');
    expect(moved).toMatch(/^Overført: \d{2}\.\d{3} byte på .+ s \(.+ kB\/s\)\.$/);
    expect([restart, trial]).toEqual([da.flash.restarting('1.1.0'), da.flash.onTrial('1.1.0')]);
    expect(running(unit)).toMatchObject({ version: '1.1.0', confirmed: true });
    expect(await bench.json('flash', file)).toMatchObject({ version: '1.1.0', state: 'running', faults: [] });
  });

  it('names the kinds of an image and of the unit that it is not for', async () => {
    const { bench, unit } = await laid();
    const file = bench.file('other.img', await imageOf({}, 'arm64', maker.signer, 'dosis-tray'));
    const { err, code } = await bench.tech('flash', file);
    expect({ err, code }).toEqual({
      code: 2,
      err: `${da.mistakes.imageClass(file, 'dosis-tray', 'dispenser')}\n`,
    });
    expect(unit.entries).toEqual([]);
  });

  it('says that another build of the version that runs is not the same', async () => {
    const { bench, unit } = await laid();
    const again = await imageOf({ version: { major: 1, minor: 0, revision: 0, build: 0 } });
    const { err, code } = await bench.tech('flash', bench.file('again.img', again));
    expect({ first: err.split('\n')[0], code }).toEqual({ code: 0, first: da.flash.sameVersion('1.0.0') });
    expect(running(unit)).toMatchObject({ version: '1.0.0', confirmed: true });
  });

  it('tells it as one JSON document', async () => {
    const { bench, file } = await laid();
    const { out, err } = await bench.tech('flash', file, '--json');
    expect({ err, document: JSON.parse(out) }).toMatchObject({
      err: '',
      document: { version: '1.1.0', state: 'confirmed', bytes: image.length },
    });
  });

  it('goes on where the cable was pulled, as soon as it is in again', async () => {
    const { bench, unit, file } = await laid();
    const { write } = unit.images;
    let writes = 0;
    unit.images.write = (offset, data) => {
      writes += 1;
      if (writes === 3) void bench.cable.unplug().then(() => bench.cable.plug());
      return write.call(unit.images, offset, data);
    };
    const { err, code } = await bench.tech('flash', file);
    expect(code).toBe(0);
    expect(err).toContain(`${da.flash.cableOut}\n${da.flash.cableIn}\n`);
    expect(writes).toBeLessThan(Math.ceil(image.length / 8000) + 3);
  });

  it.each([
    ['in the middle of the transfer', (offset: number) => offset > 20_000],
    ['after its last byte', (_offset: number, complete: boolean) => complete],
  ])('shows the pass again to a unit that starts anew %s', async (_, isMoment) => {
    const { bench, unit, file } = await laid();
    const { write } = unit.images;
    let starts = 0;
    unit.images.write = (offset, data) => {
      const written = write.call(unit.images, offset, data);
      if (starts === 0 && written.ok && isMoment(written.value.offset, written.value.complete)) {
        starts += 1;
        bench.served?.restart();
      }
      return written;
    };
    expect((await bench.tech('flash', file)).code).toBe(0);
    expect(starts).toBe(1);
    expect(unit.entries.filter(({ act }) => act === 'session-opened').length).toBeGreaterThan(2);
    expect(running(unit)).toMatchObject({ version: '1.1.0', confirmed: true });
  });

  it('is interrupted between two parts, says so, and goes on from there next time', async () => {
    const { bench, unit, file } = await laid();
    const { write } = unit.images;
    let written = 0;
    unit.images.write = (offset, data) => {
      written += data.length;
      if (written > 20_000 && written < 30_000) process.emit('SIGINT');
      return write.call(unit.images, offset, data);
    };
    const stopped = await bench.tech('flash', file);
    expect(stopped).toMatchObject({ code: 130, out: '' });
    expect(stopped.err).toMatch(/^Afbrudt\. Apparatet kører uændret videre; \d\d % af det nye program er overført\./);
    expect(running(unit)).toMatchObject({ version: '1.0.0', confirmed: true });
    expect(unit.entries.at(-1)).toMatchObject({ act: 'session-ended', detail: 'closed' });
    expect(await bench.tech('flash', file)).toMatchObject({ code: 0 });
    expect(written).toBeLessThan(image.length + 100);
  });

  it('says when the unit goes back', async () => {
    const { bench, unit, file } = await laid();
    unit.passesItsTest = false;
    const { err, code } = await bench.tech('flash', file);
    expect(code).toBe(1);
    expect(err).toContain(`${da.failures.reverted('1.0.0')} ${da.standing.settled('1.0.0')}\n`);
  });

  it('says when the unit does not judge it, and then confirms it on request', async () => {
    const { bench, unit, file } = await laid();
    unit.passesItsTest = null;
    const { err, code } = await bench.tech('flash', file, '--patience', '1');
    expect(code).toBe(1);
    expect(err).toContain(da.failures.unconfirmed('1.1.0'));
    expect(await bench.tech('flash', '--confirm')).toMatchObject({ code: 0 });
    expect(running(unit)).toMatchObject({ version: '1.1.0', confirmed: true });
    expect((await bench.tech('flash')).err).toBe(`${da.mistakes.noImage()}\n`);
  });

  it('confirms it itself when told to', async () => {
    const { bench, unit, file } = await laid();
    unit.passesItsTest = null;
    expect(await bench.tech('flash', file, '--confirm')).toMatchObject({ code: 0 });
    expect(running(unit)).toMatchObject({ version: '1.1.0', confirmed: true });
  });

  it('says which doses stand in the way, and waits when told to', async () => {
    const { bench, unit, file } = await laid();
    const [hour = 0] = [new Date().getUTCHours()];
    const slot = { id: 'evening', at: `${String(hour).padStart(2, '0')}:00`, beforeMinutes: 0, afterMinutes: 61 };
    const plan = { ...document, zone: 'UTC', regimen: { slots: [slot] } };
    unit.config = { ...unit.config, document: () => encodeConfig(plan) };
    unit.verdicts = ['dose-open'];
    const { err, code } = await bench.tech('flash', file);
    expect(code).toBe(1);
    expect(err).toContain('(morgen 2026-11-21 er uafklaret og aften kl. ');
    expect(err).toContain('prøv senere, eller vent med --wait.');
    expect(err).toContain(da.standing.armed);
    unit.verdicts = ['dose-open', 'dose-open'];
    const waited = await bench.tech('flash', file, '--wait');
    expect(waited).toMatchObject({ code: 0 });
    expect(waited.err.match(/Apparatet venter på borgerens dosis/g)).toHaveLength(1);
  });

  it('needs a technician', async () => {
    const { bench, unit, file } = await laid();
    bench.file('pass.pem', passText({ role: 'filler' }));
    const { err, code } = await bench.tech('flash', file);
    expect(code).toBe(1);
    expect(err).toContain(da.failures.denied('påfylder'));
    expect(unit.images.images()).toHaveLength(1);
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['no image', () => new TextEncoder().encode('x'.repeat(99)), da.image.refusals['bad-magic']],
    ['one that was cut', () => image.subarray(0, 20_000), da.image.refusals.truncated],
    ['one with more behind it', () => new Uint8Array([...image, 0]), da.image.refusals.trailing],
    [
      'one that was changed',
      () => image.map((byte, at) => (at === 9_000 ? byte ^ 1 : byte)),
      da.image.refusals['hash-mismatch'],
    ],
    [
      'one for another kind of unit',
      () => imageOf({ deviceClass: trust.deviceClass }),
      da.image.refusals['wrong-class'],
    ],
    ['one without a program', () => imageOf({ body: new Uint8Array(99) }), da.image.noProgram],
  ])('refuses %s before it bothers the unit', async (_, make, sentence) => {
    const { bench, unit } = await laid();
    const file = bench.file('bad.img', await make());
    const { err, code } = await bench.tech('flash', file);
    expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.imageDefect(file, sentence)}\n` });
    expect(unit.entries).toEqual([]);
  });

  it('refuses one that was built for another processor', async () => {
    const { bench } = await laid();
    const file = bench.file('bad.img', await imageOf({}, 'x64'));
    expect((await bench.tech('flash', file)).err).toBe(`${da.mistakes.imageArch(file, 'x64', 'arm64')}\n`);
  });

  it.each<[string, () => Promise<Uint8Array>, BankRefusal]>([
    ['signed by somebody else', () => imageOf({}, 'arm64', stranger.signer), 'wrong-key'],
    [
      'with a forged signature',
      () => imageOf({}, 'arm64', { ...maker.signer, sign: () => new Uint8Array(64) }),
      'bad-signature',
    ],
    ['below the counter of the unit', () => imageOf({ securityCounter: 6 }), 'rolled-back'],
  ])('tells in words why the unit refuses one %s', async (_, make, word) => {
    const { bench, unit } = await laid();
    const words: Readonly<Record<BankRefusal, string>> = da.image.refusals;
    const { err, code } = await bench.tech('flash', bench.file('bad.img', await make()));
    expect(code).toBe(1);
    expect(err).toContain(`${da.failures.imageRefused(words[word])} ${da.standing.unaffected}\n`);
    expect(running(unit)).toMatchObject({ version: '1.0.0', confirmed: true });
  });
});

describe.skipIf(noSocat !== undefined)('a unit that no loader has started', () => {
  it.each([
    ['da', 'uden det program, der lægger nye programmer ind'],
    ['en', 'without the loader that puts firmware in'],
  ] as const)('is left as it is, and whoever brings firmware is told how to start it (%s)', async (language, words) => {
    const { bench, unit } = await laidToFlash();
    Object.assign(unit.images, noImages);
    const { err, code } = await bench.tech('flash', bench.file('new.img', image), '--lang', language);
    const t = techWords[language];
    expect({ err, code }).toEqual({
      code: 1,
      err: `${t.failures.imageRefused(t.image.refusals['no-loader'])} ${t.standing.unaffected}\n`,
    });
    expect(err).toContain(words);
    expect(unit.deeds).toEqual([]);
  });
});

describe('the doses whose window is open', () => {
  const slots = [
    { id: 'night', at: '23:30', beforeMinutes: 0, afterMinutes: 90 },
    { id: 'noon', at: '12:00', beforeMinutes: 60, afterMinutes: 60, days: ['sat' as const] },
  ];
  const at = (text: string) => openDoses({ ...document, regimen: { slots } }, Temporal.Instant.from(text));

  it('go by the zone of the unit, over midnight, and by the day', () => {
    expect(at('2026-11-21T22:29:59Z')).toEqual([]);
    expect(at('2026-11-21T23:59:00Z')).toEqual([{ slot: 'night', at: '23:30', until: '01:00' }]);
    expect(at('2026-11-22T00:00:00Z')).toEqual([]);
    expect(at('2026-11-21T10:00:00Z')).toEqual([{ slot: 'noon', at: '12:00', until: '13:00' }]);
    expect(at('2026-11-22T10:00:00Z')).toEqual([]);
  });
});
