import type { SmpError } from './command.ts';
import { enumRc, fsRc, imageRc, osRc, settingsRc, smpGroup, smpRc, statRc } from './numbers.ts';

/** Group by group: what it is called, and the names of its numbers. */
const groups: Readonly<Record<number, { readonly name: string; readonly numbers: Readonly<Record<string, number>> }>> =
  {
    [smpGroup.os]: { name: 'os', numbers: osRc },
    [smpGroup.image]: { name: 'image', numbers: imageRc },
    [smpGroup.stat]: { name: 'stat', numbers: statRc },
    [smpGroup.settings]: { name: 'settings', numbers: settingsRc },
    [smpGroup.fs]: { name: 'fs', numbers: fsRc },
    [smpGroup.enum]: { name: 'enum', numbers: enumRc },
  };

/** A short name for logs and `--json`: `image/alreadyPending`, `smp/busy`, and `group 64/300` for what has no name here. */
export function errorName({ group, rc }: SmpError): string {
  const known = group === undefined ? { name: 'smp', numbers: smpRc } : groups[group];
  const [name = rc] = Object.entries<number>(known?.numbers ?? {}).find(([, number]) => number === rc) ?? [];
  return `${known?.name ?? `group ${group}`}/${name}`;
}
