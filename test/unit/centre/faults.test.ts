import { describe, expect, it } from 'vitest';
import { batchMessage, bench, birthMessage, cleared, deathMessage, lockdownMessage, nowMs, raised } from './support.ts';

describe('a unit that has locked itself down', () => {
  it('is an open alarm of high priority, until it is born without a fault', () => {
    const { receive, readings, alarms } = bench();
    expect(receive(lockdownMessage('unit-1'))).toMatchObject({ contact: 'heard', alarmsChanged: true });
    expect(readings.openAlarms()).toEqual([
      {
        id: null,
        device: 'unit-1',
        code: 'storage-fault',
        number: 17,
        priority: 'high',
        slot: null,
        date: null,
        at: null,
        receivedAt: nowMs,
        leftOver: false,
      },
    ]);
    expect(readings.devices()).toMatchObject([{ fault: 'storage-fault', openAlarms: 1 }]);
    expect(receive(birthMessage('unit-1')).alarmsChanged).toBe(true);
    expect(alarms()).toEqual([]);
    expect(readings.devices()).toMatchObject([{ fault: null, openAlarms: 0 }]);
  });

  it('is one alarm since it was first told, however often it repeats it and whatever happens to the line', () => {
    const { receive, readings, ingest, restart } = bench();
    receive(lockdownMessage('unit-1'));
    for (let times = 1; times < 9; times += 1) {
      const again = ingest.receive(lockdownMessage('unit-1', 'storage-fault', times), nowMs + times * 20_000);
      expect(again.alarmsChanged).toBe(false);
    }
    receive(deathMessage('unit-1', 8));
    expect(readings.openAlarms()).toMatchObject([{ receivedAt: nowMs }]);
    expect(restart().alarms()).toEqual(['unit-1 storage-fault']);
  });

  it('is told by another alarm when it names another fault', () => {
    const { receive, alarms } = bench();
    receive(lockdownMessage('unit-1'));
    expect(receive(lockdownMessage('unit-1', 'internal-fault')).alarmsChanged).toBe(true);
    expect(alarms()).toEqual(['unit-1 internal-fault']);
  });

  it('leaves alone what is known of its ledger: its alarms, its settings, its acknowledgement', () => {
    const { receive, send, readings, alarms } = bench();
    receive(birthMessage('unit-1', { lastSeq: 1, boot: 5, configVersion: 3 }));
    send('unit-1', 7, raised(1, 'bin-full'));
    expect(receive(lockdownMessage('unit-1')).acknowledgement).toBeUndefined();
    expect(alarms()).toEqual(['unit-1 storage-fault', 'unit-1 bin-full']);
    expect(readings.devices()).toMatchObject([{ epoch: 7, boot: 5, configVersion: 3, ackedThrough: 1 }]);
  });
});

describe('a fault that a running unit names', () => {
  it('is no second line beside the alarm of the same code, whichever comes first', () => {
    const { receive, send, readings, alarms } = bench();
    receive(birthMessage('unit-1', { lastSeq: 3, fault: 'mechanism-jam' }));
    expect(alarms()).toEqual(['unit-1 mechanism-jam']);
    send('unit-1', 7, raised(3, 'mechanism-jam'));
    expect(readings.openAlarms()).toMatchObject([{ id: 1, code: 'mechanism-jam' }]);
    receive(birthMessage('unit-1', { lastSeq: 3, fault: 'mechanism-jam' }));
    expect(readings.openAlarms()).toMatchObject([{ id: 1, code: 'mechanism-jam' }]);
  });

  it('ends with the clear that follows it, before the next birth', () => {
    const { receive, send, readings, alarms } = bench();
    receive(birthMessage('unit-1', { lastSeq: 3, fault: 'mechanism-jam' }));
    send('unit-1', 7, cleared(4, 'mechanism-jam'));
    expect(alarms()).toEqual([]);
    expect(readings.devices()).toMatchObject([{ fault: null }]);
  });

  it('does not end with an earlier clear that comes late, of another condition, or of another epoch', () => {
    const { receive, send, alarms } = bench();
    receive(birthMessage('unit-1', { lastSeq: 3, fault: 'mechanism-jam' }));
    send('unit-1', 7, raised(1, 'mechanism-jam'), cleared(2, 'mechanism-jam'));
    send('unit-1', 7, cleared(4, 'tamper'));
    send('unit-1', 6, cleared(4, 'mechanism-jam'));
    expect(alarms()).toEqual(['unit-1 mechanism-jam']);
    receive(batchMessage('unit-1', 7, [raised(3, 'mechanism-jam')]));
    expect(alarms()).toEqual(['unit-1 mechanism-jam']);
  });
});
