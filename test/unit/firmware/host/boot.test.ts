import { describe, expect, it } from 'vitest';
import { DAY, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const MORNING = 'morning/2026-11-20';
const DOSE = { slot: 'morning', date: '2026-11-20' };

/** The power goes while a dose is being released; `happened` is what the mechanism had done by then. */
function cutWhileReleasing(happened: (rig: Rig) => void, at = '2026-11-20T08:00+01:00'): Rig {
  const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
  rig.until(at);
  rig.sense({ type: 'button.pressed' });
  rig.pass(SECOND);
  rig.cutPower();
  happened(rig);
  return rig;
}

const cameOut = (rig: Rig): void => {
  rig.cup.push(...rig.bays.A.splice(0, 1));
  rig.fed.A = 1;
};

const intents = (rig: Rig) => rig.store.rows('SELECT kind, outcome FROM intent ORDER BY id');
const releases = (rig: Rig) => rig.calls.filter((call) => call.startsWith('mechanism.release')).length;

describe('a start with a release of which nobody knows the end', () => {
  it('moves nothing before it has asked the mechanism', () => {
    const rig = cutWhileReleasing(() => {});
    rig.calls.length = 0;
    rig.boot();
    expect(rig.calls.filter((call) => call.startsWith('mechanism'))).toEqual(['mechanism.inspect']);
  });

  it('records late a sachet that came out, and never gives it again', () => {
    const rig = cutWhileReleasing(cameOut);
    rig.boot();
    expect(intents(rig)).toEqual([{ kind: 'release', outcome: 'moved' }]);
    expect(rig.fate(MORNING)).toBe('presented');
    rig.press();
    expect(releases(rig)).toBe(1);
    rig.take();
    expect(rig.fate(MORNING)).toBe('taken');
  });

  it('takes an empty cup for a sachet that was picked up meanwhile, and says that this is inferred', () => {
    const rig = cutWhileReleasing((unit) => {
      cameOut(unit);
      unit.cup.length = 0;
    });
    rig.boot();
    expect(rig.recorded('dose.taken')).toEqual([{ type: 'dose.taken', ...DOSE, inferred: true }]);
    rig.press();
    expect(releases(rig)).toBe(1);
  });

  it('says so when the pickup it infers was late', () => {
    const rig = cutWhileReleasing((unit) => {
      cameOut(unit);
      unit.cup.length = 0;
    });
    rig.pass(2 * HOUR);
    rig.boot();
    expect(rig.recorded('dose.taken')).toEqual([{ type: 'dose.taken', ...DOSE, late: true, inferred: true }]);
  });

  it('lets a press try once more what surely did not move, inside the window', () => {
    const rig = cutWhileReleasing(() => {});
    rig.boot();
    expect(rig.fate(MORNING)).toBe('due');
    expect(rig.host.state.chart.reminder).toBe('gentle');
    rig.press();
    expect(rig.cup).toEqual([DOSE]);
    expect(intents(rig)).toEqual([
      { kind: 'release', outcome: 'notMoved' },
      { kind: 'release', outcome: 'moved' },
    ]);
  });

  it('misses at once what surely did not move when the window has closed, because the power was off', () => {
    const rig = cutWhileReleasing(() => {});
    rig.pass(3 * HOUR);
    rig.boot();
    rig.pass(SECOND);
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...DOSE, reason: 'power-off' }]);
    rig.pass(MINUTE);
    expect(rig.bin).toEqual([DOSE]);
  });

  it.each([
    ['two sachets are gone', (rig: Rig) => Object.assign(rig.fed, { A: 2 })],
    ['a sachet fell into the bin', (rig: Rig) => Object.assign(rig, { binned: 1 })],
    ['something is stuck in the gate', (rig: Rig) => Object.assign(rig, { gate: 'blocked' })],
    ['the counter gives no answer', (rig: Rig) => Object.assign(rig.fed, { A: null })],
    ['the cup is full and the counter stood still', (rig: Rig) => rig.cup.push('unlabelled')],
  ])('is uncertain when %s: locked, told, alarmed, and left to a person', (_, happened) => {
    const rig = cutWhileReleasing(happened);
    rig.boot();
    expect(rig.custody).toBe('uncertain');
    expect(rig.fate(MORNING)).toBe('uncertain');
    expect(rig.view).toMatchObject({ message: 'uncertain', lamp: 'alarm', params: { number: '70 12 34 56' } });
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.uncertain', ...DOSE, reason: 'no-evidence' }]);
    expect(rig.recorded('alarm')).toContainEqual({ type: 'alarm.raised', code: 'dose-uncertain', ...DOSE });
    rig.press();
    rig.pass(14 * HOUR);
    rig.press();
    expect(releases(rig)).toBe(1);
    // A restart is no person either.
    rig.cutPower();
    rig.boot();
    rig.press();
    expect(rig.custody).toBe('uncertain');
    expect(releases(rig)).toBe(1);
  });

  it('works again when a person has found out', () => {
    const rig = cutWhileReleasing((unit) => {
      unit.gate = 'blocked';
    });
    rig.boot();
    rig.sense({ type: 'door.opened', withKey: true });
    rig.gate = 'clear';
    rig.ask({ type: 'uncertainty.settled', dose: MORNING, fate: 'missed' });
    rig.ask({ type: 'fault.repaired' });
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(rig.recorded('dose.settled')).toEqual([{ type: 'dose.settled', ...DOSE, fate: 'missed' }]);
    // The sachet of that dose still was at the head, and its time is over.
    expect(rig.bin).toEqual([DOSE]);
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'evening', date: '2026-11-20' }]);
  });
});

