import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import { sign1 } from '../../../protocol/cose/sign1.ts';
import { configLimits } from '../../../protocol/limits.ts';
import { encodeConfig } from '../../../protocol/messages/config.ts';
import { refusalFrom } from '../../../protocol/messages/refusal.ts';
import {
  type ConfigEnvelope,
  type ConfigHolder,
  documentHash,
  mayReplace,
  openConfig,
  readOffered,
  signConfig,
  signedConfigType,
} from '../../../protocol/messages/signed-config.ts';
import { configEnvelopeBytesMax, envelopeLimits } from '../../../protocol/messages/signed-limits.ts';
import { anyConfig } from './arbitraries.ts';
import { device, document, issuedAt } from './signed-samples.ts';
import { centre, coseRefusalOf, forger, sha256, trust } from './signing.ts';
import { refusalOf } from './thrown.ts';

const base = sha256(Uint8Array.of(6));
const order = { device, base, issuedAt, document };
const signed = signConfig(order, centre);
const hash = sha256(encodeConfig(document));

/** What a centre that does not check would sign. */
function signWire(entries: CborMap): Uint8Array {
  return sign1(encode(entries, envelopeLimits), signedConfigType, centre);
}

const wire: CborMap = new Map<number, CborValue>([
  [1, device],
  [2, 7],
  [3, base],
  [4, issuedAt],
  [5, encodeConfig(document)],
]);
const without = (key: number) => new Map([...wire].filter(([found]) => found !== key));
const changed = (key: number, value: CborValue) => new Map([...wire, [key, value]] as [number, CborValue][]);

describe('signConfig and openConfig', () => {
  it('bring every document back, with what it is bound to', () => {
    fc.assert(
      fc.property(anyConfig, (any) => {
        const envelope = openConfig(signConfig({ ...order, document: any }, centre), trust);
        expect(readOffered(envelope)).toEqual(any);
        expect(envelope).toEqual({ device, version: any.version, base, issuedAt, document: encodeConfig(any) });
      }),
      { numRuns: 50 },
    );
  });

  it('carry the largest document there is', () => {
    const slots = Array.from({ length: 24 }, () => ({
      id: 'before-lunch',
      at: '23:59',
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const,
      beforeMinutes: 720,
      afterMinutes: 720,
      sachets: 8,
      roll: 'B' as const,
    }));
    const large = { ...document, version: 0xffff_ffff, regimen: { slots, minIntervalMinutes: 1440 } };
    const longest = { ...order, device: 'a'.repeat(32), document: large };
    expect(readOffered(openConfig(signConfig(longest, centre), trust))).toEqual(large);
    const full: CborMap = new Map<number, CborValue>([
      [1, 'a'.repeat(32)],
      [2, 0xffff_ffff],
      [3, base],
      [4, 0xffff_ffff],
      [5, new Uint8Array(configLimits.bytesMax)],
    ]);
    expect(encode(full, envelopeLimits).length).toBeLessThanOrEqual(configEnvelopeBytesMax);
  });

  it('refuse to sign what no unit would take', () => {
    const wrong = { ...document, version: 0 };
    expect(refusalOf(() => signConfig({ ...order, document: wrong }, centre)).path).toBe('version');
    expect(refusalOf(() => signConfig({ ...order, device: 'a/b' }, centre)).path).toBe('device');
    expect(refusalOf(() => signConfig({ ...order, base: base.subarray(1) }, centre)).path).toBe('base');
  });
});

