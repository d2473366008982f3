import { describe, expect, it } from 'vitest';
import { CONFIG, labels, MINUTE, MOVE_MS, type Outcome, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];
const settle = (rig: Rig, fate: 'taken' | 'missed'): void =>
  rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate });

/**
 * The mechanism falls silent over the morning's dose, for so long that a person is told.
 * @param at when the button is pressed, local time
 * @param outcome what the movement came to, unheard
 * @returns the board answers again: somebody says it is repaired, and the unit asks
 */
function fallSilent(rig: Rig, at: string, outcome: Outcome): () => void {
  const { inspect } = rig.ports.mechanism;
  rig.until(`2026-11-20T${at}+01:00`);
  rig.ports.mechanism.inspect = () => {};
  rig.outcomes.push({ ...outcome, answers: false });
  rig.press();
  rig.pass(3 * MINUTE);
  expect(alarms(rig)).toEqual(['mechanism-silent', 'dose-uncertain:morning/2026-11-20']);
  return () => {
    rig.ports.mechanism.inspect = inspect;
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
  };
}

describe('a mechanism that answers when a person has been told of its dose', () => {
  it('and has counted a sachet that lies in the way, asks for the roll to be fitted anew before anybody frees it', () => {
    const rig = unit();
    const answer = fallSilent(rig, '08:00', { gate: 'blocked' });
    answer();
    expect(rig.gate).toBe('blocked');
    expect(alarms(rig)).toEqual(expect.arrayContaining(['mechanism-jam', 'stock-mismatch']));
    expect(rig.custody).toBe('uncertain');
  });

  it('and has counted none of what lies in the way, leaves the roll in its place until that is freed', () => {
    const rig = unit();
    const answer = fallSilent(rig, '08:00', { moves: false, gate: 'blocked' });
    answer();
    expect(alarms(rig)).toEqual(['dose-uncertain:morning/2026-11-20', 'mechanism-jam']);
  });

  it('and did release it, has the next dose wait its least interval, though the person says that it was missed', () => {
    const config = { regimen: { ...CONFIG.regimen, minIntervalMinutes: 720 } };
    const rig = new Rig({ config, rolls: { A: labels('2026-11-20', 7) } });
    const answer = fallSilent(rig, '08:30', {});
    rig.take();
    answer();
    settle(rig, 'missed');
    rig.pass(SECOND);
    rig.fill({ A: labels('2026-11-20', 7).slice(1) });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.said.at(-1)?.phrase).toBe('too-soon');
    expect(rig.cup).toEqual([]);
    rig.until('2026-11-20T20:31+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('and whose counters say that hands have cut a sachet of the other roll, does not take the next for that one', () => {
    const evenings = labels('2026-11-20', 7, ['evening']);
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7, ['morning']), B: evenings } });
    const answer = fallSilent(rig, '08:00', { moves: false });
    rig.sense({ type: 'door.opened', withKey: true });
    rig.bays.B.shift();
    rig.fed.B = 1;
    answer();
    settle(rig, 'missed');
    rig.sense({ type: 'door.closed' });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(alarms(rig)).toEqual(['stock-mismatch']);
    rig.fill({ B: evenings });
    rig.pass(MOVE_MS);
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });
});

describe('a mechanism that answers when a person has settled its dose', () => {
  /** The settled dose makes the unit ask, and nothing answers that either. */
  function settleInSilence(rig: Rig, fate: 'taken' | 'missed'): void {
    settle(rig, fate);
    rig.pass(2 * MINUTE);
    expect(rig.custody).toBe('fault');
  }

  it('does not give the missed dose that it had not moved, but swallows it', () => {
    const rig = unit();
    const answer = fallSilent(rig, '08:00', { moves: false });
    settleInSilence(rig, 'missed');
    answer();
    rig.press();
    rig.pass(MOVE_MS);
    expect(rig.given).toEqual([]);
    expect(rig.bin).toEqual([MORNING]);
    expect(rig.fate('morning/2026-11-20')).toBe('missed');
  });

  it.each(['taken', 'missed'] as const)('and had released it, leaves it %s as the person says', (fate) => {
    const rig = unit();
    const answer = fallSilent(rig, '08:00', {});
    settleInSilence(rig, fate);
    answer();
    expect(alarms(rig)).toContain('stock-mismatch');
    expect(rig.fate('morning/2026-11-20')).toBe(fate);
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.settled', ...MORNING, fate });
  });
});
