import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../../../protocol/messages/config.ts';
import { Desk, FORGER, hashOf, SIGNER, signed } from '../centre-desk.ts';
import { CONFIG, DAY, labels, MINUTE, Rig } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };
const MORNING = 'morning/2026-11-20';

/** The document in force with something changed, as its next version. */
const next = (changed: Partial<ConfigDocument> = {}, version = 2): ConfigDocument => ({
  ...CONFIG,
  ...changed,
  version,
});

/** The slots in force, some of them changed. */
function slots(changed: Readonly<Record<string, object>>): Partial<ConfigDocument> {
  const all = CONFIG.regimen.slots.map((slot) => ({ ...slot, ...changed[slot.id] }));
  return { regimen: { ...CONFIG.regimen, slots: all } };
}

function connected(options: ConstructorParameters<typeof Rig>[0] = { rolls: ROLL }): { rig: Rig; desk: Desk } {
  const rig = new Rig(options);
  return { rig, desk: new Desk(rig) };
}

/** Sends the document that follows the one in force. */
function change(rig: Rig, desk: Desk, document: ConfigDocument): void {
  const base = rig.host.state.memory?.configHash;
  desk.send('config', signed(document, base ? { base } : {}));
}

describe('a unit without a configuration', () => {
  it('says that it waits for its plan, gives nothing and takes no roll', () => {
    const { rig } = connected({ unconfigured: true });
    expect(rig.view).toMatchObject({ message: 'not-configured', button: 'idle' });
    rig.fill(ROLL);
    rig.press();
    expect(rig.host.state.memory?.rolls.size).toBe(0);
    expect(rig.given).toEqual([]);
  });

  it('takes its first one, and gives its first dose', () => {
    const { rig, desk } = connected({ unconfigured: true, at: '2026-11-20T07:00+01:00' });
    change(rig, desk, { ...CONFIG, version: 5 });
    expect(desk.reports).toEqual([{ status: 'applied', version: 5, hash: hashOf({ ...CONFIG, version: 5 }) }]);
    rig.fill(ROLL);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.fate(MORNING)).toBe('presented');
    rig.cutPower();
    rig.boot();
    expect(rig.host.state.memory?.settings.version).toBe(5);
  });

  it('refuses one that was signed long before the unit was enrolled, also after a restart, and takes a newer one', () => {
    const rig = new Rig({ unconfigured: true, firstConfigFrom: 1_795_150_000 });
    const first = (issuedAt: number, version: number) => signed({ ...CONFIG, version }, { issuedAt });
    const desk = new Desk(rig);
    desk.send('config', first(1_795_149_999, 9));
    expect(desk.reports).toMatchObject([{ status: 'rejected', errors: [{ path: 'issuedAt', code: 'outdated' }] }]);
    rig.cutPower();
    rig.boot();
    const again = new Desk(rig);
    again.send('config', first(1_795_149_999, 9));
    expect(again.reports.at(-1)).toMatchObject({ status: 'rejected', errors: [{ code: 'outdated' }] });
    expect(rig.host.state.memory?.configHash).toBeNull();
    again.send('config', first(1_795_150_000, 5));
    expect(again.reports.at(-1)).toMatchObject({ status: 'applied', version: 5 });
  });

  it('goes by the base of those that follow, however old their signature', () => {
    const { rig, desk } = connected({ unconfigured: true, firstConfigFrom: 1_795_150_000 });
    change(rig, desk, CONFIG);
    desk.send('config', signed(next(), { base: hashOf(CONFIG), issuedAt: 1 }));
    expect(desk.reports.at(-1)).toMatchObject({ status: 'applied', version: 2 });
  });

  it('defers it while the clock is in doubt, and takes it when the clock is right', () => {
    const rig = new Rig({ unconfigured: true });
    rig.source = 'lost';
    rig.pass(MINUTE);
    const desk = new Desk(rig);
    change(rig, desk, CONFIG);
    expect(desk.reports).toMatchObject([{ status: 'deferred', errors: [{ code: 'time-suspect' }] }]);
    rig.source = 'synchronised';
    rig.pass(DAY / 24);
    expect(desk.reports.at(-1)).toMatchObject({ status: 'applied', version: 1 });
    expect(rig.host.state.memory?.settings.version).toBe(1);
  });
});

