import { expect, it } from 'vitest';
import { guarded, PLACES, passMany, RECORD_BYTES, RECORD_MS_MAX, SEEN_MS_MAX } from './counter-rig.ts';
import { BARRIERS, GUARD, SketchRig } from './sketch-rig.ts';

/** Where a record's number lies in it. */
const NUMBER_AT = 14;

it('starts from zero on a memory that was never written', () => {
  const rig = new SketchRig();
  expect(rig.witness()).toMatchObject({ nonce: 1, resetCause: 1, counts: { fedA: 0, fedB: 0, binned: 0 } });
});

it('counts what passes each barrier, once', () => {
  const rig = guarded();
  passMany(rig, 3, BARRIERS.fedA);
  passMany(rig, 2, BARRIERS.fedB);
  rig.pass(BARRIERS.binned, 2000);
  rig.ms(10);
  expect(rig.witness().counts).toEqual({ fedA: 3, fedB: 2, binned: 1 });
});

it('takes neither a flicker nor a bouncing edge for a sachet', () => {
  const rig = guarded();
  for (const [dark, clear] of [
    [4, 20],
    [1, 1],
    [2, 1],
    [3, 2],
    [30, 3],
    [20, 1],
    [4, 30],
  ] as const) {
    rig.pass(BARRIERS.fedA, dark);
    rig.ms(clear);
  }
  expect(rig.witness().counts).toMatchObject({ fedA: 1 });
});

it('tells what lies in a barrier, and does not count what lay there when it was told to watch', () => {
  const rig = new SketchRig();
  rig.chip.setLevel(BARRIERS.fedB, false);
  rig.ask(GUARD);
  rig.ms(50);
  expect(rig.witness()).toMatchObject({
    counts: { fedB: 0 },
    dark: { fedA: false, fedB: true, binned: false, cup: false },
  });
  rig.chip.setLevel(BARRIERS.fedB, true);
  rig.ms(20);
  rig.pass(BARRIERS.fedB, 20);
  expect(rig.witness()).toMatchObject({ counts: { fedB: 1 }, dark: { fedB: false } });
});

it('has kept a count before a sachet of ordinary length has passed', () => {
  const rig = guarded();
  rig.chip.setLevel(BARRIERS.fedA, false);
  rig.ms(SEEN_MS_MAX + RECORD_MS_MAX + 2);
  expect(new SketchRig(rig.chip.eeprom.tornAt(rig.chip.cycles)).witness().counts).toMatchObject({ fedA: 1 });
});

it('tells a count only when it is kept', () => {
  const rig = guarded();
  passMany(rig, 1);
  rig.chip.setLevel(BARRIERS.fedA, false);
  rig.ms(7);
  expect(rig.witness().counts).toMatchObject({ fedA: 2 });
  const kept = rig.chip.eeprom.tornAt(rig.chip.cycles);
  expect(new SketchRig(kept).witness().counts).toMatchObject({ fedA: 2 });
});

it('wears no cell more than another record by record', () => {
  const rig = guarded();
  passMany(rig, 5 * PLACES + 10);
  const wear = rig.chip.eeprom.wear();
  const numbers = wear.filter((_, cell) => cell % RECORD_BYTES === NUMBER_AT);
  expect(Math.max(...numbers) - Math.min(...numbers)).toBeLessThanOrEqual(1);
  expect(Math.max(...wear)).toBe(Math.max(...numbers));
  expect(Math.max(...wear)).toBe(6);
});

function damaged(records: number, damage: (image: Uint8Array) => void): SketchRig {
  const rig = guarded();
  passMany(rig, records);
  const image = rig.chip.eeprom.contents();
  damage(image);
  return new SketchRig(image);
}

it.each([
  // The start of the sketch is the record with number 0, so the last sachet's has their count.
  ['in the newest record', 20, 20, 0],
  ['in an older record', 20, 7, 5],
  ['in a record of a full ring', PLACES + 20, 40, 12],
  ['in the number of an older record', PLACES + 20, 50, NUMBER_AT],
])('says that it does not know when there is damage %s', (_, records, place, byte) => {
  const rig = damaged(records, (image) => {
    image[place * RECORD_BYTES + byte] = (image[place * RECORD_BYTES + byte] ?? 0) ^ 0x10;
  });
  const { counts, nonce } = rig.witness();
  expect(counts).toBeNull();
  rig.ask(GUARD);
  passMany(rig, 2);
  rig.chip.powerCut();
  rig.start();
  expect(rig.witness()).toMatchObject({ counts: null, nonce: nonce + 1 });
});

it.each([
  ['zeros', () => 0],
  ['noise', (index: number) => (index * 7919 + 13) & 0xff],
  ['a hole', (index: number) => (index >= 32 && index < 48 ? 0xff : undefined)],
])('says that it does not know when the memory is full of %s', (_, value) => {
  const rig = damaged(PLACES + 10, (image) => {
    for (let index = 0; index < image.length; index += 1) image[index] = value(index) ?? image[index] ?? 0;
  });
  expect(rig.witness().counts).toBeNull();
});

it('notices a cell that is worn out, and trusts no count from then on', () => {
  const rig = guarded();
  passMany(rig, 3);
  rig.chip.eeprom.wearOut(4 * RECORD_BYTES, 0xff);
  passMany(rig, 2);
  expect(rig.witness().counts).toBeNull();
});
