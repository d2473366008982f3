import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import type { StoreFailure } from '../../../../hal/ports/store.ts';
import { type ConfigDocument, encodeConfig } from '../../../../protocol/messages/config.ts';
import { decodeState } from '../../../../protocol/messages/state.ts';
import { CONFIG, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };
const MOVEMENT = /^mechanism\.(release|swallow|retract)$/;

const atBreakfast = (): Rig => {
  const rig = new Rig({ rolls: ROLL });
  rig.until('2026-11-20T08:00+01:00');
  return rig;
};

/** A day with every kind of movement: one taken, one drawn back, one swallowed, one taken out. */
function fullDay(rig: Rig): void {
  rig.press();
  rig.take();
  rig.until('2026-11-20T20:10+01:00');
  rig.press();
  rig.pass(13 * HOUR);
  rig.ask({ type: 'takeOut.requested', doses: 1 });
  rig.pass(MOVE_MS);
  rig.take();
}

describe('commit, then act', () => {
  it('asks for a movement only when its intent is durable and open', () => {
    const rig = atBreakfast();
    const moved: string[] = [];
    rig.onCall = (name, intent) => {
      if (!MOVEMENT.test(name)) return;
      expect(rig.store.inTransaction).toBe(false);
      expect(rig.store.rows('SELECT outcome FROM intent WHERE id = ?', intent)).toEqual([{ outcome: 'open' }]);
      moved.push(name);
    };
    fullDay(rig);
    expect(new Set(moved)).toEqual(new Set(['mechanism.release', 'mechanism.retract', 'mechanism.swallow']));
  });

  it('calls no port before the transaction of the event has returned', () => {
    const rig = atBreakfast();
    let calls = 0;
    rig.onCall = () => {
      calls += 1;
      expect(rig.store.inTransaction).toBe(false);
      // All that has been recorded so far is in the file at the time of the call.
      expect(rig.store.rows('SELECT max(seq) last FROM log')).toEqual([{ last: rig.events.at(-1)?.seq }]);
    };
    fullDay(rig);
    expect(calls).toBeGreaterThan(50);
  });

  it('makes one transaction of an event, and none of an event that changes nothing durable', () => {
    const rig = atBreakfast();
    const commits = (act: () => void): number => {
      const before = rig.store.commits;
      act();
      return rig.store.commits - before;
    };
    expect(commits(() => rig.sense({ type: 'button.pressed' }))).toBe(1);
    expect(commits(() => rig.pass(MOVE_MS))).toBe(1);
    expect(commits(() => rig.sense({ type: 'button.pressed' }))).toBe(0);
    expect(commits(() => rig.take())).toBe(1);
    expect(commits(() => rig.pass(3 * HOUR))).toBe(0);
    expect(commits(() => rig.sense({ type: 'button.pressed' }))).toBe(0);
  });
});

describe('what a port answers while it is being called', () => {
  it('waits its turn, in order', () => {
    const rig = atBreakfast();
    let answered = false;
    rig.onCall = (name) => {
      if (name !== 'speech.say' || answered) return;
      answered = true;
      rig.sense({ type: 'power.changed', power: { source: 'battery', batteryPercent: 80 } });
      rig.sense({ type: 'quiet.requested' });
    };
    rig.observed.length = 0;
    rig.sense({ type: 'button.pressed' });
    rig.pass(MOVE_MS);
    rig.take();
    const order = rig.observed.flatMap((seen) => {
      if (seen.kind === 'inbox') return [`enters ${seen.event.type}`];
      return seen.kind === 'effect' ? [seen.effect.type] : [];
    });
    const said = order.lastIndexOf('enters cup.emptied');
    expect(order.slice(said)).toEqual([
      'enters cup.emptied',
      'speech.say',
      'lock.set',
      'panel.show',
      'enters power.changed',
      'panel.show',
      'enters quiet.requested',
      'panel.show',
    ]);
  });
});