describe('a configuration from the centre', () => {
  it('comes into force whole, is on record, and outlasts a restart', () => {
    const { rig, desk } = connected();
    change(rig, desk, next({ quietMinutes: 0, language: 'en' }));
    expect(desk.reports).toEqual([
      { status: 'applied', version: 2, hash: hashOf(next({ quietMinutes: 0, language: 'en' })) },
    ]);
    expect(rig.recorded('config')).toEqual([{ type: 'config.applied', version: 2 }]);
    rig.cutPower();
    rig.boot();
    expect(rig.host.state.memory?.settings).toMatchObject({ version: 2, language: 'en', quietMs: 0 });
  });

  it('is answered and not taken twice when it comes again', () => {
    const { rig, desk } = connected();
    const bytes = signed(next(), { base: hashOf(CONFIG) });
    desk.send('config', bytes);
    desk.send('config', bytes);
    expect(desk.reports.map(({ status }) => status)).toEqual(['applied', 'applied']);
    expect(rig.recorded('config')).toHaveLength(1);
  });

  it.each([
    [
      'an older version',
      () => signed({ ...CONFIG, version: 1, language: 'en' }, { base: hashOf(CONFIG) }),
      'version',
      'version-reused',
    ],
    ['another base', () => signed(next(), { base: hashOf(next()) }), 'base', 'base-mismatch'],
    ['no base', () => signed(next()), 'base', 'base-mismatch'],
    ['another unit', () => signed(next(), { base: hashOf(CONFIG), device: 'DD-0043' }), 'device', 'another-device'],
    ['a forged signature', () => signed(next(), { base: hashOf(CONFIG) }, FORGER), '', 'bad-signature'],
    [
      'a key that nobody enrolled',
      () => signed(next(), { base: hashOf(CONFIG) }, { ...SIGNER, kid: new Uint8Array([9, 9, 9, 9]) }),
      '',
      'unknown-kid',
    ],
    [
      'a zone that is none',
      () => signed(next({ zone: 'Europe/Atlantis' }), { base: hashOf(CONFIG) }),
      'zone',
      'invalid',
    ],
    [
      'windows that meet',
      () => signed(next(slots({ evening: { at: '08:30' } })), { base: hashOf(CONFIG) }),
      'regimen.slots.evening',
      'conflict',
    ],
    [
      'a profile this unit is not',
      () => signed(next({ profile: 'roll' }), { base: hashOf(CONFIG) }),
      'profile',
      'unsupported',
    ],
    [
      'a profile nobody knows',
      () => signed(next({ profile: 'tray' }), { base: hashOf(CONFIG) }),
      'profile',
      'unsupported',
    ],
  ])('of %s leaves the last one in force, and says why', (_, make, path, code) => {
    const { rig, desk } = connected();
    desk.send('config', make());
    const [report] = desk.reports;
    expect(report).toMatchObject({ status: 'rejected', errors: [{ path, code }] });
    expect(report).toMatchObject({ inForce: { version: 1, hash: hashOf(CONFIG) } });
    expect(rig.host.state.memory?.settings.version).toBe(1);
    expect(rig.recorded('config')).toMatchObject([{ type: 'config.refused', code }]);
  });

  it('that was in force once comes back by no replay, also after a restart', () => {
    const { rig, desk } = connected();
    const [second, third] = [next(), next({ language: 'en' }, 3)];
    const replayed = signed(second, { base: hashOf(CONFIG) });
    desk.send('config', replayed);
    change(rig, desk, third);
    desk.send('config', replayed);
    rig.cutPower();
    rig.boot();
    new Desk(rig).send('config', replayed);
    expect(desk.reports.map(({ status }) => status)).toEqual(['applied', 'applied', 'rejected', 'rejected']);
    expect(desk.reports.at(-1)).toMatchObject({
      errors: [{ path: 'version', code: 'older-version' }],
      inForce: { version: 3, hash: hashOf(third) },
    });
    expect(rig.host.state.memory?.settings).toMatchObject({ version: 3, language: 'en' });
  });

  it('of which any byte was changed leaves the last one in force', () => {
    const { rig, desk } = connected();
    const bytes = signed(next(), { base: hashOf(CONFIG) });
    for (let at = 0; at < bytes.length; at += 1) {
      desk.send(
        'config',
        bytes.map((byte, index) => (index === at ? byte ^ 0x10 : byte)),
      );
      // The broker takes each answer.
      rig.pass(2);
    }
    expect(desk.reports).toHaveLength(bytes.length);
    expect(desk.reports.every(({ status }) => status === 'rejected')).toBe(true);
    expect(rig.host.state.memory?.settings.version).toBe(1);
    desk.send('config', bytes);
    expect(desk.reports.at(-1)?.status).toBe('applied');
  });

  it.each([
    ['nobody signed', () => signed(next(), { base: hashOf(CONFIG) }, FORGER)],
    ['was signed once, for another base', () => signed(next(), { base: hashOf(next()) })],
    ['was signed once, for another unit', () => signed(next(), { base: hashOf(CONFIG), device: 'DD-0043' })],
  ])('that %s fills no ledger, however often it comes', (_, make) => {
    const { rig, desk } = connected();
    const refused = make();
    for (let count = 0; count < 500; count += 1) desk.send('config', refused);
    expect(rig.recorded('config.refused')).toHaveLength(12);
    rig.pass(61 * MINUTE);
    desk.send('config', refused);
    expect(rig.recorded('config.refused')).toHaveLength(13);
  });

  it('waits while a sachet moves, and comes into force at once afterwards', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    change(rig, desk, next());
    expect(desk.reports).toMatchObject([{ status: 'deferred', version: 2, errors: [{ path: '', code: 'dose-open' }] }]);
    rig.pass(MINUTE);
    expect(desk.reports.at(-1)).toMatchObject({ status: 'applied', version: 2 });
    expect(rig.fate(MORNING)).toBe('presented');
  });

  it('is answered alike over the cable', () => {
    const { rig } = connected();
    expect(rig.host.offerConfig(signed(next()))).toMatchObject({
      status: 'rejected',
      errors: [{ code: 'base-mismatch' }],
    });
    expect(rig.host.offerConfig(signed(next(), { base: hashOf(CONFIG) }))).toMatchObject({ status: 'applied' });
  });
});

