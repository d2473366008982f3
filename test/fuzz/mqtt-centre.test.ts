import { beforeAll, describe, expect, it } from 'vitest';
import { type Channel, channels, topicOf } from '../../protocol/topics.ts';
import { Random } from '../../sim/kernel/random.ts';
import {
  batchMessage,
  bench,
  birthMessage,
  deathMessage,
  lockdownMessage,
  opened,
  raised,
  taken,
} from '../unit/centre/support.ts';
import { growthBytesMax, liveHeapBytes } from './heap.ts';
import { goldenBytes, noise, spoilt } from './hostile-cbor.ts';

/** Messages on all topics together: `DOSIS_FUZZ_RUNS=1000000` for the long run, `DOSIS_SEED` for one seen before. */
const total = Number(process.env.DOSIS_FUZZ_RUNS ?? 30_000);
const seed = Number(process.env.DOSIS_SEED ?? Date.now() % 1_000_000);
const looks = 10;
/** Kept for a person to look at; the oldest go first. */
const refusedMax = 1_000;
const surfaces = channels.filter((channel) => channel.startsWith('up/'));
const runs = looks * Math.ceil(total / surfaces.length / looks);
const [OTHER, HOSTILE] = ['DD-0042', 'DD-0666'];

function seedsFor(channel: Channel): Uint8Array[] {
  const batches = [[opened(1)], [raised(2, 'mechanism-jam')], [taken(3), opened(4)]];
  if (channel === 'up/event') return batches.map((events) => batchMessage(HOSTILE, 7, events).payload);
  if (channel !== 'up/state') return goldenBytes();
  return [birthMessage(HOSTILE), deathMessage(HOSTILE, 1), lockdownMessage(HOSTILE)].map(({ payload }) => payload);
}

function centreWithAUnit() {
  const centre = bench();
  centre.receive(birthMessage(OTHER, { lastSeq: 3 }));
  centre.send(OTHER, 7, opened(1), raised(2, 'mechanism-jam'), taken(3));
  const rows = (sql: string) => centre.store.prepare(sql).all(OTHER);
  return {
    ...centre,
    standing: () => ({
      device: rows('SELECT * FROM device WHERE id = ?'),
      streams: rows('SELECT * FROM stream WHERE device = ?'),
      events: rows('SELECT event.* FROM event JOIN stream ON stream.id = event.stream WHERE device = ?'),
      alarms: rows('SELECT * FROM open_alarm WHERE device = ?'),
      config: rows('SELECT * FROM unit_config WHERE device = ?'),
      unreadable: rows('SELECT 1 FROM unreadable JOIN stream ON stream.id = unreadable.stream WHERE device = ?'),
      refused: centre.store.prepare('SELECT count(*) AS n FROM refused').get()?.n,
    }),
  };
}

describe('a centre to which one unit writes whatever it likes', () => {
  beforeAll(() => {
    process.stderr.write(`mqtt-centre: DOSIS_SEED=${seed} DOSIS_FUZZ_RUNS=${total}\n`);
  });

  it.each(surfaces)(
    'lives on, believes nothing of the others, and answers them (%s)',
    (surface) => {
      const random = Random.stream(seed, surface);
      const centre = centreWithAUnit();
      const { refused: _, ...before } = centre.standing();
      const golden = goldenBytes();
      const own = seedsFor(surface);
      const topics = ['', 'd//up/event', `d/${HOSTILE}/up/`, `d/${HOSTILE}/${'x'.repeat(9_000)}`, `d/a+b/${surface}`];
      const payload = (): Uint8Array => {
        const from = random.pick(random.chance(0.7) ? own : golden);
        const way = random.below(20);
        if (way === 0) return noise(random, 300);
        return way < 3 ? from : spoilt(random, from);
      };
      const heap: number[] = [];
      for (let sent = 1; sent <= runs; sent += 1) {
        const topic = random.chance(0.99) ? topicOf(HOSTILE, surface) : random.pick(topics);
        centre.receive({ topic, payload: payload() });
        if (sent % (runs / looks) !== 0) continue;
        const { refused, ...standing } = centre.standing();
        expect({ seed, sent, ...standing }).toEqual({ seed, sent, ...before });
        expect(refused).toBeLessThanOrEqual(refusedMax);
        heap.push(liveHeapBytes());
      }
      const [first = 0] = heap;
      expect(Math.min(...heap.slice(looks / 2)) - first).toBeLessThan(growthBytesMax);
      expect(centre.send(OTHER, 7, opened(4))).toBe(4);
      expect(centre.readings.devices().find(({ id }) => id === OTHER)).toMatchObject({ ackedThrough: 4, lost: 0 });
      expect(centre.store.integrityProblems()).toEqual([]);
    },
    3_600_000,
  );
});