describe.each(['full', 'io', 'constraint'] as const)('a store that refuses (%s)', (failure: StoreFailure) => {
  it('lets nothing move, stops the motors and says so', () => {
    const rig = atBreakfast();
    rig.store.failure = failure;
    rig.calls.length = 0;
    rig.press();
    expect(rig.calls.filter((call) => call !== 'mqtt.connect')).toEqual([
      'mechanism.stop',
      'mechanism.stop',
      'lock.set 1',
      'panel.show',
      'speech.say',
    ]);
    expect(rig.view).toMatchObject({ message: 'storage-fault', lamp: 'alarm', button: 'idle' });
    expect(rig.view?.params).toMatchObject({ device: 'DD-0042', number: '70 12 34 56' });
    expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: 'storage' } });
    expect(rig.cup).toEqual([]);
  });

  it('stops a movement that is under way, and takes no event any more', () => {
    const rig = atBreakfast();
    rig.sense({ type: 'button.pressed' });
    rig.store.failure = failure;
    rig.sense({ type: 'door.opened', withKey: false });
    rig.store.failure = null;
    rig.calls.length = 0;
    rig.pass(MOVE_MS);
    rig.sense({ type: 'button.pressed' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(5 * MINUTE);
    expect(rig.calls.filter((call) => MOVEMENT.test(call.split(' ')[0] ?? ''))).toEqual([]);
    expect(rig.cup).toEqual([]);
  });

  it('is answered by a restart after ten minutes, which reads everything anew', () => {
    const rig = atBreakfast();
    rig.store.failure = failure;
    rig.press();
    rig.pass(9 * MINUTE);
    expect(rig.restarts).toEqual([]);
    rig.pass(2 * MINUTE);
    expect(rig.restarts).toHaveLength(1);
  });

  it('tells the centre', () => {
    const rig = atBreakfast();
    rig.online = true;
    rig.store.failure = failure;
    rig.press();
    rig.pass(MINUTE);
    const birth = rig.published.at(-1);
    expect(birth?.topic).toBe('d/DD-0042/up/state');
    expect(decodeState(birth?.payload ?? Uint8Array.of())).toMatchObject({
      online: 'lockedDown',
      fault: 'storage-fault',
    });
  });

  it('at the very start leaves the unit locked, telling the centre, with nothing else performed', () => {
    const rig = atBreakfast();
    rig.cutPower();
    rig.online = true;
    rig.calls.length = 0;
    rig.store.failure = failure;
    rig.boot();
    rig.pass(5 * SECOND);
    expect(rig.host.state.phase).toBe('lockedDown');
    expect(rig.calls).toEqual([
      'mechanism.stop',
      'lock.set 1',
      'panel.show',
      'speech.say',
      'mqtt.connect',
      'mqtt.publish 1',
    ]);
  });
});

describe('a store that failed once', () => {
  it('costs no dose and doubles none after the restart', () => {
    const rig = atBreakfast();
    rig.sense({ type: 'button.pressed' });
    rig.store.failure = 'full';
    rig.pass(MOVE_MS);
    // The sachet lies in the cup, but the unit could not write that down.
    expect(rig.host.state.phase).toBe('lockedDown');
    expect(rig.cup).toHaveLength(1);
    rig.cutPower();
    rig.store.failure = null;
    rig.boot();
    expect(rig.fate('morning/2026-11-20')).toBe('presented');
    rig.press();
    expect(rig.cup).toHaveLength(1);
    rig.take();
    expect(rig.recorded('dose')).toEqual([
      { type: 'dose.released', slot: 'morning', date: '2026-11-20', roll: 'A' },
      { type: 'dose.presented', slot: 'morning', date: '2026-11-20' },
      { type: 'dose.taken', slot: 'morning', date: '2026-11-20' },
    ]);
  });

  it('does not hide a damaged file behind the words for a full one', () => {
    const rig = atBreakfast();
    rig.store.failure = 'corrupt';
    rig.press();
    expect(rig.view?.message).toBe('ledger-damaged');
    expect(rig.host.state.cause?.fault).toBe('damaged');
  });
});

