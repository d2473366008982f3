import { describe, expect, it } from 'vitest';
import type { MqttMessage } from '../../../../hal/ports/mqtt.ts';
import { encodeAck } from '../../../../protocol/messages/ack.ts';
import { decodeBatch } from '../../../../protocol/messages/batch.ts';
import { type DeviceEvent, decodeEvent } from '../../../../protocol/messages/event.ts';
import { decodeState } from '../../../../protocol/messages/state.ts';
import { HOUR, labels, MINUTE, Rig } from '../rig.ts';

const isEvents = ({ topic }: { topic: string }): boolean => topic.endsWith('/up/event');

/** What has reached the centre by now, each event once. */
function arrived(rig: Rig): DeviceEvent[] {
  const bodies = rig.published.filter(isEvents).flatMap(({ payload }) => decodeBatch(payload).events);
  const events = new Map(bodies.map(decodeEvent).map((event) => [event.seq, event]));
  return [...events.values()].sort((a, b) => a.seq - b.seq);
}

function acknowledge(rig: Rig, ackedThrough: number): void {
  const births = rig.published.filter(({ topic }) => topic.endsWith('/up/state'));
  const { session = 0 } = births.length === 0 ? {} : decodeState((births.at(-1) as MqttMessage).payload);
  rig.hear({
    type: 'mqtt.message',
    message: { topic: 'd/DD-0042/down/ack', payload: encodeAck({ epoch: 7, ackedThrough, session }) },
  });
}

function online(): Rig {
  const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
  rig.online = true;
  rig.pass(2 * MINUTE);
  return rig;
}

describe('a unit with a line to the centre', () => {
  it('sends what the ledger holds, as it stands there', () => {
    const rig = online();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    expect(arrived(rig)).toEqual(rig.events);
  });

  it('is current when the centre has stored everything, and drains when there is more', () => {
    const rig = online();
    expect(rig.host.state.chart.link).toBe('draining');
    acknowledge(rig, rig.events.length);
    expect(rig.host.state.chart.link).toBe('current');
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.host.state.chart.link).toBe('draining');
    rig.hear({ type: 'mqtt.disconnected', reason: 'gone' });
    expect(rig.host.state.chart.link).toBe('offline');
  });

  it('takes no acknowledgement back, and none of what it has not written', () => {
    const rig = online();
    acknowledge(rig, 3);
    acknowledge(rig, 2);
    acknowledge(rig, 99);
    expect(rig.host.state.memory?.registers.ackedThrough).toBe(3);
  });

  it('keeps the cursor with the next thing that is written, not in a transaction of its own', () => {
    const rig = online();
    const { commits } = rig.store;
    acknowledge(rig, 3);
    expect(rig.store.commits).toBe(commits);
    rig.sense({ type: 'door.opened', withKey: true });
    rig.cutPower();
    rig.published.length = 0;
    rig.boot();
    rig.pass(MINUTE);
    expect(arrived(rig)[0]?.seq).toBe(4);
  });

  it('works just the same without one', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    rig.pass(9 * 24 * HOUR);
    expect(rig.recorded('dose.taken')).toHaveLength(1);
    rig.online = true;
    rig.pass(5 * MINUTE);
    expect(arrived(rig)).toEqual(rig.events);
  });
});

describe('a unit that waits', () => {
  it('sleeps through the night: the machine is asked nothing between two doses', () => {
    const rig = online();
    rig.until('2026-11-20T22:00+01:00');
    rig.observed.length = 0;
    rig.until('2026-11-21T07:29+01:00');
    const beside = rig.observed.filter((seen) => seen.kind !== 'effect' || seen.effect.type !== 'mqtt.publish');
    expect(beside).toEqual([]);
  });

  it('wakes for each step of the reminder, and not more', () => {
    const rig = online();
    rig.until('2026-11-20T07:00+01:00');
    rig.observed.length = 0;
    rig.until('2026-11-20T10:00+01:00');
    const ticks = rig.observed.filter(({ kind }) => kind === 'inbox');
    // Opening, twelve calls, closing, and the answer of the mechanism that swallowed.
    expect(ticks.length).toBeLessThanOrEqual(16);
  });
});
