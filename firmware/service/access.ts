import type { PassRole } from '../../protocol/messages/technician-pass.ts';
import { enumeration } from '../../protocol/smp/commands/enumeration.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { filling } from '../../protocol/smp/commands/filling.ts';
import { fs } from '../../protocol/smp/commands/fs.ts';
import { handover } from '../../protocol/smp/commands/handover.ts';
import { history } from '../../protocol/smp/commands/history.ts';
import { image } from '../../protocol/smp/commands/image.ts';
import { os } from '../../protocol/smp/commands/os.ts';
import { provisioning } from '../../protocol/smp/commands/provisioning.ts';
import { selfTest } from '../../protocol/smp/commands/self-test.ts';
import { session } from '../../protocol/smp/commands/session.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import { stat } from '../../protocol/smp/commands/stat.ts';
import { tag } from '../../protocol/smp/commands/tag.ts';
import type { UnitFacts, UnitFileName } from './unit.ts';

/** What tells one command from another. */
export interface SmpAddress {
  readonly group: number;
  readonly command: number;
  readonly op: number;
}

/**
 * The least that somebody must be. Each role may do what the ones before it may: `reader` looks, `filler` also fills,
 * `technician` also changes the unit. `firstLook` and `firstUse` are anybody while the unit is nobody's yet, afterwards
 * a reader or a technician.
 */
export type Access = 'anybody' | PassRole | 'firstLook' | 'firstUse';

const rank: Readonly<Record<PassRole, number>> = { reader: 1, filler: 2, technician: 3 };
const afterwards = { firstLook: 'reader', firstUse: 'technician' } as const;

/** The whole of who may what. A command that is not here does not exist on the cable. */
export const accessTable: readonly (readonly [SmpAddress, Access])[] = [
  // Identity, state and fault codes: what a unit in a drawer tells whoever finds it.
  [os.echo, 'anybody'],
  [os.echoRead, 'anybody'],
  [os.params, 'anybody'],
  [os.info, 'anybody'],
  [os.bootloader, 'anybody'],
  [enumeration.count, 'anybody'],
  [enumeration.list, 'anybody'],
  [enumeration.single, 'anybody'],
  [enumeration.details, 'anybody'],
  [session.hello, 'anybody'],
  [session.open, 'anybody'],
  [provisioning.state, 'anybody'],
  [fault.list, 'anybody'],

  [session.close, 'reader'],
  [session.who, 'reader'],
  [os.datetime, 'reader'],
  [image.slotInfo, 'reader'],
  [stat.list, 'reader'],
  [stat.data, 'reader'],
  [settings.read, 'reader'],
  [fs.download, 'reader'],
  [fs.status, 'reader'],
  [fs.hash, 'reader'],
  [fs.hashTypes, 'reader'],
  [fs.close, 'reader'],
  [history.records, 'reader'],
  [filling.rolls, 'reader'],
  [handover.read, 'reader'],
  [selfTest.parts, 'reader'],
  [selfTest.report, 'reader'],

  [fault.doubts, 'filler'],
  [fault.settle, 'filler'],
  [filling.load, 'filler'],
  [filling.binEmptied, 'filler'],

  [fault.repaired, 'technician'],
  [selfTest.run, 'technician'],
  [os.setDatetime, 'technician'],
  [image.setState, 'technician'],
  [image.upload, 'technician'],
  [image.erase, 'technician'],
  [settings.write, 'technician'],
  [settings.remove, 'technician'],
  [settings.commit, 'technician'],
  [fs.upload, 'technician'],
  [handover.give, 'technician'],
  [handover.take, 'technician'],

  [image.state, 'firstLook'],
  [tag.state, 'firstLook'],
  [provisioning.provision, 'firstUse'],
  [tag.pair, 'firstUse'],
  [tag.forget, 'firstUse'],
  [os.reset, 'firstUse'],
];

/** The ledger itself also holds what the citizen was told. */
const fileAccess: Readonly<Record<UnitFileName, PassRole>> = {
  ...{ log: 'reader', trace: 'reader', journal: 'reader' },
  ledger: 'technician',
};

const accessOf = new Map(accessTable.map(([address, access]) => [addressText(address), access]));

/** One text for each command, to look it up by. */
export function addressText({ group, command, op }: SmpAddress): string {
  return `${group}/${command}/${op}`;
}

/**
 * Of a command that is served (`commands.ts`). A unit without firmware whose name nobody can read believes no pass, so it takes firmware
 * from anybody. That is safe: it starts only what its maker has signed, for its kind, and nothing below what it had.
 * @param role of the open session; `null` without one
 */
export function isAllowed(
  address: SmpAddress,
  role: PassRole | null,
  { phase, device }: Pick<UnitFacts, 'phase' | 'device'>,
): boolean {
  const access = accessOf.get(addressText(address));
  if (access === undefined) return false;
  if (access === 'anybody' || (phase === 'recovery' && device === null)) return true;
  const isFirst = access === 'firstLook' || access === 'firstUse';
  if (isFirst && phase === 'unprovisioned') return true;
  return role !== null && rank[role] >= rank[isFirst ? afterwards[access] : access];
}

/** @param role of the open session; `null` without one */
export function mayCopy(file: UnitFileName, role: PassRole | null): boolean {
  return role !== null && rank[role] >= rank[fileAccess[file]];
}
