import { describe, expect, it } from 'vitest';
import { labels, MINUTE, Rig, SECOND } from '../rig.ts';

const LEFT_OPEN = { type: 'alarm.raised', code: 'door-left-open' };
const CLOSED = { type: 'alarm.cleared', code: 'door-left-open' };

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });

const open = (): Rig => {
  const rig = unit();
  rig.sense({ type: 'door.opened', withKey: true });
  return rig;
};

describe('a service door that stands open', () => {
  it('is no alarm while somebody fills the unit', () => {
    const rig = open();
    rig.pass(30 * MINUTE - SECOND);
    rig.sense({ type: 'door.closed' });
    rig.pass(60 * MINUTE);
    expect(rig.recorded('alarm')).toEqual([]);
  });

  it('is called for after half an hour, aloud and once, and the alarm ends when it is closed', () => {
    const rig = open();
    rig.pass(90 * MINUTE);
    expect(rig.recorded('alarm')).toEqual([LEFT_OPEN]);
    expect(rig.said.filter(({ phrase }) => phrase === 'open')).toHaveLength(1);
    rig.sense({ type: 'door.closed' });
    expect(rig.recorded('alarm')).toEqual([LEFT_OPEN, CLOSED]);
  });

  it('is called for on the minute, though its switch bounces', () => {
    const rig = open();
    rig.pass(10 * MINUTE);
    rig.sense({ type: 'door.opened', withKey: true });
    rig.pass(20 * MINUTE - SECOND);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.pass(SECOND);
    expect(rig.recorded('alarm')).toEqual([LEFT_OPEN]);
  });

  it('is called for by a unit whose clock is in doubt: no wall clock is needed', () => {
    const rig = open();
    rig.source = 'lost';
    rig.pass(31 * MINUTE);
    expect(rig.recorded('alarm')).toContainEqual({ ...LEFT_OPEN, suspect: true });
  });

  it('as the unit starts has half an hour from there', () => {
    const rig = open();
    rig.pass(20 * MINUTE);
    rig.cutPower();
    rig.boot();
    rig.pass(29 * MINUTE);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.pass(MINUTE);
    expect(rig.recorded('alarm')).toEqual([LEFT_OPEN]);
  });

  it('is timed from when it is opened, though nothing was known of it at the start', () => {
    const rig = unit();
    rig.cutPower();
    rig.door = 'unknown';
    rig.boot();
    rig.pass(20 * MINUTE);
    rig.sense({ type: 'door.opened', withKey: true });
    rig.pass(30 * MINUTE - SECOND);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.pass(SECOND);
    expect(rig.recorded('alarm')).toEqual([LEFT_OPEN]);
  });

  it('and is closed while the unit is off ends the alarm at the next start', () => {
    const rig = open();
    rig.pass(31 * MINUTE);
    rig.cutPower();
    rig.door = 'closed';
    rig.boot();
    rig.pass(SECOND);
    expect(rig.recorded('alarm')).toEqual([LEFT_OPEN, CLOSED]);
  });

  it('by force is tampering, however long it stands', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: false });
    rig.pass(90 * MINUTE);
    expect(rig.recorded('alarm')).toEqual([{ type: 'alarm.raised', code: 'tamper' }]);
  });
});
