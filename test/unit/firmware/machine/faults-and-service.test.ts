import { describe, expect, it } from 'vitest';
import type { Sachet } from '../../../../firmware/domain/stock.ts';
import { DAY, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };

const unit = (sachets: readonly Sachet[] = labels('2026-11-20', 7)): Rig => new Rig({ rolls: { A: sachets } });
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];
const releases = (rig: Rig): number => rig.calls.filter((call) => call.startsWith('mechanism.release')).length;

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
    rig.sense({ type: 'door.opened', withKey: true });
    rig.bays.A.splice(0, 1);
    rig.fed.A = 1;
    rig.sense({ type: 'door.closed' });
    rig.pass(SECOND);
    expect(rig.host.state.memory?.rolls.get('A')?.next).toBe(1);
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
    expect(rig.custody).toBe('locked');
    expect(alarms(rig)).toEqual([]);
  });
});

describe('counters that moved while nobody was at the unit', () => {
  it('lock it: nobody knows what the next sachet is', () => {
    const rig = unit();
    rig.cutPower();
    rig.bays.A.splice(0, 1);
    rig.fed.A = 1;
    rig.boot();
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['position-mismatch']);
  });
});

describe('a mechanism that fails', () => {
  it('is tried a second time, and called jammed when it stands still twice', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ moves: false }, { moves: false });
    rig.press();
    expect(rig.custody).toBe('locked');
    rig.press();
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['mechanism-jam']);
    expect(rig.view).toMatchObject({ message: 'fault', lamp: 'alarm' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('that does not answer is stopped, and judged by its counters', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ answers: false });
    rig.press();
    expect(rig.custody).toBe('releasing');
    rig.pass(MINUTE);
    expect(rig.calls).toContain('mechanism.stop');
    expect(rig.custody).toBe('presented');
    rig.take();
    rig.press();
    expect(releases(rig)).toBe(1);
  });

  it('that stands still until the window has closed costs a dose at once, not silence until the next', () => {
    const rig = unit();
    rig.until('2026-11-20T08:59:58+01:00');
    rig.outcomes.push({ moves: false });
    rig.press();
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...MORNING, reason: 'not-taken' }]);
    expect(alarms(rig)).toContain('dose-missed:morning/2026-11-20');
  });

  it('that jams with a sachet half out leaves the dose to a person, and gives it never again', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ gate: 'blocked' });
    rig.press();
    expect(rig.custody).toBe('uncertain');
    expect(alarms(rig)).toEqual(expect.arrayContaining(['mechanism-jam', 'dose-uncertain:morning/2026-11-20']));
    rig.press();
    rig.pass(HOUR);
    rig.press();
    expect(releases(rig)).toBe(1);
  });

  it('is not believed when it answers for an earlier movement', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    const stale = rig.evidence();
    rig.outcomes.push({ answers: false, moves: false });
    rig.press();
    rig.pass(2 * MINUTE);
    rig.sense({ type: 'button.pressed' });
    rig.answer({ type: 'mechanism.moved', intent: 1, evidence: stale });
    expect(rig.custody).toBe('releasing');
    rig.pass(MOVE_MS);
    expect(rig.custody).toBe('presented');
    expect(rig.cup).toEqual([MORNING]);
  });

  it('is silent to the first question already: nothing moves, and it is called jammed', () => {
    const rig = unit();
    rig.cutPower();
    rig.ports.mechanism.inspect = () => {};
    rig.boot();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toContain('mechanism-jam');
  });
});

