import { describe, expect, it } from 'vitest';
import { batchMessage, bench, birthMessage, opened, raised, taken } from './support.ts';

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => opened(first + at));

/** A centre that has ten events of a unit, and the unit's ledger as it was after five of them. */
function putBack() {
  const centre = bench();
  centre.receive(birthMessage('unit-1', { lastSeq: 10 }));
  expect(centre.send('unit-1', 7, ...upTo(10))).toBe(10);
  const born = (lastSeq: number) =>
    centre.receive(birthMessage('unit-1', { session: 2, boot: 2, lastSeq, ackedThrough: 5 }));
  return { ...centre, born };
}

describe('a ledger that was put back from a copy', () => {
  it('is an alarm of high priority as soon as it is born with less than is stored', () => {
    const { born, readings } = putBack();
    const { acknowledgement, alarmsChanged } = born(6);
    expect([acknowledgement, alarmsChanged]).toEqual([undefined, true]);
    expect(readings.openAlarms()).toMatchObject([
      { id: null, device: 'unit-1', code: 'two-ledgers', priority: 'high' },
    ]);
    expect(readings.devices()).toMatchObject([{ openAlarms: 1 }]);
  });

  it('is found by its first record otherwise, and none of its records is acknowledged that is not stored', () => {
    const { born, send, receive, alarms, seqs } = putBack();
    expect(born(14).acknowledgement).toEqual({ epoch: 7, ackedThrough: 5, session: 2 });
    // An alarm overtakes; it continues what is stored, but not what this unit has shown.
    expect(send('unit-1', 7, raised(11, 'tamper'))).toBe(5);
    expect(alarms()).toEqual(['unit-1 tamper']);
    const conflict = receive(batchMessage('unit-1', 7, [taken(6), taken(7), opened(12)]));
    expect(conflict).toMatchObject({ alarmsChanged: true, refusals: [expect.stringContaining('number 6')] });
    expect(conflict.acknowledgement).toBeUndefined();
    expect(alarms()).toEqual(['unit-1 two-ledgers', 'unit-1 tamper']);
    expect(seqs('unit-1').slice(-2)).toEqual([11, 12]);
  });

  it('is answered no more, over births and restarts, and goes on being stored', () => {
    const { born, send, restart } = putBack();
    born(14);
    send('unit-1', 7, taken(6));
    const later = restart();
    expect(later.send('unit-1', 7, opened(13))).toBeUndefined();
    const { acknowledgement } = later.receive(birthMessage('unit-1', { session: 3, lastSeq: 14, ackedThrough: 5 }));
    expect(acknowledgement).toBeUndefined();
    expect(later.seqs('unit-1')).toContain(13);
    expect(later.alarms()).toEqual(['unit-1 two-ledgers']);
  });

  it('makes nothing grow, however often it sends again', () => {
    const { born, send, store, receive } = putBack();
    const sizes = () =>
      ['refused', 'event', 'alarm', 'stream', 'unreadable', 'loss'].map(
        (table) => store.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n,
      );
    born(8);
    send('unit-1', 7, taken(6), taken(7), taken(8));
    const before = sizes();
    for (let times = 0; times < 100; times += 1) {
      expect(receive(batchMessage('unit-1', 7, [taken(6), taken(7), taken(8)])).refusals).toEqual([]);
      born(8);
    }
    expect(sizes()).toEqual(before);
  });

  it('is over when the unit has been set up anew', () => {
    const { born, send, receive, alarms } = putBack();
    born(14);
    send('unit-1', 7, taken(6));
    expect(receive(birthMessage('unit-1', { session: 3, epoch: 8 }))).toMatchObject({
      acknowledgement: { epoch: 8, ackedThrough: 0 },
      alarmsChanged: true,
    });
    expect(alarms()).toEqual([]);
    expect(send('unit-1', 8, opened(1))).toBe(1);
  });
});

describe('a birth that is not up to date', () => {
  it('is no more than a suspicion: it ends when the unit knows it all', () => {
    const { born, alarms } = putBack();
    born(6);
    expect(born(10)).toMatchObject({ acknowledgement: { epoch: 7, ackedThrough: 5 }, alarmsChanged: true });
    expect(alarms()).toEqual([]);
  });

  it('says nothing in a session that is known: the broker repeats messages after a crash', () => {
    const { send, receive, alarms } = putBack();
    expect(send('unit-1', 7, opened(11))).toBe(11);
    const { acknowledgement } = receive(birthMessage('unit-1', { lastSeq: 10 }));
    expect(acknowledgement).toEqual({ epoch: 7, ackedThrough: 11, session: 1 });
    expect(alarms()).toEqual([]);
  });
});

describe('two devices under one name', () => {
  it('with copies of one ledger are an alarm, and neither is acknowledged by the records of the other', () => {
    const { receive, send, alarms } = bench();
    const born = (session: number, lastSeq: number) =>
      receive(birthMessage('unit-1', { session, lastSeq })).acknowledgement?.ackedThrough;
    expect(born(1, 3)).toBe(0);
    expect(send('unit-1', 7, opened(1), opened(2), opened(3))).toBe(3);
    expect(born(2, 5)).toBe(0);
    expect(send('unit-1', 7, taken(4), taken(5))).toBe(0);
    expect(alarms()).toEqual([]);
    expect(send('unit-1', 7, opened(1), taken(2), taken(3))).toBeUndefined();
    expect(alarms()).toEqual(['unit-1 two-ledgers']);
  });

  it('with a ledger each are an alarm when the older one is born again, and the alarms of both are shown', () => {
    const { receive, send, alarms } = bench();
    const born = (epoch: number, session: number) => receive(birthMessage('unit-1', { epoch, session, lastSeq: 1 }));
    born(7, 1);
    send('unit-1', 7, raised(1, 'tamper'));
    born(8, 2);
    send('unit-1', 8, raised(1, 'bin-full'));
    expect(alarms()).toEqual(['unit-1 bin-full']);
    const again = born(7, 3);
    expect([again.acknowledgement, again.alarmsChanged]).toEqual([undefined, true]);
    for (const session of [4, 6]) {
      born(8, session);
      born(7, session + 1);
      expect(alarms().sort()).toEqual(['unit-1 bin-full', 'unit-1 tamper', 'unit-1 two-ledgers']);
    }
    born(9, 8);
    expect(alarms()).toEqual([]);
  });
});
