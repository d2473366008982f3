import { refusalCodes } from '../messages/refusal.ts';
import type { SmpError } from './command.ts';
import { enumRc, fsRc, imageRc, osRc, ownGroup, sessionRc, settingsRc, smpGroup, smpRc, statRc } from './numbers.ts';
import { refusalNumber } from './refusal-number.ts';

const refusals = Object.fromEntries([['unknown', 1], ...refusalCodes.map((code) => [code, refusalNumber(code)])]);

/** Group by group: what it is called, and the names of its numbers. */
const groups: Readonly<Record<number, { readonly name: string; readonly numbers: Readonly<Record<string, number>> }>> =
  {
    [smpGroup.os]: { name: 'os', numbers: osRc },
    [smpGroup.image]: { name: 'image', numbers: imageRc },
    [smpGroup.stat]: { name: 'stat', numbers: statRc },
    [smpGroup.settings]: { name: 'settings', numbers: settingsRc },
    [smpGroup.fs]: { name: 'fs', numbers: fsRc },
    [smpGroup.enum]: { name: 'enum', numbers: enumRc },
    [ownGroup.session]: { name: 'session', numbers: sessionRc },
    [ownGroup.provisioning]: { name: 'provisioning', numbers: refusals },
    [ownGroup.selfTest]: { name: 'self-test', numbers: refusals },
    [ownGroup.fault]: { name: 'fault', numbers: refusals },
    [ownGroup.filling]: { name: 'filling', numbers: refusals },
    [ownGroup.history]: { name: 'history', numbers: refusals },
  };

/** What a group is called in enumerations and errors. */
export function groupName(group: number): string {
  return groups[group]?.name ?? `group ${group}`;
}

/** A short name for logs and `--json`: `image/alreadyPending`, `smp/busy`, and `group 99/300` for what has no name here. */
export function errorName({ group, rc }: SmpError): string {
  const numbers: Readonly<Record<string, number>> = (group === undefined ? smpRc : groups[group]?.numbers) ?? {};
  const [name = rc] = Object.entries(numbers).find(([, number]) => number === rc) ?? [];
  return `${group === undefined ? 'smp' : groupName(group)}/${name}`;
}
