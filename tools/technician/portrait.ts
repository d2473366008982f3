import { deviceClassId, uuidText } from '../../hal/linux/device-class.ts';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { faults as catalogue } from '../../protocol/faults/catalogue.ts';
import type { Fault } from '../../protocol/faults/fault.ts';
import type { SmpCommand } from '../../protocol/smp/command.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { image } from '../../protocol/smp/commands/image.ts';
import type { UnitState, Visit } from './visit.ts';
import type { TechWords } from './words.ts';

type ResponseOf<C> = C extends SmpCommand<infer _Request, infer Response> ? Response : never;
export type HeldImage = ResponseOf<typeof image.state>['images'][number];

/** A condition that a unit names; without words when a newer unit names one that is not in this catalogue. */
export interface NamedFault {
  readonly code: string;
  readonly number: number;
  readonly fault: Fault | undefined;
}

/** Kinds of device that people know by a name. */
const classNames = ['dispenser', 'dosis-virtual', 'dosis-reference'];
/** As many digits of a hash as a person compares. */
const HASH_DIGITS = 12;
const UUID_CHARS = 36;

/** What is wrong with a unit, the gravest number first as the unit names them. */
export async function faultsOf({ client }: Visit): Promise<readonly NamedFault[]> {
  const { faults } = await client.granted(fault.list, {});
  return faults.map(({ code, number }) => ({ code, number, fault: catalogue.find((known) => known.code === code) }));
}

/** A unit that is nobody's yet believes no pass, and shows them to anybody. */
export async function imagesOf(visit: Visit): Promise<readonly HeldImage[]> {
  const { device } = await visit.state();
  const { images } = await (device === undefined ? visit.client : visit).granted(image.state, {});
  return images;
}

export function shortHash(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '–' : hexOf(bytes).slice(0, HASH_DIGITS);
}

/** `dispenser`, or the UUID of a kind that has no name here. */
export function className({ class: id }: Pick<UnitState, 'class'>): string {
  return knownClass(id) ?? uuidText(id);
}

/** The same as people read it. @param digits of the UUID, where there is room for the beginning only */
export function kindOf(t: TechWords, { class: id }: Pick<UnitState, 'class'>, digits = UUID_CHARS): string {
  return knownClass(id) ?? t.info.unknownClass(uuidText(id).slice(0, digits));
}

function knownClass(id: Uint8Array): string | undefined {
  return classNames.find((name) => Buffer.from(deviceClassId(name)).equals(id));
}

/** `kører, bekræftet` */
export function imageStates(t: TechWords, image: HeldImage): string {
  const words = t.info.slotStates;
  const { active = false, confirmed = false, pending = false, bootable = false } = image;
  if (active) return [words.active, confirmed ? words.confirmed : words.trial].join(', ');
  if (pending) return words.pending;
  return bootable ? words.waiting : words.unbootable;
}

export function titleOf(t: TechWords, { code, fault: known }: NamedFault): string {
  return known === undefined ? code : known.title[t.language];
}
