import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceEvent } from '../../../protocol/messages/event.ts';
import { bench, birthMessage, cleared, nowMs, opened, raised, taken } from './support.ts';

function openAfter(...events: DeviceEvent[]): string[] {
  const centre = bench();
  for (const event of events) centre.send('unit-1', 7, event);
  return shown(centre);
}

function shown(centre: ReturnType<typeof bench>): string[] {
  return centre.readings
    .openAlarms()
    .map(({ device, code, slot }) => [device, code, slot].filter((part) => part !== null).join(' '));
}

describe('open alarms', () => {
  it('shows an alarm from its raise to its clear', () => {
    expect(openAfter(raised(1, 'battery-low'))).toEqual(['unit-1 battery-low']);
    expect(openAfter(raised(1, 'battery-low'), cleared(2, 'battery-low'))).toEqual([]);
    expect(openAfter(raised(1, 'battery-low'), cleared(2, 'battery-low'), raised(3, 'battery-low'))).toEqual([
      'unit-1 battery-low',
    ]);
  });

  it('closes the alarms of a dose when it is taken late, and of no other dose', () => {
    const open = [raised(1, 'dose-missed', 'morning'), raised(2, 'dose-missed', 'noon'), raised(3, 'tamper')];
    expect(openAfter(...open, taken(4, 'morning'))).toEqual(['unit-1 dose-missed noon', 'unit-1 tamper']);
    expect(openAfter(...open, taken(4, 'morning', '2026-11-20'))).toHaveLength(3);
  });

  it('closes the alarm of an uncertain dose when a person has settled it', () => {
    const centre = bench();
    centre.send('unit-1', 7, {
      type: 'alarm.raised',
      seq: 1,
      at: 1,
      code: 'dose-uncertain',
      slot: 'noon',
      date: '2026-11-21',
    });
    expect(shown(centre)).toEqual(['unit-1 dose-uncertain noon']);
    centre.send('unit-1', 7, { type: 'dose.settled', seq: 2, at: 2, slot: 'noon', date: '2026-11-21', fate: 'missed' });
    expect(shown(centre)).toEqual([]);
  });

  it('is not closed by a clear of another condition, or of the same condition of another dose', () => {
    const open = raised(1, 'dose-missed', 'morning');
    expect(openAfter(open, cleared(2, 'about-to-miss', 'morning'))).toHaveLength(1);
    expect(openAfter(open, cleared(2, 'dose-missed', 'noon'))).toHaveLength(1);
    expect(openAfter(open, cleared(2, 'dose-missed'))).toHaveLength(1);
  });

  it('shows a condition once that was raised twice, since the first time', () => {
    const centre = bench();
    centre.send('unit-1', 7, raised(1, 'battery-low'), opened(2), raised(3, 'battery-low'));
    expect(centre.readings.openAlarms()).toMatchObject([{ id: 1 }]);
    centre.send('unit-1', 7, cleared(4, 'battery-low'));
    expect(shown(centre)).toEqual([]);
  });

  it('does not pass on the time of a device that did not trust its clock', () => {
    const centre = bench();
    const { at, ...alarm } = raised(1, 'time-suspect');
    centre.send('unit-1', 7, { ...alarm, at: 0, suspect: true } as DeviceEvent, raised(2, 'tamper'));
    const times = centre.readings.openAlarms().map((open) => [open.at, open.receivedAt]);
    expect(times).toEqual([
      [null, nowMs],
      [at + 1, nowMs],
    ]);
  });

  it('keeps devices apart, and counts the open alarms of each', () => {
    const centre = bench();
    centre.send('unit-1', 7, raised(1, 'battery-low'), raised(2, 'tamper'));
    centre.send('unit-2', 7, raised(1, 'battery-low'), cleared(2, 'battery-low'));
    expect(shown(centre)).toEqual(['unit-1 tamper', 'unit-1 battery-low']);
    expect(centre.readings.devices().map(({ openAlarms }) => openAlarms)).toEqual([2, 0]);
  });

  it('ends with its ledger: a birth in a new epoch closes all alarms of the epoch before, and those that come late', () => {
    const centre = bench();
    centre.receive(birthMessage('unit-1', { epoch: 900, lastSeq: 50 }));
    centre.receive(birthMessage('unit-2', { epoch: 900, lastSeq: 1 }));
    centre.send('unit-1', 900, raised(50, 'dose-missed', 'noon'), raised(49, 'tamper'));
    centre.send('unit-2', 900, raised(1, 'tamper'));
    expect(centre.receive(birthMessage('unit-1', { epoch: 100, session: 2 })).alarmsChanged).toBe(true);
    centre.send('unit-1', 100, raised(1, 'battery-low'));
    centre.send('unit-1', 900, raised(51, 'bin-full'));
    expect(shown(centre)).toEqual(['unit-2 tamper', 'unit-1 battery-low']);
    expect(centre.receive(birthMessage('unit-1', { epoch: 100, session: 2 })).alarmsChanged).toBe(false);
  });

  it('does not end with a batch of an epoch in which the device was never born', () => {
    const centre = bench();
    centre.receive(birthMessage('unit-1', { epoch: 900, lastSeq: 1 }));
    centre.send('unit-1', 900, raised(1, 'tamper'));
    centre.send('unit-1', 100, opened(1));
    expect(shown(centre)).toEqual(['unit-1 tamper']);
  });

  it('is not touched by what another epoch says', () => {
    const centre = bench();
    centre.send('unit-1', 900, raised(50, 'battery-low'));
    centre.send('unit-1', 100, cleared(51, 'battery-low'));
    expect(shown(centre)).toEqual(['unit-1 battery-low']);
  });

  it('is the same whatever the order in which events arrive', () => {
    const story = [
      raised(1, 'battery-low'),
      raised(2, 'about-to-miss', 'noon'),
      raised(3, 'dose-missed', 'noon'),
      cleared(4, 'about-to-miss', 'noon'),
      cleared(5, 'battery-low'),
      taken(6, 'noon'),
      raised(7, 'dose-missed', 'noon'),
      raised(8, 'battery-low'),
      raised(9, 'dose-missed', 'evening'),
      raised(10, 'battery-low'),
    ];
    const wanted = openAfter(...story);
    expect(wanted).toEqual(['unit-1 dose-missed noon', 'unit-1 dose-missed evening', 'unit-1 battery-low']);
    fc.assert(
      fc.property(fc.shuffledSubarray(story, { minLength: story.length }), (order) => {
        expect(openAfter(...order).sort()).toEqual([...wanted].sort());
      }),
      { numRuns: 100 },
    );
  });
});
