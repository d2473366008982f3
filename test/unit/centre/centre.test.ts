import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoreFailure } from '../../../hal/ports/store.ts';
import { decodeAck } from '../../../protocol/messages/ack.ts';
import { Centre, type News } from '../../../tools/centre/centre.ts';
import { SILENCE_MS_MAX } from '../../../tools/centre/liveness.ts';
import { KEEP_DAYS } from '../../../tools/centre/retention.ts';
import { FakeMqtt } from './fake-mqtt.ts';
import {
  batchMessage,
  birthMessage,
  deathMessage,
  FailingStore,
  lockdownMessage,
  nowMs,
  opened,
  raised,
  taken,
} from './support.ts';

function standing(store = new FailingStore()) {
  const mqtt = new FakeMqtt();
  const failures: (StoreFailure | undefined)[] = [];
  const lines: string[] = [];
  const centre = new Centre({
    store,
    mqtt,
    entropy: { below: (bound) => bound - 1 },
    log: { write: (level, text) => lines.push(`${level} ${text}`) },
    nowMs: Date.now,
    onFailure: (error) => failures.push(error.failure),
  });
  const news: News[] = [];
  centre.watch((one) => news.push(one));
  return {
    centre,
    store,
    mqtt,
    failures,
    lines,
    news,
    state: () => news.flatMap((one) => (one.type === 'state' ? [`${one.device} ${one.online}`] : [])),
    hear: (message: ReturnType<typeof birthMessage>) => mqtt.tell({ type: 'mqtt.message', message }),
    acks: () => mqtt.published.map(({ message }) => decodeAck(message.payload).ackedThrough),
  };
}