describe('a new plan', () => {
  it('opens no dose again that was given, whatever its new time', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    rig.until('2026-11-20T10:00+01:00');
    change(rig, desk, next(slots({ morning: { at: '11:00' } })));
    rig.until('2026-11-20T11:10+01:00');
    rig.press();
    expect(rig.given).toHaveLength(1);
    expect(rig.fate(MORNING)).toBe('taken');
  });

  it('lets an open dose go on in its new window', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T08:00+01:00');
    change(rig, desk, next(slots({ morning: { at: '09:30', afterMinutes: 90 } })));
    rig.until('2026-11-20T08:55+01:00');
    rig.press();
    expect(rig.given).toEqual([]);
    rig.until('2026-11-20T10:30+01:00');
    rig.press();
    expect(rig.fate(MORNING)).toBe('presented');
  });

  it('withholds an open dose that it has no more, and says so', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T08:00+01:00');
    const [, evening] = CONFIG.regimen.slots;
    change(rig, desk, next({ regimen: { slots: evening === undefined ? [] : [evening] } }));
    expect(rig.recorded('dose.')).toEqual([
      { type: 'dose.withheld', slot: 'morning', date: '2026-11-20', reason: 'regimen-changed' },
    ]);
    rig.press();
    expect(rig.given).toEqual([]);
  });

  it('that has let the window of a dose pass already calls it missed, for a person to decide', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T12:00+01:00');
    change(rig, desk, next(slots({ evening: { at: '10:00' } })));
    expect(rig.recorded('dose.missed').at(-1)).toEqual({
      type: 'dose.missed',
      slot: 'evening',
      date: '2026-11-20',
      reason: 'regimen-changed',
    });
    expect(rig.host.state.memory?.alarms.has('dose-missed:evening/2026-11-20')).toBe(true);
  });

  it('with a new slot whose window is open already gives nothing from a roll that does not name it', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T12:00+01:00');
    const noon = { id: 'noon', at: '12:00', beforeMinutes: 30, afterMinutes: 60 };
    change(rig, desk, next({ regimen: { slots: [...CONFIG.regimen.slots, noon] } }));
    rig.press();
    expect(rig.given).toEqual([]);
  });

  it('keeps what lies in the cup as it is', () => {
    const { rig, desk } = connected();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    const [, evening] = CONFIG.regimen.slots;
    change(rig, desk, next({ regimen: { slots: evening === undefined ? [] : [evening] } }));
    expect(rig.fate(MORNING)).toBe('presented');
    rig.take();
    expect(rig.fate(MORNING)).toBe('taken');
  });
});