describe('a start in the middle of another movement', () => {
  function cutWhileRetracting(): Rig {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(30 * MINUTE + SECOND);
    expect(rig.custody).toBe('retracting');
    rig.cutPower();
    return rig;
  }

  it('finishes drawing back what still lies in the cup', () => {
    const rig = cutWhileRetracting();
    rig.boot();
    rig.pass(MOVE_MS);
    expect(rig.fate(MORNING)).toBe('retracted');
    expect(rig.bin).toEqual([DOSE]);
  });

  it('records what was drawn back', () => {
    const rig = cutWhileRetracting();
    rig.bin.push(...rig.cup.splice(0));
    rig.binned = 1;
    rig.boot();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.retracted', ...DOSE });
  });

  it('does not believe that the citizen took what is neither in the cup nor in the bin: its counter may be stuck', () => {
    const rig = cutWhileRetracting();
    rig.cup.length = 0;
    rig.boot();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.uncertain', ...DOSE, reason: 'no-evidence' });
  });

  it('counts a swallowed sachet once', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T09:00:01+01:00');
    expect(rig.custody).toBe('swallowing');
    rig.cutPower();
    rig.bin.push(...rig.bays.A.splice(0, 1));
    rig.fed.A = 1;
    rig.binned = 1;
    rig.boot();
    rig.pass(MINUTE);
    expect(rig.recorded('sachet')).toEqual([{ type: 'sachet.swallowed', ...DOSE, roll: 'A' }]);
    expect(rig.host.state.memory?.registers.inBin).toBe(1);
    expect(rig.bin).toHaveLength(1);
  });

  it('inspects a door that was left open as open', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'door.opened', withKey: true });
    rig.cutPower();
    rig.boot();
    expect(rig.custody).toBe('open');
    rig.press();
    expect(rig.cup).toEqual([]);
  });
});

describe('a start after a long time without power', () => {
  it.each([
    ['with a good clock', 'rtc'],
    ['with a clock that the network has to set', 'lost'],
  ] as const)('of 20 hours, %s, marks what was missed as missed for want of power', (_, source) => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.cutPower();
    rig.pass(20 * HOUR);
    rig.source = source;
    rig.boot();
    rig.pass(10 * MINUTE);
    rig.source = 'synchronised';
    rig.pass(5 * MINUTE);
    expect(rig.recorded('dose')).toEqual([
      { type: 'dose.missed', ...DOSE, reason: 'power-off' },
      { type: 'dose.missed', slot: 'evening', date: '2026-11-20', reason: 'power-off' },
    ]);
    expect(rig.bin).toEqual(labels('2026-11-20', 1));
    rig.until('2026-11-21T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'morning', date: '2026-11-21' }]);
  });

  it('gives a dose whose window is still open', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T07:45+01:00');
    rig.cutPower();
    rig.pass(HOUR);
    rig.boot();
    expect(rig.host.state.chart.reminder).toBe('urgent');
    rig.press();
    expect(rig.cup).toEqual([DOSE]);
  });

  it('counts its starts', () => {
    const rig = new Rig();
    rig.cutPower();
    rig.boot();
    rig.cutPower();
    rig.boot();
    expect(rig.recorded('device').map(({ boot }) => boot)).toEqual([1, 2, 3]);
  });

  it('does not believe a chip that is behind what the ledger saw', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    rig.cutPower();
    rig.stepClock(-2 * DAY);
    rig.boot();
    expect(rig.host.state.chart.time).toBe('suspect');
  });
});

describe('a message from the centre that makes no sense', () => {
  it('is refused and logged, and changes nothing', () => {
    const rig = new Rig();
    rig.online = true;
    rig.pass(5 * MINUTE);
    const before = rig.host.state.memory;
    const { commits } = rig.store;
    rig.hear({ type: 'mqtt.message', message: { topic: 'd/DD-0042/down/ack', payload: Uint8Array.of(0xff) } });
    expect(rig.logged.at(-1)).toMatch(/^warning A message from the centre was refused: ./);
    expect(rig.host.state.memory).toBe(before);
    expect(rig.store.commits).toBe(commits);
  });
});