describe('the centre', () => {
  beforeEach(() => void vi.useFakeTimers({ now: nowMs }));
  afterEach(() => void vi.useRealTimers());

  it('subscribes to what devices write, stores it, answers, and tells whoever watches', () => {
    const { centre, mqtt, hear, acks, news } = standing();
    centre.start();
    expect(mqtt.connects[0]?.subscriptions).toEqual(['d/+/up/#']);
    mqtt.accept();
    hear(batchMessage('unit-1', 7, [opened(1), raised(2, 'tamper')]));
    expect(acks()).toEqual([2]);
    expect(news.map((one) => one.type)).toEqual(['state', 'event', 'event', 'alarm']);
    centre.stop();
  });

  it('answers only after the commit', () => {
    const { centre, mqtt, store, hear } = standing();
    centre.start();
    mqtt.accept();
    const order: string[] = [];
    const commit = store.transaction.bind(store);
    store.transaction = (body) => {
      const result = commit(body);
      order.push('committed');
      return result;
    };
    mqtt.publish = () => void order.push('answered');
    hear(batchMessage('unit-1', 7, [opened(1)]));
    expect(order).toEqual(['committed', 'answered']);
    centre.stop();
  });

  it('answers nothing and tells nothing of what it could not store, and stores it when it comes again', () => {
    const { centre, mqtt, store, hear, acks, news, failures, lines } = standing();
    centre.start();
    mqtt.accept();
    store.failure = 'full';
    hear(batchMessage('unit-1', 7, [opened(1)]));
    expect([acks(), news, failures]).toEqual([[], [], []]);
    expect(lines.at(-1)).toContain('not stored');
    store.failure = undefined;
    hear(batchMessage('unit-1', 7, [opened(1)]));
    expect(acks()).toEqual([1]);
    centre.stop();
  });

  it.each(['io', 'corrupt'] as const)('asks to be started anew when its medium fails: %s', (failure) => {
    const { centre, mqtt, store, hear, failures } = standing();
    centre.start();
    mqtt.accept();
    store.failure = failure;
    hear(batchMessage('unit-1', 7, [opened(1)]));
    expect(failures).toEqual([failure]);
    centre.stop();
  });

  it('removes old events as time passes, and tries again when there was no room to', () => {
    const { centre, store, hear, failures, lines } = standing();
    centre.start();
    hear(batchMessage('unit-1', 7, [opened(1)]));
    vi.setSystemTime(nowMs + (KEEP_DAYS + 1) * 86_400_000);
    store.failure = 'full';
    vi.advanceTimersByTime(5_000);
    expect(lines.at(-1)).toContain('old events were not removed');
    expect(centre.readings.latestEvents('unit-1')).toHaveLength(1);
    store.failure = undefined;
    vi.advanceTimersByTime(5_000);
    expect([centre.readings.latestEvents('unit-1'), failures]).toEqual([[], []]);
    centre.stop();
  });

  it('shows a device online when it is heard, and offline when its will comes', () => {
    const {
      centre,
      mqtt,
      hear,
      state,
      centre: { readings },
    } = standing();
    centre.start();
    mqtt.accept();
    hear(birthMessage('unit-1', { session: 5 }));
    hear(batchMessage('unit-1', 7, [opened(1)]));
    hear(deathMessage('unit-1', 4));
    expect(readings.devices()[0]?.online).toBe(true);
    hear(deathMessage('unit-1', 5));
    expect(readings.devices()[0]?.online).toBe(false);
    expect(state()).toEqual(['unit-1 true', 'unit-1 false']);
    centre.stop();
  });

  it('shows a device offline within 20 s of silence, whether or not a will came, and online again when it speaks', () => {
    const { centre, mqtt, hear, state } = standing();
    centre.start();
    mqtt.accept();
    hear(birthMessage('unit-1'));
    vi.advanceTimersByTime(SILENCE_MS_MAX - 1);
    expect(state()).toEqual(['unit-1 true']);
    vi.advanceTimersByTime(20_000 - SILENCE_MS_MAX);
    expect(state()).toEqual(['unit-1 true', 'unit-1 false']);
    hear(batchMessage('unit-1', 7, [taken(1)]));
    expect(state().at(-1)).toBe('unit-1 true');
    centre.stop();
  });

  it('shows a locked-down device online for as long as it repeats itself, and tells of its fault once', () => {
    const { centre, mqtt, hear, news, acks } = standing();
    centre.start();
    mqtt.accept();
    for (let times = 0; times < 9; times += 1) {
      hear(lockdownMessage('unit-1'));
      vi.advanceTimersByTime(8_000);
    }
    expect(news.map(({ type }) => type)).toEqual(['state', 'alarm']);
    expect([centre.readings.devices()[0]?.online, acks()]).toEqual([true, []]);
    vi.advanceTimersByTime(SILENCE_MS_MAX);
    expect(centre.readings.devices()[0]).toMatchObject({ online: false, openAlarms: 1 });
    centre.stop();
  });

  it('knows after a restart who was there a moment ago', () => {
    const store = new FailingStore();
    const before = standing(store);
    before.centre.start();
    before.mqtt.accept();
    before.hear(birthMessage('unit-1'));
    before.hear(birthMessage('unit-2', { session: 2 }));
    before.hear(deathMessage('unit-2', 2));
    before.centre.stop();
    const shown = () =>
      standing(store)
        .centre.readings.devices()
        .map(({ online }) => online);
    expect(shown()).toEqual([true, false]);
    vi.advanceTimersByTime(SILENCE_MS_MAX);
    expect(shown()).toEqual([false, false]);
  });
});

describe('the centre without its broker', () => {
  beforeEach(() => void vi.useFakeTimers({ now: nowMs }));
  afterEach(() => void vi.useRealTimers());

  it('tries again after ever longer waits, up to 30 s, and begins anew after a success', () => {
    const { centre, mqtt } = standing();
    const waits: number[] = [];
    const nextAttempt = (): void => {
      const since = Date.now();
      mqtt.drop();
      vi.advanceTimersToNextTimer();
      while (mqtt.connects.length === attempts) vi.advanceTimersToNextTimer();
      attempts = mqtt.connects.length;
      waits.push(Date.now() - since);
    };
    let attempts = 1;
    centre.start();
    for (let attempt = 0; attempt < 9; attempt += 1) nextAttempt();
    expect(waits).toEqual([499, 999, 1999, 3999, 7999, 15_999, 29_999, 29_999, 29_999]);
    mqtt.accept();
    nextAttempt();
    expect(waits.at(-1)).toBe(499);
    centre.stop();
  });

  it('does not come back after it was stopped', () => {
    const { centre, mqtt } = standing();
    centre.start();
    mqtt.drop();
    centre.stop();
    vi.advanceTimersByTime(120_000);
    expect([mqtt.connects.length, mqtt.disconnects]).toEqual([1, 1]);
  });
});