describe('openConfig', () => {
  it('refuses a signed document with any of its bytes changed, in every way', () => {
    for (let at = 0; at < signed.length; at += 1) {
      for (let flip = 1; flip < 256; flip += at % 16 === 0 ? 1 : 37) {
        const bytes = signed.with(at, (signed[at] ?? 0) ^ flip);
        expect(coseRefusalOf(() => openConfig(bytes, trust)).message).toMatch(/^The signed document /);
      }
    }
  });

  it('refuses a document in the name of the centre', () => {
    expect(coseRefusalOf(() => openConfig(signConfig(order, forger), trust)).code).toBe('bad-signature');
  });

  it.each([
    ['device', without(1), 'missing'],
    ['version', without(2), 'missing'],
    ['issuedAt', without(4), 'missing'],
    ['document', without(5), 'missing'],
    ['device', changed(1, 'ab'), 'invalid'],
    ['device', changed(1, 'a'.repeat(33)), 'invalid'],
    ['device', changed(1, 'DK/0042'), 'invalid'],
    ['device', changed(1, 42), 'invalid'],
    ['version', changed(2, 0), 'invalid'],
    ['version', changed(2, -1), 'invalid'],
    ['version', changed(2, '7'), 'invalid'],
    ['base', changed(3, new Uint8Array(31)), 'invalid'],
    ['base', changed(3, new Uint8Array(33)), 'invalid'],
    ['base', changed(3, null), 'invalid'],
    ['issuedAt', changed(4, -1), 'invalid'],
    ['issuedAt', changed(4, true), 'invalid'],
    ['document', changed(5, new Uint8Array()), 'invalid'],
    ['document', changed(5, 'text'), 'invalid'],
    ['', changed(6, 1), 'unknown-key'],
  ])('names %j when it is wrong, although the centre signed it (%#)', (path, envelope, code) => {
    const refusal = refusalOf(() => openConfig(signWire(envelope), trust));
    expect(refusalFrom(refusal)).toEqual({ path, code });
  });
});

