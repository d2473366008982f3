import { describe, expect, it } from 'vitest';
import { signHandover } from '../../../../protocol/messages/handover.ts';
import { attestation } from '../../protocol/attestation.ts';
import { CONFIG, labels, MINUTE, Rig } from '../rig.ts';
import {
  at,
  CENTRE,
  donorAt,
  EVENING,
  fromCentre,
  GOES,
  handedOver,
  MORNING,
  ROLL,
  read,
  replacement,
  swapped,
  TODAY,
  take,
  taken,
} from './handover-rig.ts';

describe('a unit that takes the place of another', () => {
  it('never gives what the other has given, though a roll says so', () => {
    const donor = donorAt('08:05');
    donor.press();
    donor.take();
    const rig = replacement(donor);
    expect(take(rig, handedOver(donor))).toBeNull();
    rig.fill(ROLL);
    rig.until(at('08:30'));
    rig.press();
    expect(rig.given).toEqual([]);
    rig.until(at('20:00'));
    rig.press();
    expect(rig.given).toEqual([expect.objectContaining({ sachet: { slot: 'evening', date: TODAY } })]);
    // The sachet packed twice went into the locked bin.
    expect(rig.bin).toEqual([{ slot: 'morning', date: TODAY }]);
  });

  it('gives the open dose that the other has not given, also from a roll without labels', () => {
    for (const sachets of [labels(TODAY, 2), ['unlabelled', 'unlabelled'] as const]) {
      const donor = donorAt('08:05', { rolls: { A: sachets } });
      const rig = swapped(donor);
      rig.press();
      rig.take();
      expect(rig.fate(MORNING)).toBe('taken');
      expect(rig.given).toHaveLength(1);
      expect([...donor.given]).toEqual([]);
    }
  });

  it('records the dose whose window opened and closed between the two as missed', () => {
    const donor = donorAt('07:00');
    const document = handedOver(donor);
    donor.until(at('10:00'));
    const rig = replacement(donor);
    expect(take(rig, document)).toBeNull();
    expect(rig.recorded('dose.')).toEqual([expect.objectContaining({ type: 'dose.missed', slot: 'morning' })]);
    expect(rig.recorded('alarm.raised')).toContainEqual(expect.objectContaining({ code: 'dose-missed' }));
  });

  it('gives the dose whose window opened between the two', () => {
    const donor = donorAt('07:15', { rolls: { A: ['unlabelled', 'unlabelled'] } });
    const document = handedOver(donor);
    donor.until(at('07:40'));
    const rig = replacement(donor);
    take(rig, document);
    rig.fill({ A: [...donor.bays.A] });
    rig.press();
    expect(rig.fate(MORNING)).toBe('presented');
  });

  it('does not give what was taken out for a journey, and is away for as long', () => {
    const donor = donorAt('12:00');
    donor.ask({ type: 'takeOut.requested', doses: 2, awayUntilMs: Date.parse(at('12:00', '2026-11-21')) });
    for (let dose = 0; dose < 2; dose += 1) {
      donor.pass(10_000);
      donor.take();
    }
    expect(donor.given).toHaveLength(2);
    const rig = swapped(donor);
    expect(rig.host.state.memory?.registers.presence.mode).toBe('away');
    expect(rig.fate(EVENING)).toBe('takenOut');
    rig.until(at('20:10'));
    rig.press();
    rig.until(at('08:00', '2026-11-21'));
    rig.press();
    expect(rig.given).toEqual([]);
    expect(rig.recorded('dose.')).toEqual([]);
  });

  it('keeps the least interval from the last dose of the other', () => {
    const config = { regimen: { ...CONFIG.regimen, minIntervalMinutes: 60 } };
    const donor = donorAt('08:50', { rolls: ROLL, config });
    donor.press();
    donor.take();
    const rig = replacement(donor, { config });
    take(rig, handedOver(donor));
    expect(rig.host.state.memory?.registers.lastDoseMs).toBeGreaterThan(donor.wallMs - MINUTE);
  });

  it('says whose place it took, and does so once', () => {
    const donor = donorAt('12:00');
    const document = handedOver(donor);
    const { lastSeq } = read(document);
    const rig = replacement(donor);
    expect(take(rig, document)).toBeNull();
    // The cable broke before the answer had come.
    expect(take(rig, document)).toBeNull();
    expect(rig.recorded('unit.tookOver')).toEqual([{ type: 'unit.tookOver', epoch: 7, through: lastSeq }]);
    expect(take(rig, fromCentre(at('11:00'), [], { epoch: 6 }))).toBe('replayed');
  });

  it('knows it after a restart', () => {
    const donor = donorAt('08:05');
    donor.press();
    donor.take();
    const rig = swapped(donor);
    rig.cutPower();
    rig.boot();
    rig.fill(ROLL);
    rig.press();
    expect(rig.given).toEqual([]);
  });

  it.each([
    ['another unit’s', { device: 'DD-0043' }, 'another-device'],
    ['one for another heir', { heir: GOES.trusted.kid }, 'another-device'],
    ['its own', { epoch: 8 }, 'replayed'],
    ['one from the future', { at: Date.parse(at('13:00')) / 1000 }, 'not-yet-issued'],
  ])('does not take %s', (_, changed, code) => {
    const rig = new Rig({ at: at('12:00'), epoch: 8 });
    expect(take(rig, fromCentre(at('11:00'), [], changed))).toBe(code);
    expect(rig.recorded('unit.tookOver')).toEqual([]);
  });

  it('asks a person about a dose that is open when more time has passed than a swap takes: another unit may have been there between', () => {
    const donor = donorAt('07:35');
    const document = handedOver(donor);
    const soon = new Rig({ at: at('08:04'), epoch: 8 });
    expect([take(soon, document), soon.fate(MORNING)]).toEqual([null, 'due']);
    const late = new Rig({ at: at('08:06'), epoch: 8 });
    expect([take(late, document), late.fate(MORNING)]).toEqual([null, 'uncertain']);
    const nextDay = new Rig({ at: at('08:59', '2026-11-21'), epoch: 8 });
    expect([take(nextDay, document), nextDay.fate('morning/2026-11-21')]).toEqual([null, 'uncertain']);
  });

  it('does not take an old one of a unit itself, which may be that of the swap before', () => {
    const document = handedOver(donorAt('12:00'));
    expect(take(new Rig({ at: at('12:01', '2026-12-04'), epoch: 8 }), document)).toBe('expired');
    expect(take(new Rig({ at: at('11:59', '2026-12-04'), epoch: 8 }), document)).toBeNull();
  });

  it.each([
    ['a laptop', 'unit', attestation(11).signer, 'unknown-kid'],
    [
      'a laptop that calls itself the old unit',
      'unit',
      { ...attestation(11).signer, kid: GOES.signer.kid },
      'bad-signature',
    ],
    ['the centre in the name of the old unit', 'unit', CENTRE.signer, 'unknown-kid'],
    ['the old unit in the name of the centre', 'centre', GOES.signer, 'unknown-kid'],
  ] as const)('does not believe %s', (_, source, signer, code) => {
    const said = read(handedOver(donorAt('08:05')));
    const rig = new Rig({ at: at('08:05'), epoch: 8 });
    expect(take(rig, signHandover({ ...said, source, doses: [] }, signer))).toBe(code);
    expect(rig.recorded('unit.tookOver')).toEqual([]);
  });

  it.each([
    ['wider', '2026-11-20T00:00+01:00', '23:59'],
    ['that has moved', '2026-11-20T06:00+01:00', '07:00'],
  ])('gives an open dose when its own plan says so, whatever window %s it is told of', (_, opens, closes) => {
    const said = read(handedOver(donorAt('08:05')));
    const window = { opensAt: Date.parse(opens) / 1000, closesAt: Date.parse(at(closes)) / 1000 };
    const due = { ...taken, fate: 'due' as const, ...window, dueAt: window.opensAt };
    const rig = new Rig({ at: at('08:10'), epoch: 8 });
    expect(take(rig, signHandover({ ...said, doses: [due] }, GOES.signer))).toBeNull();
    const [dose] = rig.host.state.memory?.doses.values() ?? [];
    expect([dose?.opensMs, dose?.closesMs]).toEqual([Date.parse(at('07:30')), Date.parse(at('09:00'))]);
  });

  it('keeps what was granted an open window, but not for ever', () => {
    const said = read(handedOver(donorAt('08:05')));
    const closing = (closes: number) => {
      const due = { ...taken, fate: 'due' as const, closesAt: closes / 1000 };
      const rig = new Rig({ at: at('08:10'), epoch: 8 });
      expect(take(rig, signHandover({ ...said, doses: [due] }, GOES.signer))).toBeNull();
      return rig.host.state.memory?.doses.get(MORNING)?.closesMs;
    };
    expect(closing(Date.parse(at('11:00')))).toBe(Date.parse(at('11:00')));
    expect(closing(Date.parse(at('09:00', '2027-11-20')))).toBe(Date.parse(at('19:30')));
  });

  it('does not take any without a plan, with medicine of its own, or without a clock', () => {
    const document = fromCentre(at('11:00'), [taken]);
    expect(take(new Rig({ at: at('12:00'), epoch: 8, unconfigured: true }), document)).toBe('state-mismatch');
    expect(take(new Rig({ at: at('12:00'), epoch: 8, rolls: ROLL }), document)).toBe('state-mismatch');
    const lost = new Rig({ at: at('12:00'), epoch: 8 });
    lost.source = 'lost';
    lost.pass(MINUTE);
    expect(take(lost, document)).toBe('time-suspect');
    expect(take(new Rig({ at: at('12:00'), epoch: 8 }), document.slice(0, -1))).toBe('truncated');
  });
});

