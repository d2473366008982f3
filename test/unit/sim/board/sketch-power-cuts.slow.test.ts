import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { guarded, PLACES, passMany, RECORD_MS_MAX, SEEN_MS_MAX } from './counter-rig.ts';
import { BARRIERS, GUARD, SketchRig } from './sketch-rig.ts';

const CUT_EVERY_CYCLES = 1000;

/** Every content that the memory would have had after a power cut, at every thousandth cycle for so long. */
function cutsDuring(rig: SketchRig, ms: number): Uint8Array[] {
  const images = new Map<string, Uint8Array>();
  const end = rig.chip.cycles + ms * CYCLES_PER_MS;
  while (rig.chip.cycles < end) {
    rig.chip.advance(CUT_EVERY_CYCLES);
    const image = rig.chip.eeprom.tornAt(rig.chip.cycles);
    images.set(Buffer.from(image).toString('latin1'), image);
  }
  return [...images.values()];
}

it.each([
  ['a new ring', 0],
  ['a ring that has gone round', PLACES + 3],
  ['numbers whose high byte changes', 4 * PLACES - 5],
])('after a power cut at any moment the count is the old one or the new one: %s', (_, before) => {
  const rig = guarded();
  passMany(rig, before);
  for (let sachet = 1; sachet <= 6; sachet += 1) {
    rig.chip.setLevel(BARRIERS.fedA, false);
    const cuts = cutsDuring(rig, SEEN_MS_MAX + RECORD_MS_MAX + 5);
    rig.chip.setLevel(BARRIERS.fedA, true);
    rig.ms(10);
    const told = cuts.map((image) => new SketchRig(image).witness());
    const counts = told.map((witness) => witness.counts?.fedA);
    const old = before + sachet - 1;
    expect(new Set(counts)).toEqual(new Set([old, old + 1]));
    expect(counts).toEqual(counts.toSorted((a = 0, b = 0) => a - b));
    expect(told.every(({ counts, nonce }) => counts?.binned === 0 && nonce === 2)).toBe(true);
  }
});

it('after a power cut in the middle of a start the counts stand, and the start has another nonce than any told', () => {
  const first = guarded();
  passMany(first, 5);
  const [{ nonce }, image] = [first.witness(), first.chip.eeprom.contents()];
  const second = new SketchRig(image);
  second.chip.powerCut();
  second.chip.eeprom.load(image);
  second.chip.powerOn();
  for (const cut of cutsDuring(second, 80)) {
    const witness = new SketchRig(cut).witness();
    expect(witness.counts).toEqual({ fedA: 5, fedB: 0, binned: 0 });
    expect(witness.nonce).toBeGreaterThan(nonce);
  }
});

it('goes on counting after a hundred power cuts, each in the middle of something', () => {
  const rig = guarded();
  let known = 0;
  for (let cut = 0; cut < 100; cut += 1) {
    rig.chip.setLevel(BARRIERS.fedA, false);
    rig.ms(3 + ((cut * 7) % 70));
    rig.chip.powerCut();
    rig.ms(5);
    rig.chip.setLevel(BARRIERS.fedA, true);
    rig.start();
    rig.ask({ ...GUARD, silenceMs: 10_000 });
    const { counts } = rig.witness();
    expect([known, known + 1]).toContain(counts?.fedA);
    known = counts?.fedA ?? 0;
  }
  expect(known).toBeGreaterThan(25);
  expect(known).toBeLessThan(75);
});
