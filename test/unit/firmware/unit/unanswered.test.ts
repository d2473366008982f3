import { describe, expect, it } from 'vitest';
import type { RefusalCode } from '../../../../protocol/messages/refusal.ts';
import { fault } from '../../../../protocol/smp/commands/fault.ts';
import { ownGroup } from '../../../../protocol/smp/numbers.ts';
import { refusalNumber } from '../../../../protocol/smp/refusal-number.ts';
import { issuedAt } from '../../protocol/smp-session-samples.ts';
import { command, Desk, sealed } from '../centre-desk.ts';
import { at, donorAt, fromCentre, GOES, handedOver, ROLL, take } from '../host/handover-rig.ts';
import type { Rig } from '../rig.ts';
import { CabledUnit } from './cabled-unit.ts';

/** A technician at the cable of a unit. */
function cabled(rig: Rig): CabledUnit {
  const unit = new CabledUnit(rig);
  expect(unit.laptop.open({ notBefore: issuedAt - 30 * 86_400 }).ok).toBe(true);
  return unit;
}

const refusedFor = (code: RefusalCode) => ({ ok: false, error: { group: ownGroup.fault, rc: refusalNumber(code) } });

describe('what the chart leaves unanswered', () => {
  it('is refused for the same reason by cable and by air on a unit that was replaced', () => {
    const donor = donorAt('12:00', { rolls: ROLL });
    const desk = new Desk(donor);
    handedOver(donor);
    const unit = cabled(donor);
    desk.send('command', sealed(command(donor, { type: 'pause', id: 3 })));
    expect(desk.answers.at(-1)).toMatchObject({ status: 'refused', id: 3, errors: [{ path: '', code: 'replaced' }] });
    expect(unit.laptop.ask(fault.repaired, {})).toEqual(refusedFor('replaced'));
    expect(unit.told.at(-1)).toMatchObject({ type: 'service.refused', act: 'repaired', code: 'replaced' });
  });

  it('is not permitted to whoever repairs what is not broken', () => {
    const unit = cabled(donorAt('12:00', { rolls: ROLL }));
    expect(unit.laptop.ask(fault.repaired, {})).toEqual(refusedFor('not-permitted'));
  });
});

describe('a unit that was replaced', () => {
  it('takes nobody’s place, for that reason', () => {
    const donor = donorAt('12:00', { rolls: ROLL });
    handedOver(donor);
    expect(take(donor, fromCentre(at('11:00'), [], { epoch: 6, heir: GOES.trusted.kid }))).toBe('replaced');
  });
});
