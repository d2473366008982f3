import { beforeAll, expect, it } from 'vitest';
import { imageBytesMax } from '../../protocol/image/layout.ts';
import { encodeImagePart } from '../../protocol/messages/image-part.ts';
import { Random } from '../../sim/kernel/random.ts';
import { AirRig } from '../unit/firmware/air/air-rig.ts';
import { imageOf, sha256 } from '../unit/firmware/update/rig.ts';
import { growthBytesMax, liveHeapBytes } from './heap.ts';
import { goldenBytes, noise, spoilt } from './hostile-cbor.ts';

/** `DOSIS_FUZZ_RUNS=1000000` for the long run, `DOSIS_SEED` for one seen before. */
const runs = Number(process.env.DOSIS_FUZZ_RUNS ?? 10_000);
const seed = Number(process.env.DOSIS_SEED ?? Date.now() % 1_000_000);
const looks = 10;
/** Hostile pieces between two steps of the unit's time. */
const floodSize = 20;

beforeAll(() => {
  process.stderr.write(`mqtt-image: DOSIS_SEED=${seed} DOSIS_FUZZ_RUNS=${runs}\n`);
});

/** Pieces of the right image and of none, at the right places and beyond, whole and spoilt. */
function falsePiece(random: Random, wanted: Uint8Array, golden: readonly Uint8Array[]): Uint8Array {
  const offset = random.pick([0, 0, 1, 512, wanted.length - 1, wanted.length, imageBytesMax - 1]);
  const image = sha256(random.chance(0.8) ? wanted : noise(random, 8));
  const piece = encodeImagePart({
    image,
    offset,
    ...(random.chance(0.2) ? {} : { data: Uint8Array.of(7, ...noise(random, 600)) }),
  });
  if (random.chance(0.3)) return piece;
  return spoilt(random, random.chance(0.8) ? piece : random.pick(golden));
}

it('a unit that fetches an image under a flood of false pieces runs what it ran, and takes the true one afterwards', () => {
  const random = Random.stream(seed, 'hostile image');
  const [air, wanted, golden] = [new AirRig(), imageOf('1.1.0'), goldenBytes()];
  const before = { phase: 'running', custody: 'locked', runs: { version: '1.0.0', confirmed: true } };
  const heap: number[] = [];
  air.connect();
  air.order(wanted);
  const { road } = air;
  air.road = () => [];
  let id = 5;
  for (let sent = 1; sent <= runs; sent += 1) {
    air.tell('image', falsePiece(random, wanted, golden));
    if (sent % floodSize === 0) {
      air.pass(50);
      if (air.answer?.status !== 'accepted') {
        id += 1;
        air.order(wanted, { id });
      }
    }
    if (sent % (runs / looks) !== 0) continue;
    const { phase, chart } = air.host?.state ?? {};
    expect({ seed, sent, phase, custody: chart?.custody, runs: air.runs }).toEqual({ seed, sent, ...before });
    // What the test itself has written down; the unit has nothing of it.
    for (const list of [air.rig.logged, air.rig.calls, air.rig.observed]) list.length = 0;
    heap.push(liveHeapBytes());
  }
  expect(Math.min(...heap.slice(looks / 2)) - (heap[0] ?? 0)).toBeLessThan(growthBytesMax);
  air.road = road;
  // What is half there may be false, and is then refused; the next order begins anew.
  const last = air.passToEnd();
  if (last?.status !== 'done') air.order(wanted, { id: id + 1 });
  expect(air.passToEnd()).toMatchObject({ status: 'done' });
  expect(air.runs).toEqual({ version: '1.1.0', confirmed: true });
}, 3_600_000);