describe('readOffered', () => {
  const slot = new Map<number, CborValue>([
    [1, 'morning'],
    [2, 480],
    [4, 30],
    [5, 60],
  ]);
  const top = decode(encodeConfig(document), configLimits) as CborMap;
  const set = (map: CborMap, key: number, value: CborValue): CborMap =>
    new Map([...map, [key, value]] as [number, CborValue][]);
  const slotWith = (key: number, value: CborValue) => set(top, 6, new Map([[1, [set(slot, key, value)]]]));
  const reminderWith = (key: number, value: CborValue) =>
    set(
      top,
      7,
      new Map([
        [1, 10],
        [2, 20],
        [3, 15],
        [4, 5],
        [key, value],
      ] as [number, CborValue][]),
    );

  it.each([
    ['version', set(top, 1, 0)],
    ['profile', set(top, 2, 7)],
    ['zone', set(top, 3, 'Europe/Copenhagen; rm')],
    ['language', set(top, 4, 2)],
    ['serviceNumber', set(top, 5, 'x'.repeat(21))],
    ['regimen.slots', set(top, 6, new Map([[1, []]]))],
    ['regimen.slots', set(top, 6, new Map([[1, Array.from({ length: 25 }, () => slot)]]))],
    ['regimen.slots.0.id', slotWith(1, 'Morning')],
    ['regimen.slots.0.at', slotWith(2, 1440)],
    ['regimen.slots.0.days', slotWith(3, 0)],
    ['regimen.slots.0.days', slotWith(3, 128)],
    ['regimen.slots.0.beforeMinutes', slotWith(4, 721)],
    ['regimen.slots.0.afterMinutes', slotWith(5, 0)],
    ['regimen.slots.0.afterMinutes', slotWith(5, 721)],
    ['regimen.slots.0.sachets', slotWith(6, 9)],
    ['regimen.slots.0.roll', slotWith(7, 2)],
    [
      'regimen.minIntervalMinutes',
      set(
        top,
        6,
        new Map<number, CborValue>([
          [1, [slot]],
          [2, 1441],
        ] as [number, CborValue][]),
      ),
    ],
    ['reminder.firmAfterMinutes', reminderWith(1, 721)],
    ['reminder.urgentAfterMinutes', reminderWith(2, -1)],
    ['reminder.lastCallMinutes', reminderWith(3, 721)],
    ['reminder.repeatMinutes', reminderWith(4, 0)],
    ['presentMinutes', set(top, 8, 241)],
    ['takeOutDosesMax', set(top, 9, 201)],
    ['quietMinutes', set(top, 10, 121)],
  ])('names %s when it is out of range, although the centre signed it', (path, wrong) => {
    const envelope = openConfig(signWire(changed(5, encode(wrong, configLimits))), trust);
    expect(refusalFrom(refusalOf(() => readOffered(envelope)))).toEqual({ path, code: 'invalid' });
  });

  it('refuses a document whose version is not that of its envelope', () => {
    const envelope = openConfig(signWire(changed(2, 8)), trust);
    expect(refusalOf(() => readOffered(envelope)).message).toBe('version must be 8, as its envelope says, not 7.');
  });

  it('never ends otherwise than with a document or a refusal, whatever the centre signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const envelope = openConfig(signWire(changed(5, bytes)), trust);
        const refusal = refusalFrom(refusalOf(() => readOffered(envelope)));
        expect(refusal).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('documentHash', () => {
  it('is over the bytes of the document and nothing around them', () => {
    const envelope = openConfig(signed, trust);
    expect(documentHash(envelope.document, sha256)).toEqual(hash);
    const forAnother = openConfig(signConfig({ ...order, device: 'DK-0043' }, centre), trust);
    expect(documentHash(forAnother.document, sha256)).toEqual(hash);
  });
});

describe('mayReplace', () => {
  const envelope: ConfigEnvelope = openConfig(signed, trust);
  const { base: _, ...baseless } = envelope;
  const firstFrom = baseless.issuedAt;
  const empty: ConfigHolder = { device, firstFrom };
  const unit = (version: number, inForceHash: Uint8Array): ConfigHolder => ({
    device,
    inForce: { version, hash: inForceHash },
    firstFrom: baseless.issuedAt + 1,
  });
  const other = sha256(Uint8Array.of(99));

  it.each([
    ['takes the next version, made from the one in force', unit(6, base), envelope, 'replaces'],
    ['takes a version further on, made from the one in force', unit(2, base), envelope, 'replaces'],
    ['takes the first document of an empty unit', empty, baseless, 'replaces'],
    ['knows the document in force when it comes again', unit(7, hash), envelope, 'in-force'],
  ])('%s', (_title, holder, offered, verdict) => {
    expect(mayReplace(holder, { envelope: offered, hash })).toEqual({ verdict });
  });

  it.each([
    ['a document for another unit', { ...unit(6, base), device: 'DK-0043' }, envelope, 'device', 'another-device'],
    ['the first document of another unit', { ...empty, device: 'DK-0043' }, baseless, 'device', 'another-device'],
    ['a first document from before its time', empty, { ...baseless, issuedAt: firstFrom - 1 }, 'issuedAt', 'outdated'],
    ['an older version', unit(8, base), envelope, 'version', 'older-version'],
    ['an older version that was in force once', unit(8, hash), envelope, 'version', 'older-version'],
    ['the version in force with another content', unit(7, other), envelope, 'version', 'version-reused'],
    ['a change of another document', unit(6, other), envelope, 'base', 'base-mismatch'],
    ['a first document where one is in force', unit(6, base), baseless, 'base', 'base-mismatch'],
    ['a change of a document that an empty unit has not', empty, envelope, 'base', 'base-mismatch'],
  ])('refuses %s', (_title, holder, offered, path, code) => {
    const verdict = { verdict: 'refused', refusal: { path, code } };
    expect(mayReplace(holder, { envelope: offered, hash })).toEqual(verdict);
  });

  it('lets no order of old and new documents bring an older one back', () => {
    const versions = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 });
    const history = [...Array(10).keys()].map((version) => sha256(Uint8Array.of(version)));
    fc.assert(
      fc.property(versions, (offers) => {
        let holder: ConfigHolder = empty;
        for (const version of offers) {
          const offered = { ...baseless, version, ...(version > 1 && { base: history[version - 1] ?? base }) };
          const newHash = history[version] ?? base;
          const before = holder.inForce?.version ?? 0;
          const { verdict } = mayReplace(holder, { envelope: offered, hash: newHash });
          if (verdict === 'replaces') holder = { ...empty, inForce: { version, hash: newHash } };
          const after = holder.inForce?.version ?? 0;
          expect([before, before + 1]).toContain(after);
          expect(verdict === 'in-force').toBe(version === before);
        }
      }),
    );
  });
});
