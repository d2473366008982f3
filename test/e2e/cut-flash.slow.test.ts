import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../sim/kernel/random.ts';
import { flash } from '../../tools/technician/flash.ts';
import { noSocat } from '../contract/cable.ts';
import { CutCable, imageWith, type TestImage } from './cut-cable.ts';

const seed = Number(process.env.DOSIS_SEED ?? 1);
const [cables, cutsEach] = [4, 50];
/** An upload's longest request, as it travels, and a new session. */
const wireBytesPerCut = 13_000;

const silently = { onUpload: () => undefined, onBytes: () => undefined, tell: () => undefined };
const how = { wait: false, confirm: false, patienceMs: 30_000, agree: async () => true, ...silently };

function noise(random: Random, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => random.below(256));
}

describe.skipIf(noSocat !== undefined)(`${cables * cutsEach} cuts of the cable while firmware is sent`, () => {
  const random = Random.stream(seed, 'cuts');
  const first = imageWith(noise(random, 1_000), '1.0.0');
  const next = imageWith(noise(random, 700_000), '1.1.0');
  let laid: readonly CutCable[] = [];
  let uncut: CutCable;

  /** In what the laptop sends in one go, in base64, and a little of what comes before and after. */
  const cutsIn = (image: TestImage): readonly number[] => {
    const at = new Set<number>();
    while (at.size < cutsEach) at.add(random.between(4_000, Math.floor((image.bytes.length * 4) / 3)));
    return [...at].sort((left, right) => left - right);
  };

  beforeAll(async () => {
    laid = Array.from({ length: cables }, () => new CutCable(first, cutsIn(next)));
    uncut = new CutCable(first, []);
    await Promise.all([...laid, uncut].map((cable) => cable.lay()));
  });
  afterAll(async () => {
    await Promise.all([...laid, uncut].map((cable) => cable.remove()));
  });

  it(`cost what was on its way, and no more (seed ${seed})`, async () => {
    const brought = async (cable: CutCable) =>
      cable.visited(async (visit) => expect(await flash(visit, next, how)).toBe('confirmed'));
    const inOneGo = await brought(uncut);
    const sent = await Promise.all(laid.map(brought));
    for (const [index, cable] of laid.entries()) {
      expect(cable.running).toMatchObject({ version: '1.1.0', confirmed: true, hash: next.hash });
      expect(cable.pulls).toBe(cutsEach);
      // Some cuts take the request to go on with them; what comes through goes on from the very byte that was reached.
      expect(cable.goings.length).toBeGreaterThan(0.9 * cutsEach);
      expect(cable.goings.filter(({ from, reached }) => from !== reached)).toEqual([]);
      expect((sent[index] ?? 0) - inOneGo).toBeLessThan(cutsEach * wireBytesPerCut);
    }
  });
});