describe('medicine that fits the plan no more', () => {
  const locked = (rig: Rig): boolean =>
    rig.custody === 'fault' && rig.host.state.memory?.alarms.has('medicine-changed') === true;

  it('locks the unit at once when the prescription is another, until every roll is new', () => {
    const { rig, desk } = connected({ rolls: { A: labels('2026-11-20', 7), B: labels('2026-11-27', 7) } });
    change(rig, desk, next({ regimen: { ...CONFIG.regimen, prescription: 1 } }));
    expect(locked(rig)).toBe(true);
    expect(rig.view).toMatchObject({ message: 'fault', lamp: 'alarm' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(MINUTE);
    expect(locked(rig)).toBe(true);
    rig.fill({ A: labels('2026-11-20', 7) });
    expect(locked(rig)).toBe(true);
    rig.fill({ B: labels('2026-11-27', 7) });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.fate(MORNING)).toBe('presented');
  });

  it('is a labelled sachet of a slot that is gone', () => {
    const { rig, desk } = connected();
    const [, evening] = CONFIG.regimen.slots;
    change(rig, desk, next({ regimen: { slots: evening === undefined ? [] : [evening] } }));
    expect(locked(rig)).toBe(true);
  });

  it('is a dose that takes another number of sachets now', () => {
    const { rig, desk } = connected();
    change(rig, desk, next(slots({ evening: { sachets: 2 } })));
    expect(locked(rig)).toBe(true);
  });

  it('is an unlabelled roll whose order means other doses now', () => {
    const { rig, desk } = connected({ rolls: { A: ['unlabelled', 'unlabelled', 'unlabelled', 'unlabelled'] } });
    change(rig, desk, next(slots({ morning: { at: '09:00' } })));
    expect(locked(rig)).toBe(false);
    const noon = { id: 'noon', at: '13:00', beforeMinutes: 30, afterMinutes: 60 };
    change(rig, desk, next({ regimen: { slots: [...CONFIG.regimen.slots, noon] } }, 3));
    expect(locked(rig)).toBe(true);
  });

  it('is not what only changed its time', () => {
    const { rig, desk } = connected();
    change(rig, desk, next(slots({ evening: { at: '21:00', afterMinutes: 30 } })));
    expect(locked(rig)).toBe(false);
    expect(rig.custody).toBe('locked');
  });

  it('is not a roll that was fitted ahead for the new plan', () => {
    const { rig, desk } = connected({ rolls: { A: labels('2026-11-21', 7, ['morning', 'noon', 'evening']) } });
    const noon = { id: 'noon', at: '13:00', beforeMinutes: 30, afterMinutes: 60 };
    change(rig, desk, next({ regimen: { slots: [...CONFIG.regimen.slots, noon] } }));
    expect(locked(rig)).toBe(false);
  });
});
