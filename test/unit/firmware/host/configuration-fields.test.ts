import { beforeAll, describe, expect, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../../protocol/cbor.ts';
import { sign1 } from '../../../../protocol/cose/sign1.ts';
import { configLimits, dailyMessagesMax, slotsMax } from '../../../../protocol/limits.ts';
import { type ConfigDocument, encodeConfig } from '../../../../protocol/messages/config.ts';
import { signedConfigType } from '../../../../protocol/messages/signed-config.ts';
import { envelopeLimits } from '../../../../protocol/messages/signed-limits.ts';
import { Desk, hashOf, SIGNER, signed } from '../centre-desk.ts';
import { CONFIG, labels, Rig } from '../rig.ts';

/** Numbers on the wire by the names that a refusal calls them (protocol/dosis.cddl). */
const keys = {
  '': {
    version: 1,
    profile: 2,
    zone: 3,
    language: 4,
    serviceNumber: 5,
    regimen: 6,
    reminder: 7,
    presentMinutes: 8,
    takeOutDosesMax: 9,
    quietMinutes: 10,
    messages: 11,
    contacts: 12,
  },
  regimen: { slots: 1, minIntervalMinutes: 2, prescription: 3 },
  slots: { id: 1, at: 2, days: 3, beforeMinutes: 4, afterMinutes: 5, sachets: 6, roll: 7 },
  reminder: { firmAfterMinutes: 1, urgentAfterMinutes: 2, lastCallMinutes: 3, repeatMinutes: 4 },
  messages: { id: 1, at: 2, days: 3, text: 4 },
} as const satisfies Record<string, Record<string, number>>;

/** A document that says everything there is to say. */
const whole: ConfigDocument = {
  ...CONFIG,
  version: 2,
  regimen: {
    slots: CONFIG.regimen.slots.map((slot) => ({ ...slot, days: ['mon', 'sun'], sachets: 1, roll: 'A' })),
    minIntervalMinutes: 60,
    prescription: 0,
  },
  reminder: { firmAfterMinutes: 10, urgentAfterMinutes: 20, lastCallMinutes: 15, repeatMinutes: 5 },
  presentMinutes: 30,
  messages: [{ id: 'drink', at: '14:30', days: ['sat'], text: 'Husk at drikke.' }],
  contacts: ['c-7f3a'],
};
const wire = decode(encodeConfig(whole), configLimits) as CborMap;
const optional =
  /(days|sachets|roll|minIntervalMinutes|prescription|reminder|Max|presentM\w+|quietM\w+|messages|contacts)$/;

const many = (count: number, path: string): CborValue => Array.from({ length: count }, () => at(wire, path));

/** Values one beyond each end of what a field takes, and such as look almost right. */
const beyond: Readonly<Record<string, readonly CborValue[]>> = {
  version: [0, -1, 1, 3],
  profile: [7, -1, 0xffff_ffff],
  zone: ['', 'x'.repeat(41), 'Europe/Copenhagen; rm', 'Europe/Atlantis'],
  language: [2, -1],
  serviceNumber: ['', '7'.repeat(21), '70 12 34 5æ'],
  regimen: [new Map(), []],
  'regimen.slots': [[], many(slotsMax + 1, 'regimen.slots.0')],
  'regimen.slots.0': [],
  'regimen.slots.0.id': ['', 'Morning', 'm'.repeat(13), 'a b'],
  'regimen.slots.0.at': [1440, -1],
  'regimen.slots.0.days': [0, 128, -1],
  'regimen.slots.0.beforeMinutes': [-1, 721],
  'regimen.slots.0.afterMinutes': [-1, 0, 721],
  'regimen.slots.0.sachets': [0, 9],
  'regimen.slots.0.roll': [2, -1],
  'regimen.minIntervalMinutes': [-1, 1441],
  'regimen.prescription': [-1],
  reminder: [new Map()],
  'reminder.firmAfterMinutes': [-1, 721],
  'reminder.urgentAfterMinutes': [-1, 721],
  'reminder.lastCallMinutes': [-1, 721],
  'reminder.repeatMinutes': [0, 121],
  presentMinutes: [0, 241],
  takeOutDosesMax: [-1, 201],
  quietMinutes: [-1, 121],
  messages: [[], many(dailyMessagesMax + 1, 'messages.0')],
  'messages.0': [],
  'messages.0.id': ['', 'Drink', 'd'.repeat(13)],
  'messages.0.at': [1440, -1],
  'messages.0.days': [0, 128],
  'messages.0.text': ['', 'x'.repeat(161), 'Til 010150-1234'],
  contacts: [[], Array.from({ length: 9 }, (_, index) => `c-${index}`)],
  'contacts.0': ['', 'a b', 'c'.repeat(25), 'Åse'],
};
/** No field takes these, but for the containers. */
const strange: readonly CborValue[] = [null, true, new Uint8Array(3)];

describe('a configuration that the centre signed with one field out of its range', () => {
  const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
  let desk: Desk;
  beforeAll(() => {
    desk = new Desk(rig);
  });

  it('is attacked here in every field that a document has', () => {
    expect(pathsIn(whole).filter((path) => !(path in beyond) && !path.startsWith('regimen.slots.1'))).toEqual([]);
  });

  it.each(Object.keys(beyond))('is rejected with the name of the field, and the last one stays: %s', (path) => {
    for (const value of [...strange, ...(beyond[path] ?? [])])
      expectRefused(changed(wire, path, value), path, 'invalid');
  });

  it.each(Object.keys(beyond).filter((path) => !(optional.test(path) || path.endsWith('.0'))))(
    'is rejected without the field %s',
    (path) => expectRefused(changed(wire, path, undefined), path, 'missing'),
  );

  it.each(['', 'regimen', 'regimen.slots.0', 'reminder', 'messages.0'])(
    'is rejected with a setting that nobody knows, inside "%s"',
    (path) => {
      const extra = new Map([...(path === '' ? wire : (at(wire, path) as CborMap)), [99, 1]]);
      expectRefused(path === '' ? extra : changed(wire, path, extra), path, 'unknown-key');
    },
  );

  it('leaves the way open for a right one, also after a restart', () => {
    rig.cutPower();
    rig.boot();
    desk = new Desk(rig);
    expect(rig.host.state.memory?.settings.version).toBe(1);
    desk.send('config', signed(whole, { base: hashOf(CONFIG) }));
    expect(desk.reports.at(-1)).toMatchObject({ status: 'applied', version: 2 });
  });

  function expectRefused(document: CborMap, path: string, code: string): void {
    desk.send('config', signedWire(document));
    rig.pass(2);
    const report = desk.reports.at(-1);
    const [error] = report?.status === 'rejected' ? report.errors : [];
    // What is wrong inside of something is named where it lies.
    const isLeaf = code !== 'invalid' || !Object.keys(beyond).some((other) => other.startsWith(`${path}.`));
    const named = isLeaf ? error?.path === path : error?.path.startsWith(path);
    expect({ path, report, named }).toMatchObject({
      named: true,
      report: { status: 'rejected', version: 2, inForce: { version: 1, hash: hashOf(CONFIG) } },
    });
    expect([code, 'missing', 'conflict']).toContain(error?.code);
    expect(rig.host.state.memory?.settings.version).toBe(1);
  }
});

/** What a centre that does not check would sign. */
function signedWire(document: CborMap): Uint8Array {
  const envelope: CborMap = new Map<number, CborValue>([
    [1, 'DD-0042'],
    [2, 2],
    [3, hashOf(CONFIG)],
    [4, 1_795_150_000],
    [5, encode(document, { bytesMax: 8_192, depthMax: 16, itemsMax: 4_096 })],
  ]);
  return sign1(encode(envelope, envelopeLimits), signedConfigType, SIGNER);
}

function pathsIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  // Days of the week are one number on the wire.
  if (path.endsWith('days')) return [path];
  const inside = Object.entries(value).flatMap(([name, part]) => pathsIn(part, path === '' ? name : `${path}.${name}`));
  return path === '' ? inside : [path, ...inside];
}

