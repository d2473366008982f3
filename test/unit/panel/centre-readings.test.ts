import { describe, expect, test } from 'vitest';
import {
  mergeReceived,
  type Received,
  readAlarms,
  readHistory,
  readOnline,
  readReceived,
  receivedMax,
} from '../../../sim/panel/web/centre-readings.ts';

const device = 'DD-0042';
const row = (epoch: number, seq: number, type = 'dose.taken') => ({
  device,
  epoch,
  seq,
  receivedAt: 1,
  event: { type },
});
const keys = (list: readonly Received[]) => list.map(({ epoch, seq }) => `${epoch}/${seq}`);

describe('received events', () => {
  test('stand newest first, each once, however they come in', () => {
    const history = readHistory({ events: [row(1, 1), row(1, 2), row(2, 1)] }, device);
    const more = readHistory({ events: [row(1, 2), row(1, 10)] }, device);
    expect(keys(mergeReceived(history, more))).toEqual(['2/1', '1/10', '1/2', '1/1']);
  });

  test('are kept up to a bound', () => {
    const many = Array.from({ length: receivedMax + 5 }, (_, index) => row(1, index + 1));
    const kept = mergeReceived([], readHistory({ events: many }, device));
    expect(kept).toHaveLength(receivedMax);
    expect(kept[0]?.seq).toBe(receivedMax + 5);
  });

  test.each([
    [null],
    ['text'],
    [{ device, epoch: 1, event: { type: 'dose.taken' } }],
    [{ ...row(1, 1), device: 'DD-0001' }],
  ])('%j is not one of this device', (value) => {
    expect(readReceived(value, device)).toBeNull();
  });

  test.each([[null], ['down'], [{ error: 'no' }], [{ events: 'none' }]])('a history of %j is empty', (value) => {
    expect(readHistory(value, device)).toEqual([]);
  });
});

test('an event that the centre itself could not read is shown as unknown', () => {
  expect(readReceived({ ...row(1, 1), event: null }, device)?.event.type).toBe('unknown');
});

test.each([
  [
    true,
    {
      devices: [
        { id: 'DD-0001', online: false },
        { id: device, online: true },
      ],
    },
  ],
  [null, { devices: [] }],
  [null, null],
])('the device is online: %j of %j', (online, answer) => {
  expect(readOnline(answer, device)).toBe(online);
});

describe('alarms', () => {
  const alarm = (id: string, priority: string, more = {}) => ({
    id,
    device,
    code: 'stock-low',
    priority,
    at: 1,
    ...more,
  });

  test('are those of this device, the gravest first', () => {
    const open = readAlarms(
      {
        alarms: [
          alarm('low', 'low'),
          alarm('high', 'high'),
          alarm('elsewhere', 'high', { device: 'DD-0001' }),
          alarm('medium', 'medium'),
        ],
      },
      device,
    );
    expect(open.map(({ key }) => key)).toEqual(['high', 'medium', 'low']);
  });

  test('an unheard-of priority is never taken for low', () => {
    expect(readAlarms({ alarms: [alarm('a', 'severe')] }, device)).toMatchObject([{ priority: 'medium' }]);
  });
});
