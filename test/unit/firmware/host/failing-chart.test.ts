import { describe, expect, it } from 'vitest';
import type { InboxEvent } from '../../../../firmware/machine/events.ts';
import { alarmNumber } from '../../../../protocol/messages/alarm.ts';
import { labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };

/** An event that no port would send: the machine breaks on it. */
const POISON: readonly [string, InboxEvent][] = [
  ['an action', { type: 'power.changed', power: undefined as never }],
  ['a guard', { type: 'absence.started', untilMs: Symbol('never') as never }],
  // Nothing throws in the chart, but what it decides cannot be written down.
  ['the record of a decision', { type: 'power.changed', power: { source: 'battery', batteryPercent: Number.NaN } }],
];

const atBreakfast = (): Rig => {
  const rig = new Rig({ rolls: ROLL });
  rig.until('2026-11-20T08:00+01:00');
  return rig;
};

describe.each(POISON)('a machine in which %s breaks', (_, poison) => {
  it('stops the motors, is locked and alarmed, on record, and goes on living', () => {
    const rig = atBreakfast();
    rig.calls.length = 0;
    rig.ask(poison);
    expect(rig.calls[0]).toBe('mechanism.stop');
    rig.pass(SECOND);
    expect(rig.host.state.phase).toBe('running');
    expect(rig.custody).toBe('fault');
    expect(rig.view).toMatchObject({ message: 'fault', params: { code: String(alarmNumber('internal-fault')) } });
    expect(rig.recorded('alarm')).toEqual([{ type: 'alarm.raised', code: 'internal-fault' }]);
    expect(rig.logged.at(-1)).toMatch(/^error The dispensing machine failed: ./);
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('locked');
  });

  it('is locked still after a restart, and works when it has been repaired', () => {
    const rig = atBreakfast();
    rig.ask(poison);
    rig.cutPower();
    rig.boot();
    expect(rig.custody).toBe('fault');
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'morning', date: '2026-11-20' }]);
  });

  it('knows after the failure what it knew before', () => {
    const rig = atBreakfast();
    rig.press();
    rig.take();
    const before = rig.host.state.memory?.doses;
    rig.ask(poison);
    expect(rig.host.state.memory?.doses).toEqual(before);
    expect(rig.host.state.memory?.registers.presence.mode).toBe('home');
  });

  it('settles a movement that was under way by what the sensors say', () => {
    const rig = atBreakfast();
    rig.sense({ type: 'button.pressed' });
    rig.pass(MOVE_MS - SECOND);
    rig.ask(poison);
    rig.pass(SECOND);
    expect(rig.custody).toBe('fault');
    expect(rig.store.rows('SELECT outcome FROM intent')).toEqual([{ outcome: 'notMoved' }]);
    expect(rig.fate('morning/2026-11-20')).toBe('due');
  });

  it('gives up when it breaks a third time, and says what to do', () => {
    const rig = atBreakfast();
    rig.ask(poison);
    rig.pass(SECOND);
    rig.ask(poison);
    rig.pass(SECOND);
    expect(rig.host.state.phase).toBe('running');
    rig.ask(poison);
    expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: 'internal' } });
    expect(rig.view).toMatchObject({
      message: 'fault',
      lamp: 'alarm',
      params: { code: String(alarmNumber('internal-fault')), number: '70 12 34 56', device: 'DD-0042' },
    });
    rig.calls.length = 0;
    rig.press();
    rig.pass(30 * MINUTE);
    expect(rig.calls.filter((call) => call.startsWith('mechanism'))).toEqual([]);
  });
});