/** `regimen.slots.0.at` as steps on the wire. */
function stepsTo(path: string): readonly number[] {
  let level = '';
  return path.split('.').map((name) => {
    if (/^\d+$/.test(name)) return Number(name);
    const step = (keys[level as keyof typeof keys] as Record<string, number>)[name] as number;
    level = name;
    return step;
  });
}

function at(map: CborMap, path: string): CborValue {
  return stepsTo(path).reduce<CborValue>(
    (value, step) => (value instanceof Map ? value.get(step) : (value as readonly CborValue[])[step]) as CborValue,
    map,
  );
}

function changed(map: CborMap, path: string, value: CborValue | undefined): CborMap {
  return put(map, stepsTo(path), value) as CborMap;
}

function put(into: CborValue, [step = 0, ...rest]: readonly number[], value: CborValue | undefined): CborValue {
  if (Array.isArray(into)) return into.map((part, index) => (index === step ? next(part, rest, value) : part));
  const map = new Map(into as CborMap);
  if (rest.length === 0 && value === undefined) map.delete(step);
  else map.set(step, next(map.get(step) as CborValue, rest, value));
  return map;
}

function next(part: CborValue, rest: readonly number[], value: CborValue | undefined): CborValue {
  return rest.length === 0 ? (value as CborValue) : put(part, rest, value);
}