describe('a unit that takes the place of one that is silent', () => {
  it('asks a person about the dose that is open now', () => {
    const rig = new Rig({ at: at('08:20'), epoch: 8 });
    expect(take(rig, fromCentre(at('08:00')))).toBeNull();
    rig.fill(ROLL);
    rig.press();
    expect(rig.custody).toBe('uncertain');
    expect(rig.recorded('dose.uncertain')).toEqual([expect.objectContaining({ slot: 'morning' })]);
    rig.ask({ type: 'uncertainty.settled', dose: MORNING, fate: 'taken' });
    rig.until(at('20:00'));
    rig.press();
    expect(rig.given).toEqual([expect.objectContaining({ sachet: { slot: 'evening', date: TODAY } })]);
  });

  it('is told by the centre however long that one was silent', () => {
    const rig = new Rig({ at: at('08:20'), epoch: 8 });
    expect(take(rig, fromCentre(at('12:00', '2026-10-01')))).toBeNull();
    expect(rig.fate(MORNING)).toBe('uncertain');
  });

  it('records what nobody can know of the windows that closed since, and has a person ask', () => {
    const rig = new Rig({ at: at('12:00'), epoch: 8 });
    expect(take(rig, fromCentre(at('12:00', '2026-11-18')))).toBeNull();
    const missed = (slot: string, date: string) => ({ type: 'dose.missed', slot, date, reason: 'no-evidence' });
    expect(rig.recorded('dose.')).toEqual([
      missed('evening', '2026-11-18'),
      missed('morning', '2026-11-19'),
      missed('evening', '2026-11-19'),
      missed('morning', '2026-11-20'),
    ]);
    expect(rig.recorded('alarm.raised').filter(({ code }) => code === 'dose-missed')).toHaveLength(4);
    expect(rig.custody).toBe('locked');
  });

  it('has a person ask about a dose that another plan has moved, on the days of which nobody knows', () => {
    const config = { ...CONFIG, version: 2 };
    const moved = {
      ...CONFIG.regimen,
      slots: CONFIG.regimen.slots.map((slot) => ({ ...slot, at: slot.id === 'morning' ? '14:00' : slot.at })),
    };
    const rig = new Rig({ at: at('12:00'), epoch: 8, config: { ...config, regimen: moved } });
    expect(take(rig, fromCentre(at('08:00')))).toBeNull();
    expect(rig.fate(MORNING)).toBe('uncertain');
    rig.fill(ROLL);
    rig.until(at('14:05'));
    rig.press();
    expect(rig.given).toEqual([]);
  });

  it('does not keep quiet of what passed after the citizen was to be back', () => {
    const until = Date.parse(at('06:00')) / 1000;
    const rig = new Rig({ at: at('12:00'), epoch: 8 });
    expect(take(rig, fromCentre(at('12:00', '2026-11-18'), [], { presence: 'away', until }))).toBeNull();
    expect(rig.recorded('dose.').map(({ type }) => type)).toEqual([
      'dose.withheld',
      'dose.withheld',
      'dose.withheld',
      'dose.missed',
    ]);
    expect(rig.recorded('alarm.raised')).toContainEqual(
      expect.objectContaining({ code: 'dose-missed', slot: 'morning' }),
    );
  });

  it('calls them withheld when the citizen was away', () => {
    const rig = new Rig({ at: at('12:00'), epoch: 8 });
    expect(take(rig, fromCentre(at('07:00'), [], { presence: 'paused' }))).toBeNull();
    expect(rig.recorded('dose.')).toEqual([expect.objectContaining({ type: 'dose.withheld', slot: 'morning' })]);
  });

  it('knows of the open dose what the centre had heard', () => {
    const rig = new Rig({ at: at('08:20'), epoch: 8 });
    expect(take(rig, fromCentre(at('08:15'), [taken]))).toBeNull();
    rig.fill(ROLL);
    rig.press();
    expect(rig.custody).toBe('locked');
    expect(rig.given).toEqual([]);
  });

  it('gives the next dose as ever when none is open', () => {
    const rig = new Rig({ at: at('12:00'), epoch: 8 });
    expect(take(rig, fromCentre(at('08:15'), [taken]))).toBeNull();
    rig.fill({ A: labels(TODAY, 7).slice(1) });
    rig.until(at('20:00'));
    rig.press();
    expect(rig.fate(EVENING)).toBe('presented');
    expect(rig.recorded('dose.')).not.toContainEqual(expect.objectContaining({ slot: 'morning' }));
  });
});
