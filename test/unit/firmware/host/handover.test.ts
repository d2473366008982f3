import { describe, expect, it } from 'vitest';
import type { InboxEvent } from '../../../../firmware/machine/events.ts';
import type { ServicedHandover, Verdict } from '../../../../firmware/service/unit.ts';
import { bayOf, servicedHandover } from '../../../../firmware/unit/handing-over.ts';
import { decodeHandover, encodeHandover, type Handover } from '../../../../protocol/messages/handover.ts';
import { Desk, signed } from '../centre-desk.ts';
import { CONFIG, DAY, HOUR, labels, MINUTE, Rig, type RigOptions } from '../rig.ts';

const TODAY = '2026-11-20';
const MORNING = `morning/${TODAY}`;
const EVENING = `evening/${TODAY}`;
const ROLL = { A: labels(TODAY, 7) };
const at = (time: string, date = TODAY) => `${date}T${time}+01:00`;

/** The cable of a unit. */
function cable(rig: Rig): ServicedHandover {
  const ask = (event: InboxEvent): Verdict => {
    const outcome = rig.host.receive(event);
    if (outcome === null) return 'not-permitted';
    return 'refusal' in outcome ? outcome.refusal.code : null;
  };
  return servicedHandover(() => rig.host, ask);
}

const stamp = { wallMs: 0, monoMs: 0, trusted: true };
const give = (rig: Rig): Verdict => cable(rig).give(stamp);
const take = (rig: Rig, document: Uint8Array): Verdict => cable(rig).take(document, stamp);

/** What a unit tells that has been handed over. */
function handedOver(donor: Rig): Uint8Array {
  expect(give(donor)).toBeNull();
  const document = cable(donor).document();
  if (document === null) throw new Error('The unit has nothing to hand over.');
  return document;
}

/** A unit from the shelf at the same moment, set up under the same name. */
function replacement(donor: Rig, options: RigOptions = {}): Rig {
  return new Rig({ at: new Date(donor.wallMs).toISOString(), epoch: 8, ...options });
}

/** Both, with the rolls put over as they hang. */
function swapped(donor: Rig): Rig {
  const rig = replacement(donor);
  expect(take(rig, handedOver(donor))).toBeNull();
  rig.fill({ A: [...donor.bays.A] });
  return rig;
}

function donorAt(time: string, options: RigOptions = { rolls: ROLL }): Rig {
  const rig = new Rig(options);
  rig.until(at(time));
  return rig;
}

/** What the centre says of a unit that it heard last at an instant. */
const fromCentre = (heard: string, doses: Handover['doses'] = [], changed: Partial<Handover> = {}): Uint8Array =>
  encodeHandover({
    device: 'DD-0042',
    epoch: 7,
    source: 'centre',
    at: Date.parse(heard) / 1000,
    lastSeq: 40,
    doses,
    presence: 'home',
    ...changed,
  });

const taken: Handover['doses'][number] = {
  slot: 'morning',
  date: TODAY,
  fate: 'taken',
  opensAt: Date.parse(at('07:30')) / 1000,
  dueAt: Date.parse(at('08:00')) / 1000,
  closesAt: Date.parse(at('09:00')) / 1000,
  sachets: 1,
};

