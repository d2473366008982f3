// A unit in a process of its own with a ledger full of unsent records; says what it takes to get rid of them.
import { IN_PLACE } from '../../firmware/domain/placement.ts';
import { bootHost } from '../../firmware/host/host.ts';
import { Ledger } from '../../firmware/ledger/ledger.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import { createClock } from '../../hal/linux/clock.ts';
import { createEntropy } from '../../hal/linux/entropy.ts';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import type { MechanismEvent } from '../../hal/ports/mechanism.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { decodeBatch } from '../../protocol/messages/batch.ts';
import { FOUR_A_DAY } from '../../sim/bench/four-a-day.ts';

/** What the process was told to do: ledger file, broker, how many records of which every so manyth is an alarm. */
export interface BacklogTask {
  readonly path: string;
  readonly broker: string;
  readonly device: string;
  readonly records: number;
  readonly alarmEvery: number;
}

export interface BacklogDone {
  readonly ms: number;
  readonly peakMb: number;
  readonly batches: number;
  readonly events: number;
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
  readonly inFlightMax: number;
}

const COMMIT_RECORDS = 500;
const LOOK_MS = 10;
const ignore = (): void => undefined;

function fill(store: Store, { device, records, alarmEvery }: BacklogTask): void {
  const startMs = Date.now() - records * 1000;
  provision(store, { device, config: FOUR_A_DAY, atMs: startMs, epoch: 7 });
  const ledger = new Ledger(store);
  while (ledger.log.lastSeq < records) {
    const first = ledger.log.lastSeq;
    const portion = Array.from({ length: Math.min(COMMIT_RECORDS, records - first) }, (_, index) => {
      const at = Math.floor(startMs / 1000) + first + index;
      if ((first + index + 1) % alarmEvery === 0) return { type: 'alarm.raised', at, code: 'tamper' } as const;
      return { type: 'door.opened', at, authorised: true } as const;
    });
    ledger.commit([], portion, startMs);
  }
}

/** The line, with what goes over it counted. */
function counting(inner: Mqtt) {
  const counted = { batches: 0, events: 0, batchEventsMax: 0, batchBytesMax: 0, inFlightMax: 0 };
  const inFlight = new Set<number>();
  const line: Mqtt = {
    ...inner,
    listen: (listener) =>
      inner.listen((event) => {
        if (event.type === 'mqtt.published') inFlight.delete(event.id);
        listener(event);
      }),
    publish(id, message) {
      inFlight.add(id);
      counted.inFlightMax = Math.max(counted.inFlightMax, inFlight.size);
      if (message.topic.endsWith('/up/event')) {
        const { length } = decodeBatch(message.payload).events;
        counted.batches += 1;
        counted.events += length;
        counted.batchEventsMax = Math.max(counted.batchEventsMax, length);
        counted.batchBytesMax = Math.max(counted.batchBytesMax, message.payload.length);
      }
      inner.publish(id, message);
    },
  };
  return { line, counted };
}

function drain({ path, broker, device }: BacklogTask, done: (result: BacklogDone) => void): void {
  const { line, counted } = counting(createMqtt({ url: broker, clientId: device }));
  const clock = createClock({ assume: 'rtc' });
  let answer: (event: MechanismEvent) => void = ignore;
  const evidence = { fed: { A: 0, B: 0 }, binned: 0, cup: 'empty', gate: 'clear' } as const;
  const startedMs = performance.now();
  const host = bootHost({
    device,
    firmware: '0.1.0',
    serviceNumber: FOUR_A_DAY.serviceNumber,
    ports: {
      clock,
      store: openStore({ path }),
      mechanism: {
        listen: (listener) => {
          answer = listener;
        },
        inspect: () => answer({ type: 'mechanism.inspected', evidence }),
        release: ignore,
        swallow: ignore,
        retract: ignore,
        stop: ignore,
      },
      sensors: {
        listen: ignore,
        power: () => ({ source: 'mains', batteryPercent: 100 }),
        door: () => 'closed',
        placement: () => IN_PLACE,
      },
      panel: { show: ignore },
      speech: { say: ignore },
      lock: { set: ignore },
      mqtt: line,
      entropy: createEntropy(),
      signatures,
      log: { write: ignore },
      watchdog: { kick: ignore, restart: ignore },
    },
  });
  let peakMb = 0;
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, process.memoryUsage.rss() / 1e6);
    if (host.state.chart.link !== 'current' || counted.events === 0) return;
    clearInterval(look);
    done({ ms: performance.now() - startedMs, peakMb, ...counted });
    host.stop();
    line.disconnect();
    clock.stop();
  }, LOOK_MS);
}

process.once('message', (task: BacklogTask & { readonly step: 'fill' | 'drain' }) => {
  if (task.step === 'drain') return drain(task, (result) => process.send?.(result, () => process.disconnect()));
  const store = openStore({ path: task.path });
  fill(store, task);
  store.close();
  process.send?.('filled', () => process.disconnect());
});
