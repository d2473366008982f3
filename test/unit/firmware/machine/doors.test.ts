import { describe, expect, it } from 'vitest';
import { labels, MINUTE, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];

describe('a door that nobody has looked at yet when the unit starts', () => {
  /** Started anew in the window of the morning's dose, before its board has said how the door stands. */
  function started(): Rig {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.cutPower();
    rig.door = 'unknown';
    rig.boot();
    rig.pass(SECOND);
    return rig;
  }

  it('is no closed door, so nothing comes out, and no forced one, so nobody is called', () => {
    const rig = started();
    rig.sense({ type: 'button.pressed' });
    rig.pass(MINUTE);
    expect(rig.given).toEqual([]);
    expect(rig.custody).toBe('locked');
    expect(alarms(rig)).toEqual([]);
    expect(rig.recorded('alarm')).toEqual([]);
  });

  it('is told to be shut, and a press gives the dose', () => {
    const rig = started();
    rig.sense({ type: 'door.closed' });
    rig.sense({ type: 'button.pressed' });
    rig.pass(MINUTE);
    expect(rig.given).toHaveLength(1);
    expect(alarms(rig)).toEqual([]);
  });

  it.each([
    [false, 'fault', ['tamper']],
    [true, 'open', []],
  ] as const)('is told to be open, with the key: %s', (withKey, custody, raised) => {
    const rig = started();
    rig.sense({ type: 'door.opened', withKey });
    rig.pass(SECOND);
    expect(rig.custody).toBe(custody);
    expect(alarms(rig)).toEqual(raised);
  });
});

/** A nurse with the key cuts the first sachet off roll A. */
function cutByHand(rig: Rig): void {
  rig.sense({ type: 'door.opened', withKey: true });
  rig.bays.A.splice(0, 1);
  rig.fed.A = 1;
  rig.sense({ type: 'door.closed' });
  rig.pass(SECOND);
}

describe('a door that is forced', () => {
  it('is a fault, is told at once, and opens no lock', () => {
    const rig = unit();
    rig.calls.length = 0;
    rig.sense({ type: 'door.opened', withKey: false });
    rig.pass(SECOND);
    expect(rig.custody).toBe('fault');
    expect(rig.calls).not.toContain('lock.set 0');
    expect(rig.recorded('door')).toContainEqual({ type: 'door.opened', authorised: false });
    expect(rig.recorded('alarm')).toEqual([{ type: 'alarm.raised', code: 'tamper' }]);
    expect(rig.said.map(({ phrase }) => phrase)).toEqual(['tamper']);
  });

  it('takes no roll, empties no bin and settles nothing', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: false });
    rig.pass(SECOND);
    const before = rig.host.state.memory?.rolls;
    rig.ask({ type: 'stock.loaded', roll: 'A', sachets: labels('2026-11-20', 1) });
    rig.ask({ type: 'bin.emptied' });
    expect(rig.host.state.memory?.rolls).toEqual(before);
    expect(rig.recorded('bin')).toEqual([]);
  });

  it('keeps the unit locked when it is closed again, and over a restart, until a technician has looked', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: false });
    rig.pass(SECOND);
    rig.sense({ type: 'door.closed' });
    rig.cutPower();
    rig.boot();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('locked');
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('is no service after a restart, nor after the chart was built anew', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: false });
    rig.cutPower();
    rig.boot();
    expect(rig.custody).toBe('fault');
    expect(rig.doorLocked).toBe(true);
    expect(rig.recorded('alarm')).toEqual([{ type: 'alarm.raised', code: 'tamper' }]);
  });

  it('is told at the next start when it happened while the unit was off, and again when it still stands open', () => {
    const rig = unit();
    rig.cutPower();
    rig.door = 'forced';
    rig.boot();
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['tamper']);
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['tamper']);
    rig.sense({ type: 'door.closed' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    expect(rig.custody).toBe('locked');
  });

  it('stops a movement at once', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    rig.calls.length = 0;
    rig.sense({ type: 'door.opened', withKey: false });
    expect(rig.calls).toContain('mechanism.stop');
    rig.pass(MINUTE);
    expect(rig.cup).toEqual([]);
  });
});

describe('a door that is opened with the key', () => {
  it('unlocks, lets nothing move while it is open, and locks when it is closed', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.custody).toBe('open');
    expect(rig.doorLocked).toBe(false);
    expect(rig.view?.message).toBe('open');
    rig.press();
    expect(rig.cup).toEqual([]);
    rig.sense({ type: 'door.closed' });
    rig.pass(SECOND);
    expect(rig.custody).toBe('locked');
    expect(rig.doorLocked).toBe(true);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('lets the dose in the cup be taken out by who serves: withheld, not taken', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.sense({ type: 'door.opened', withKey: true });
    rig.take();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.withheld', ...MORNING, reason: 'left-in-cup' });
  });

  it('counts what hands have cut from a roll', () => {
    const rig = unit();
    cutByHand(rig);
    expect(rig.host.state.memory?.rolls.get('A')?.next).toBe(1);
  });

  it('tells at once when hands have cut a dose that was still to come, and works again with the roll as it is', () => {
    const rig = unit();
    cutByHand(rig);
    expect(alarms(rig)).toEqual(['stock-mismatch']);
    rig.fill({ A: [...rig.bays.A] });
    expect(rig.custody).toBe('locked');
    expect(alarms(rig)).toEqual([]);
  });

  it('counts what hands cut from a roll after it was fitted, too', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: true });
    rig.ask({ type: 'stock.loaded', roll: 'A', sachets: [null, ...rig.bays.A] });
    rig.pass(SECOND);
    rig.fed.A = 1;
    rig.sense({ type: 'door.closed' });
    rig.pass(SECOND);
    expect(rig.host.state.memory?.rolls.get('A')?.next).toBe(1);
    expect(rig.bin).toEqual([]);
    expect(alarms(rig)).toEqual([]);
  });

  it('is remembered as open when the power goes meanwhile', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: true });
    rig.cutPower();
    rig.bays.A.splice(0, 1);
    rig.fed.A = 1;
    rig.boot();
    expect(rig.custody).toBe('open');
    rig.sense({ type: 'door.closed' });
    rig.pass(SECOND);
    expect(rig.host.state.memory?.rolls.get('A')?.next).toBe(1);
    expect(alarms(rig)).toEqual(['stock-mismatch']);
  });

  it('is needed for a roll to be taken in, and says so', () => {
    const rig = unit();
    const before = rig.host.state.memory?.rolls;
    rig.ask({ type: 'stock.loaded', roll: 'B', sachets: ['unlabelled'] });
    expect(rig.host.state.memory?.rolls).toBe(before);
    expect(rig.said.at(-1)?.phrase).toBe('service-refused');
    rig.ask({ type: 'bin.emptied' });
    expect(rig.recorded('bin')).toEqual([]);
  });
});

describe('what a technician says while the sensors are being read', () => {
  it('is heard', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: false });
    rig.sense({ type: 'door.closed' });
    expect(rig.custody).toBe('inspecting');
    expect(alarms(rig)).toEqual(['tamper']);
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    expect(alarms(rig)).toEqual([]);
    expect(rig.custody).toBe('locked');
  });
});
