import { expect } from 'vitest';
import type { ServicedHandover, Verdict } from '../../../../firmware/service/unit.ts';
import { askingOf } from '../../../../firmware/unit/asking.ts';
import { servicedHandover } from '../../../../firmware/unit/handing-over.ts';
import { signatures } from '../../../../hal/crypto/ed25519.ts';
import { type Handover, openHandover, signHandover } from '../../../../protocol/messages/handover.ts';
import { attestation } from '../../protocol/attestation.ts';
import { labels, Rig, type RigOptions } from '../rig.ts';

export const TODAY = '2026-11-20';
export const MORNING = `morning/${TODAY}`;
export const EVENING = `evening/${TODAY}`;
export const ROLL = { A: labels(TODAY, 7) };
export const at = (time: string, date = TODAY) => `${date}T${time}+01:00`;

export const [GOES, COMES, CENTRE] = [attestation(7), attestation(8), attestation(9)];
export const HEIR = COMES.trusted.kid;

/** The cable of a unit; one that comes believes the centre, and the one whose name it has. */
export function cable(
  rig: Rig,
  { attestationKey } = rig.host.ledger?.identity.epoch === 8 ? COMES : GOES,
): ServicedHandover {
  const ask = askingOf(() => rig.host);
  const enrolment = { attestationKey, predecessors: [GOES.trusted], centreKeys: [CENTRE.trusted] };
  return servicedHandover({ host: () => rig.host, enrolment, signatures, ask });
}

export const give = (rig: Rig, heir = HEIR): Verdict => cable(rig).give(heir, [GOES.trusted.kid]);
export const take = (rig: Rig, document: Uint8Array): Verdict => cable(rig).take(document);

/** What a unit tells that has been handed over. */
export function handedOver(donor: Rig): Uint8Array {
  expect(give(donor)).toBeNull();
  const document = cable(donor).document();
  if (document === null) throw new Error('The unit has nothing to hand over.');
  return document;
}

export const read = (document: Uint8Array): Handover =>
  openHandover(document, { predecessors: [GOES.trusted], centre: [CENTRE.trusted], verify: signatures.verify });

/** A unit from the shelf at the same moment, set up under the same name. */
export function replacement(donor: Rig, options: RigOptions = {}): Rig {
  return new Rig({ at: new Date(donor.wallMs).toISOString(), epoch: 8, ...options });
}

/** Both, with the rolls put over as they hang. */
export function swapped(donor: Rig): Rig {
  const rig = replacement(donor);
  expect(take(rig, handedOver(donor))).toBeNull();
  rig.fill({ A: [...donor.bays.A] });
  return rig;
}

export function donorAt(time: string, options: RigOptions = { rolls: ROLL }): Rig {
  const rig = new Rig(options);
  rig.until(at(time));
  return rig;
}

/** What the centre says of a unit that it heard last at an instant. */
export const fromCentre = (heard: string, doses: Handover['doses'] = [], changed: Partial<Handover> = {}): Uint8Array =>
  signHandover(
    {
      device: 'DD-0042',
      epoch: 7,
      source: 'centre',
      at: Date.parse(heard) / 1000,
      lastSeq: 40,
      doses,
      presence: 'home',
      heir: HEIR,
      plan: 1,
      ...changed,
    },
    CENTRE.signer,
  );

export const taken: Handover['doses'][number] = {
  slot: 'morning',
  date: TODAY,
  fate: 'taken',
  opensAt: Date.parse(at('07:30')) / 1000,
  dueAt: Date.parse(at('08:00')) / 1000,
  closesAt: Date.parse(at('09:00')) / 1000,
  sachets: 1,
};
