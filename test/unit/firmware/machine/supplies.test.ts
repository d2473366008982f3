import { describe, expect, it } from 'vitest';
import { SACHETS_PER_ROLL_MAX, type Sachet } from '../../../../firmware/domain/stock.ts';
import type { ConfigDocument } from '../../../../protocol/messages/config.ts';
import type { Refusal } from '../../../../protocol/messages/refusal.ts';
import type { PhraseKey } from '../../../../protocol/phrases.ts';
import { CONFIG, DAY, labels, MINUTE, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };

const unit = (sachets: readonly Sachet[] = labels('2026-11-20', 7)): Rig => new Rig({ rolls: { A: sachets } });
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];

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

describe('a roll that cannot be', () => {
  it('in a bay the unit does not have is refused, and nothing changes', () => {
    const rig = new Rig({ config: { profile: 'roll' }, rolls: { A: labels('2026-11-20', 7) } });
    rig.fill({ B: labels('2026-11-20', 2) });
    expect(rig.said.some(({ phrase }) => phrase === 'roll-refused')).toBe(true);
    expect([...(rig.host.state.memory?.rolls.keys() ?? [])]).toEqual(['A']);
  });

  it('for its sheer length is refused, and nothing changes', () => {
    const rig = unit();
    rig.fill({ A: Array.from({ length: SACHETS_PER_ROLL_MAX + 1 }, () => 'unlabelled' as const) });
    expect(rig.said.some(({ phrase }) => phrase === 'roll-refused')).toBe(true);
    expect(rig.host.state.memory?.rolls.get('A')?.sachets).toEqual(labels('2026-11-20', 7));
  });

  const inBays = (...rolls: ('A' | 'B')[]) => ({
    regimen: { slots: CONFIG.regimen.slots.map((slot, index) => ({ ...slot, roll: rolls[index] ?? 'A' })) },
  });
  const wrong: readonly [string, Partial<ConfigDocument>, Parameters<typeof labels>, PhraseKey, Refusal][] = [
    [
      'names a dose that the plan does not have',
      {},
      ['2026-11-20', 3, ['morning', 'noon']],
      'roll-unknown',
      { path: 'sachets.1', code: 'roll-unknown' },
    ],
    ['is all over', {}, ['2026-11-06', 7], 'roll-over', { path: 'sachets.0', code: 'roll-over' }],
    [
      'belongs into the other bay',
      inBays('A', 'B'),
      ['2026-11-20', 3, ['evening']],
      'roll-refused',
      { path: 'sachets.0', code: 'roll-bay' },
    ],
  ];
  it.each(wrong)(
    'because it %s is refused at the open door, told and shown with the reason',
    (_, config, packed, phrase, refusal) => {
      const rig = new Rig({ config });
      rig.sense({ type: 'door.opened', withKey: true });
      rig.pass(SECOND);
      expect(rig.view?.message).toBe('open');
      const sachets = labels(...packed);
      const outcome = rig.host.receive({ type: 'stock.loaded', roll: 'A', sachets });
      expect(outcome).toEqual({ status: 'refused', refusal });
      expect([rig.view?.message, rig.said.at(-1)?.phrase]).toEqual([phrase, phrase]);
      expect(rig.host.state.memory?.rolls.get('A')).toBeUndefined();
      expect(alarms(rig)).toContain('stock-mismatch');
      // At once, with the door still open: nobody need report anything repaired.
      rig.host.receive({ type: 'stock.loaded', roll: 'A', sachets: labels('2026-11-20', 7, ['morning']) });
      expect(rig.view?.message).toBe('open');
      rig.bays.A = labels('2026-11-20', 7, ['morning']);
      rig.sense({ type: 'door.closed' });
      rig.until('2026-11-20T08:00+01:00');
      expect(alarms(rig)).not.toContain('stock-mismatch');
      rig.press();
      expect(rig.cup).toEqual([MORNING]);
    },
  );

  it('gives nothing when the door is closed on it, and says the number of the fault', () => {
    const rig = unit();
    rig.fill({ A: labels('2026-11-06', 7) });
    expect(rig.view).toMatchObject({ message: 'fault', params: { code: '7' } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
  });

  it('is none that only begins with doses that are over: those are swallowed', () => {
    const rig = new Rig();
    rig.until('2026-11-20T07:00+01:00');
    rig.fill({ A: labels('2026-11-18', 7) });
    expect(alarms(rig)).not.toContain('stock-mismatch');
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });
});