describe('a ledger that cannot be used', () => {
  function contents(rig: Rig): string {
    const tables = rig.store.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`);
    return JSON.stringify(tables.map(({ name }) => rig.store.rows(`SELECT * FROM ${name}`)));
  }

  const putConfig = (store: Rig['store'], config: ConfigDocument): void => {
    const document = encodeConfig(config);
    store.exec('DELETE FROM config');
    store.prepare('INSERT INTO config VALUES (1,?,?,0)').run(document, sha256(document));
  };

  const cases: readonly [string, (rig: Rig) => void, string, string][] = [
    ['damaged', ({ store }) => (store.integrityProblems = () => ['row 3 missing']), 'damaged', 'ledger-damaged'],
    ['of a newer firmware', ({ store }) => store.exec('PRAGMA user_version = 99'), 'newer', 'ledger-newer'],
    [
      'without a configuration',
      ({ store }) => store.exec('DELETE FROM config'),
      'contradiction',
      'ledger-contradiction',
    ],
    [
      'with a configuration that may not come into force',
      ({ store }) => putConfig(store, { ...CONFIG, zone: 'Europe/Atlantis' }),
      'contradiction',
      'ledger-contradiction',
    ],
    [
      'with a configuration that is none',
      ({ store }) => store.exec(`DELETE FROM config; INSERT INTO config VALUES (1, x'a0', x'00', 0)`),
      'contradiction',
      'ledger-contradiction',
    ],
    [
      'with a changed record',
      ({ store }) => store.exec(`DROP TRIGGER log_is_history; UPDATE log SET body = x'a0' WHERE seq = 2`),
      'contradiction',
      'ledger-contradiction',
    ],
  ];

  it.each(cases)('%s locks the unit, says so, and stays as it is', (_, spoil, fault, message) => {
    const rig = atBreakfast();
    rig.cutPower();
    spoil(rig);
    const before = contents(rig);
    const { commits } = rig.store;
    rig.calls.length = 0;
    rig.boot();
    expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault } });
    expect(rig.view).toMatchObject({ message, lamp: 'alarm', button: 'idle', serviceNumber: '70 12 34 56' });
    expect(rig.doorLocked).toBe(true);
    rig.press();
    rig.ask({ type: 'fault.repaired' });
    rig.pass(HOUR);
    expect(rig.calls.filter((call) => call.startsWith('mechanism'))).toEqual(['mechanism.stop']);
    expect(contents(rig)).toBe(before);
    expect(rig.store.commits).toBe(commits);
  });

  it('from the factory says that the unit is not set up, and stays empty', () => {
    const rig = new Rig({ unprovisioned: true });
    expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: 'empty' } });
    expect(rig.view?.message).toBe('not-provisioned');
    expect(rig.store.rows('SELECT name FROM sqlite_master')).toEqual([]);
  });

  it('does not make the unit restart again and again', () => {
    const rig = new Rig({ unprovisioned: true });
    rig.pass(24 * HOUR);
    expect(rig.restarts).toEqual([]);
  });
});

describe('a port that throws', () => {
  it.each(['speech.say', 'panel.show'])('(%s) stops no dose, and is written down for the technician', (port) => {
    const rig = new Rig({ rolls: ROLL });
    rig.onCall = (name) => {
      if (name === port) throw new Error('no such device');
    };
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toHaveLength(1);
    expect(rig.logged).toContain(`error ${port} failed: no such device`);
  });

  it('(mechanism) is a silent mechanism: locked and told, and nothing doubled', () => {
    const rig = atBreakfast();
    rig.onCall = (name) => {
      if (name === 'mechanism.release') throw new Error('the board is gone');
    };
    rig.press();
    rig.pass(3 * 60_000);
    expect(rig.given).toEqual([]);
    rig.press();
    rig.pass(3 * 60_000);
    expect([...(rig.host.state.memory?.alarms.keys() ?? [])]).toContain('mechanism-jam');
  });

  it('(the lock) is a fault of the unit: locked down and told', () => {
    const rig = atBreakfast();
    rig.onCall = (name) => {
      if (name === 'lock.set') throw new Error('no current');
    };
    rig.press();
    rig.pass(60_000);
    rig.take();
    expect(rig.recorded('alarm')).toContainEqual({ type: 'alarm.raised', code: 'internal-fault' });
  });

  it('at the start leaves the unit running', () => {
    const rig = atBreakfast();
    rig.cutPower();
    rig.onCall = (name) => {
      if (name === 'panel.show') throw new Error('no such device');
    };
    rig.boot();
    expect(rig.host.state.phase).toBe('running');
  });
});