describe('sachets', () => {
  it('that are empty at the head of a roll are swallowed before anybody presses', () => {
    const rig = unit([null, ...labels('2026-11-20', 2), null]);
    rig.pass(MINUTE);
    expect(rig.bin).toEqual([null]);
    expect(rig.recorded('sachet')).toEqual([]);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('that are packed too many for one dose are swallowed, and the unit goes on', () => {
    for (const extra of [1, 2]) {
      const rig = unit([...Array.from({ length: 1 + extra }, () => MORNING), ...labels('2026-11-20', 2).slice(1)]);
      rig.until('2026-11-20T08:00+01:00');
      rig.press();
      rig.take();
      rig.pass(MINUTE);
      expect(rig.host.state.phase).toBe('running');
      expect(rig.bin).toHaveLength(extra);
      rig.until('2026-11-20T20:00+01:00');
      rig.press();
      expect(rig.cup).toEqual([EVENING]);
    }
  });

  it('from before the roll was fitted are swallowed', () => {
    const rig = unit(labels('2026-11-18', 4));
    rig.pass(MINUTE);
    expect(rig.bin).toEqual(labels('2026-11-18', 2));
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('of the wrong roll are refused with the reason, and the right roll works at once', () => {
    const rig = unit(labels('2026-12-20', 7));
    rig.until('2026-11-20T08:00+01:00');
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toContain('stock-mismatch');
    rig.press();
    expect(rig.cup).toEqual([]);
    // Saying that it is repaired does not make it the right roll.
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    expect(rig.custody).toBe('fault');
    rig.fill({ A: labels('2026-11-20', 7) });
    expect(rig.custody).toBe('locked');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('that run low are told of in time, and an empty unit waits for a roll', () => {
    const rig = unit(labels('2026-11-20', 1));
    expect(alarms(rig)).toEqual(['stock-low']);
    for (const at of ['2026-11-20T08:00+01:00', '2026-11-20T20:00+01:00']) {
      rig.until(at);
      rig.press();
      rig.take();
    }
    expect(rig.host.state.chart.presence).toBe('awaitingFill');
    expect(rig.view?.message).toBe('awaiting-fill');
    rig.until('2026-11-21T08:00+01:00');
    expect(alarms(rig)).toContain('stock-empty');
    rig.press();
    expect(rig.said.at(-1)?.phrase).toBe('no-stock');
    rig.until('2026-11-21T09:00+01:00');
    expect(rig.recorded('dose').at(-1)).toMatchObject({ type: 'dose.missed', reason: 'no-stock' });
    rig.fill({ A: labels('2026-11-21', 2) });
    expect(alarms(rig)).not.toContain('stock-empty');
    rig.until('2026-11-21T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'evening', date: '2026-11-21' }]);
  });

  it('come from the roll whose head they are, of two', () => {
    const [mornings, evenings] = [labels('2026-11-20', 3, ['morning']), labels('2026-11-20', 3, ['evening'])];
    const rig = new Rig({ rolls: { A: evenings, B: mornings } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    rig.take();
    expect(rig.recorded('dose.released').map(({ slot, roll }) => [slot, roll])).toEqual([
      ['morning', 'B'],
      ['evening', 'A'],
    ]);
  });
});

describe('a full bin', () => {
  function full(): Rig {
    const rig = new Rig({ config: { profile: 'roll' }, rolls: { A: labels('2026-11-20', 40) } });
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + 29.5 * DAY });
    rig.pass(29.6 * DAY);
    return rig;
  }

  it('is told of when it is full', () => {
    const rig = full();
    expect(rig.host.state.memory?.registers.inBin).toBe(59);
    rig.until('2026-12-19T21:00:10+01:00');
    expect(rig.host.state.memory?.registers.inBin).toBe(60);
    expect(rig.recorded('alarm').at(-1)).toEqual({ type: 'alarm.raised', code: 'bin-full' });
  });

  it('stops nothing as long as nothing must go into it', () => {
    const rig = full();
    rig.until('2026-12-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toHaveLength(1);
  });

  it('locks the unit when a sachet must go into it, until it is emptied', () => {
    const rig = full();
    rig.until('2026-12-20T09:00:10+01:00');
    expect(rig.custody).toBe('fault');
    expect(rig.view?.message).toBe('fault');
    expect(rig.host.state.memory?.registers.inBin).toBe(60);
    rig.sense({ type: 'door.opened', withKey: true });
    rig.ask({ type: 'bin.emptied' });
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(rig.host.state.memory?.registers.inBin).toBe(1);
    rig.until('2026-12-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'evening', date: '2026-12-20' }]);
  });
});

describe('power', () => {
  it('from the battery works as ever, and says so', () => {
    const rig = unit();
    rig.setPower({ source: 'battery', batteryPercent: 80 });
    expect(rig.view?.message).toBe('on-battery');
    expect(alarms(rig)).toEqual(['mains-lost']);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('too low for a movement stops everything, and comes back without a trace', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.setPower({ source: 'battery', batteryPercent: 10 });
    expect(alarms(rig)).toEqual(['battery-low', 'mains-lost', 'battery-critical']);
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('battery-critical');
    rig.setPower({ source: 'mains', batteryPercent: 10 });
    expect(alarms(rig)).toEqual([]);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('that came back while the unit was off leaves no alarm', () => {
    const rig = unit();
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    rig.cutPower();
    rig.power = { source: 'mains', batteryPercent: 40 };
    rig.boot();
    expect(alarms(rig)).toEqual([]);
  });
});
