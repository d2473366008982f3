import { describe, expect, it } from 'vitest';
import { refused } from '../../../../firmware/domain/orders.ts';
import { bayOf } from '../../../../firmware/unit/handing-over.ts';
import { attestation } from '../../protocol/attestation.ts';
import { Desk, signed } from '../centre-desk.ts';
import { CONFIG, DAY, HOUR, labels, MINUTE, Rig } from '../rig.ts';
import { at, COMES, cable, donorAt, GOES, give, HEIR, handedOver, MORNING, ROLL, read, TODAY } from './handover-rig.ts';

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
    const replaced = refused('replaced');
    for (const type of ['pause.started', 'pause.ended', 'absence.ended'] as const) {
      expect(donor.host.receive({ type })).toEqual(replaced);
    }
    expect(donor.host.receive({ type: 'absence.started', untilMs: donor.wallMs + HOUR })).toEqual(replaced);
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

  it('tells it to one heir, however often that one asks', () => {
    const donor = donorAt('08:05');
    expect(give(donor)).toBeNull();
    expect(give(donor, attestation(10).trusted.kid)).toBe('another-device');
    expect(give(donor)).toBeNull();
    expect(read(cable(donor).document() as Uint8Array).heir).toEqual(HEIR);
  });

  it('is not locked for an heir that would not believe it, or that is itself', () => {
    const donor = donorAt('08:05');
    expect(cable(donor).give(HEIR, [])).toBe('unknown-kid');
    expect(cable(donor).give(HEIR, [COMES.trusted.kid])).toBe('unknown-kid');
    expect(cable(donor).give(GOES.trusted.kid, [GOES.trusted.kid])).toBe('unknown-kid');
    donor.press();
    donor.take();
    expect(donor.given).toHaveLength(1);
  });

  it('takes no plan and no roll any more', () => {
    const donor = new Rig({ rolls: ROLL });
    const desk = new Desk(donor);
    handedOver(donor);
    const base = donor.host.state.memory?.configHash as Uint8Array;
    desk.send('config', signed({ ...CONFIG, version: 2 }, { base }));
    expect(desk.reports.at(-1)).toMatchObject({ status: 'rejected', errors: [{ code: 'replaced' }] });
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