describe('a unit that is handed over', () => {
  it('gives nothing any more, and says so until somebody comes', () => {
    const donor = donorAt('07:45');
    handedOver(donor);
    for (const time of ['08:00', '08:45', '20:00']) {
      donor.until(at(time));
      donor.press();
      expect(donor.view).toMatchObject({ message: 'handed-over', button: 'idle', lamp: 'off' });
    }
    donor.pass(3 * DAY);
    expect(donor.given).toEqual([]);
    expect(donor.bin).toEqual([]);
    expect(donor.recorded('dose.')).toEqual([]);
    expect(donor.said.at(-1)?.phrase).toBe('handed-over');
  });

  it('is not paused, sent on a journey or called back any more: whoever wants to must turn to the other one', () => {
    const donor = donorAt('08:05');
    const told = handedOver(donor);
    for (const type of ['pause.started', 'pause.ended', 'absence.ended'] as const) {
      expect(donor.host.receive({ type })).toBeNull();
    }
    expect(donor.host.receive({ type: 'absence.started', untilMs: donor.wallMs + HOUR })).toBeNull();
    expect(handedOver(donor)).toEqual(told);
  });

  it('stays so over restarts, and says the same each time it is asked', () => {
    const donor = donorAt('08:05');
    donor.press();
    donor.take();
    const first = handedOver(donor);
    donor.cutPower();
    donor.pass(5 * HOUR);
    donor.boot();
    donor.pass(8 * HOUR);
    donor.press();
    expect(donor.view?.message).toBe('handed-over');
    expect(handedOver(donor)).toEqual(first);
    expect(donor.recorded('unit.handedOver')).toHaveLength(1);
    expect(donor.given).toHaveLength(1);
  });

  it('takes no plan and no roll any more', () => {
    const donor = new Rig({ rolls: ROLL });
    const desk = new Desk(donor);
    handedOver(donor);
    const base = donor.host.state.memory?.configHash as Uint8Array;
    desk.send('config', signed({ ...CONFIG, version: 2 }, { base }));
    expect(desk.reports.at(-1)).toMatchObject({ status: 'rejected', errors: [{ code: 'not-permitted' }] });
    donor.fill({ B: labels(TODAY, 2) });
    expect(donor.host.state.memory?.rolls.has('B')).toBe(false);
    donor.until(at('08:00'));
    donor.press();
    expect(donor.given).toEqual([]);
  });

  it('is not handed over while a dose moves, or lies in the cup', () => {
    const donor = donorAt('08:00');
    donor.sense({ type: 'button.pressed' });
    expect(give(donor)).toBe('dose-open');
    donor.pass(10_000);
    expect(donor.custody).toBe('presented');
    expect(give(donor)).toBe('dose-open');
    donor.take();
    expect(give(donor)).toBeNull();
  });

  it('is not handed over while nobody knows what became of a dose', () => {
    const donor = donorAt('08:00');
    donor.outcomes.push({ moves: false, gate: 'blocked' });
    donor.press();
    expect(donor.fate(MORNING)).toBe('uncertain');
    expect(give(donor)).toBe('dose-open');
    donor.ask({ type: 'uncertainty.settled', dose: MORNING, fate: 'missed' });
    expect(give(donor)).toBeNull();
  });

  it('is not handed over while its clock is in doubt', () => {
    const donor = donorAt('07:00');
    donor.source = 'lost';
    donor.pass(MINUTE);
    expect(give(donor)).toBe('time-suspect');
    expect(cable(donor).document()).toBeNull();
  });

  it('tells what hangs in its bays, and what of it is over', () => {
    for (const sachets of [labels(TODAY, 1), ['unlabelled', 'unlabelled'] as const]) {
      const donor = donorAt('08:00', { rolls: { A: sachets } });
      donor.outcomes.push({ moves: false }, { moves: false });
      donor.press();
      donor.press();
      donor.until(at('12:00'));
      expect(donor.custody).toBe('fault');
      handedOver(donor);
      expect(bayOf(() => donor.host)('A')).toEqual({ sachets, over: 1 });
      expect(bayOf(() => donor.host)('B')).toEqual({ sachets: [], over: 0 });
    }
  });
});

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
    const donor = donorAt('07:00', { rolls: { A: ['unlabelled', 'unlabelled'] } });
    const document = handedOver(donor);
    donor.until(at('08:10'));
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
    const { lastSeq } = decodeHandover(document);
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
    ['its own', { epoch: 8 }, 'replayed'],
    ['one from the future', { at: Date.parse(at('13:00')) / 1000 }, 'not-yet-issued'],
  ])('does not take %s', (_, changed, code) => {
    const rig = new Rig({ at: at('12:00'), epoch: 8 });
    expect(take(rig, fromCentre(at('11:00'), [], changed))).toBe(code);
    expect(rig.recorded('unit.tookOver')).toEqual([]);
  });

  it('asks a person about a dose that is open when hours have passed: another unit may have been there between', () => {
    const donor = donorAt('07:35');
    const document = handedOver(donor);
    const soon = new Rig({ at: at('08:00'), epoch: 8 });
    expect([take(soon, document), soon.fate(MORNING)]).toEqual([null, 'due']);
    const late = new Rig({ at: at('08:59', '2026-11-21'), epoch: 8 });
    expect([take(late, document), late.fate('morning/2026-11-21')]).toEqual([null, 'uncertain']);
  });

  it('does not take an old one of a unit itself, which may be that of the swap before', () => {
    const document = handedOver(donorAt('12:00'));
    expect(take(new Rig({ at: at('12:01', '2026-12-04'), epoch: 8 }), document)).toBe('expired');
    expect(take(new Rig({ at: at('11:59', '2026-12-04'), epoch: 8 }), document)).toBeNull();
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
