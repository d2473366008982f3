import { encodeBatch } from '../../protocol/messages/batch.ts';
import { type DeviceEvent, encodeEvent } from '../../protocol/messages/event.ts';
import { type Metric, metric } from './metric.ts';

/** The records of one ordinary dose, after years in service: large numbers everywhere. */
const CYCLE: readonly DeviceEvent[] = [
  { seq: 48_213, at: 1_795_156_560, type: 'dose.released', slot: 'formiddag', date: '2026-11-20', roll: 'A' },
  { seq: 48_214, at: 1_795_156_560, type: 'dose.presented', slot: 'formiddag', date: '2026-11-20' },
  { seq: 48_215, at: 1_795_156_596, type: 'dose.taken', slot: 'formiddag', date: '2026-11-20' },
];

/** Bytes on the wire against JSON of the same content. */
export function wireMetrics(): Metric[] {
  const epoch = 3_705_545_160;
  const events = CYCLE.map(encodeEvent);
  const largest = Math.max(...events.map(({ length }) => length));
  const json = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
  const largestJson = Math.max(...CYCLE.map(json));
  return [
    metric(
      { name: 'wire.doseEvent', value: largest, unit: 'B', ceiling: largestJson },
      { of: 'value', side: 'at most', bound: 40, unit: 'B' },
    ),
    metric(
      {
        name: 'wire.doseCycle',
        value: encodeBatch({ epoch, events }).length,
        unit: 'B',
        ceiling: json({ epoch, events: CYCLE }),
      },
      { of: 'value', side: 'at most', bound: 120, unit: 'B' },
    ),
  ];
}
