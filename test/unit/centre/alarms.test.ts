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

  it('ends with its ledger when it is about the unit: a birth in a new epoch closes it, also when it comes late', () => {
    const centre = bench();
    centre.receive(birthMessage('unit-1', { epoch: 900, lastSeq: 50 }));
    centre.receive(birthMessage('unit-2', { epoch: 900, lastSeq: 1 }));
    centre.send('unit-1', 900, raised(50, 'mechanism-jam'), raised(49, 'tamper'));
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

describe('an alarm about a dose, after its ledger has ended', () => {
  const settled = (seq: number, slot: string): DeviceEvent => ({
    ...{ type: 'dose.settled', seq, at: nowMs / 1000, slot, date: '2026-11-21', fate: 'missed' },
  });
  const begun = (centre: ReturnType<typeof bench>, epoch: number, session: number) =>
    centre.ingest.receive(birthMessage('unit-1', { epoch, session, lastSeq: 9 }), nowMs + session);

  /** Two alarms of doses and one of the unit, in a ledger that another one has followed. */
  function ended() {
    const centre = bench();
    begun(centre, 900, 1);
    centre.send(
      'unit-1',
      900,
      raised(1, 'dose-missed', 'morning'),
      raised(2, 'dose-uncertain', 'noon'),
      raised(3, 'tamper'),
    );
    begun(centre, 100, 2);
    return centre;
  }

  it('stays open, and says that no unit speaks of it any more', () => {
    const centre = ended();
    expect(shown(centre)).toEqual(['unit-1 dose-missed morning', 'unit-1 dose-uncertain noon']);
    expect(centre.readings.openAlarms().map(({ leftOver }) => leftOver)).toEqual([true, true]);
    expect(centre.readings.devices()).toMatchObject([{ openAlarms: 2 }]);
    expect(shown(centre.restart())).toHaveLength(2);
  });

  it('opens also when its record comes in late', () => {
    const centre = ended();
    centre.send('unit-1', 900, raised(4, 'dose-missed', 'evening'));
    expect(shown(centre)).toContain('unit-1 dose-missed evening');
  });

  it('ends with what its own ledger tells late', () => {
    const centre = ended();
    centre.send('unit-1', 900, taken(5, 'morning'), cleared(6, 'dose-uncertain', 'noon'));
    expect(shown(centre)).toEqual([]);
  });

  it.each([
    ['the dose taken', taken(1, 'morning'), ['unit-1 dose-uncertain noon']],
    ['the dose settled', settled(1, 'noon'), ['unit-1 dose-missed morning']],
    ['the same alarm cleared', cleared(1, 'dose-missed', 'morning'), ['unit-1 dose-uncertain noon']],
    [
      'another alarm of the dose cleared',
      cleared(1, 'about-to-miss', 'morning'),
      ['unit-1 dose-missed morning', 'unit-1 dose-uncertain noon'],
    ],
    ['another dose taken', taken(1, 'evening'), ['unit-1 dose-missed morning', 'unit-1 dose-uncertain noon']],
  ])('goes by what the next unit tells: %s', (_what, event, left) => {
    const centre = ended();
    centre.send('unit-1', 100, event);
    expect(shown(centre)).toEqual(left);
  });

  it('goes by the next unit also when that was heard before its birth, or before the record of the alarm', () => {
    const early = bench();
    begun(early, 900, 1);
    early.send('unit-1', 900, raised(1, 'dose-missed', 'morning'));
    early.send('unit-1', 100, taken(1, 'morning'));
    expect(shown(early)).toEqual(['unit-1 dose-missed morning']);
    begun(early, 100, 2);
    expect(shown(early)).toEqual([]);
    const late = ended();
    late.send('unit-1', 100, taken(1, 'evening'));
    late.send('unit-1', 900, raised(4, 'dose-missed', 'evening'));
    expect(shown(late)).not.toContain('unit-1 dose-missed evening');
  });

  it('goes by every unit after it, and by none before it', () => {
    const centre = ended();
    begun(centre, 50, 3);
    centre.send('unit-1', 50, taken(1, 'morning'), raised(2, 'dose-uncertain', 'evening'));
    expect(shown(centre)).toEqual(['unit-1 dose-uncertain noon', 'unit-1 dose-uncertain evening']);
    centre.send('unit-1', 100, settled(5, 'evening'));
    expect(shown(centre)).toContain('unit-1 dose-uncertain evening');
    centre.send('unit-1', 100, settled(6, 'noon'));
    expect(shown(centre)).toEqual(['unit-1 dose-uncertain evening']);
  });

  it.each(['before', 'after'])(
    'of a dose that the next unit calls missed ends when the old log, which came in %s, saw it taken',
    (when) => {
      const centre = ended();
      const late = () => centre.send('unit-1', 900, taken(5, 'evening'));
      if (when === 'before') late();
      centre.send('unit-1', 100, raised(1, 'dose-missed', 'evening'), raised(2, 'dose-missed', 'night'));
      if (when === 'after') late();
      expect(shown(centre)).not.toContain('unit-1 dose-missed evening');
      expect(shown(centre)).toContain('unit-1 dose-missed night');
    },
  );

  it('of a dose in doubt is ended by no unit before, also when both are gone', () => {
    const centre = ended();
    centre.send('unit-1', 100, raised(1, 'dose-uncertain', 'evening'));
    begun(centre, 50, 3);
    centre.send('unit-1', 900, settled(5, 'evening'), cleared(6, 'dose-uncertain', 'evening'));
    expect(shown(centre)).toContain('unit-1 dose-uncertain evening');
  });

  it('is one line with the same alarm of the next unit, which nobody but that unit ends', () => {
    const centre = ended();
    centre.send('unit-1', 100, raised(1, 'dose-uncertain', 'noon'));
    const noon = centre.readings.openAlarms().filter(({ slot }) => slot === 'noon');
    expect(noon).toMatchObject([{ code: 'dose-uncertain', leftOver: false }]);
    centre.send('unit-1', 100, settled(2, 'noon'));
    expect(shown(centre)).toEqual(['unit-1 dose-missed morning']);
  });

  it('is the same whatever the order in which the records of both units come in', () => {
    const records: [number, DeviceEvent][] = [
      [900, raised(1, 'dose-missed', 'morning')],
      [900, raised(2, 'about-to-miss', 'noon')],
      [900, cleared(3, 'about-to-miss', 'noon')],
      [900, raised(4, 'dose-uncertain', 'noon')],
      [900, raised(5, 'dose-missed', 'evening')],
      [900, raised(6, 'tamper')],
      [100, raised(1, 'dose-uncertain', 'noon')],
      [100, settled(2, 'noon')],
      [100, taken(3, 'evening')],
      [100, raised(4, 'dose-missed', 'evening')],
    ];
    const leftAfter = (order: readonly [number, DeviceEvent][], births: number) => {
      const centre = bench();
      begun(centre, 900, 1);
      for (const [place, [epoch, event]] of order.entries()) {
        if (place === births) begun(centre, 100, 2);
        centre.send('unit-1', epoch, event);
      }
      if (births >= order.length) begun(centre, 100, 2);
      return shown(centre).sort();
    };
    expect(leftAfter(records, 6)).toEqual(['unit-1 dose-missed evening', 'unit-1 dose-missed morning']);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(records, { minLength: records.length }),
        fc.nat(records.length),
        (order, births) => {
          expect(leftAfter(order, births)).toEqual(['unit-1 dose-missed evening', 'unit-1 dose-missed morning']);
        },
      ),
      { numRuns: 40 },
    );
  });
});
