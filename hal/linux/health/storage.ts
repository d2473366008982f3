import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Finding } from './finding.ts';
import { entriesOf, numberOf, textOf } from './sysfs.ts';

export interface StorageOptions {
  /** Where the unit keeps its ledger. */
  readonly folder: string;
  /** The mounted file systems (proc(5)). */
  readonly mounts?: string;
  /** The disks (Linux ABI, sysfs-block and mmc). */
  readonly disks?: string;
  /** Another way to ask how full a file system is. */
  readonly space?: (folder: string) => Space;
}

interface Space {
  readonly freeBytes: number;
  readonly bytes: number;
}

/** A month of ledger, traces and log, and a firmware image; and never the last twentieth of a card. */
const FREE_BYTES_MIN = 200_000_000;
const FREE_SHARE_MIN = 0.05;
/** DEVICE_LIFE_TIME_EST: 0x09 is 80–90 % of the writes that an eMMC was made for (JEDEC eMMC 5.0, 7.4.35). */
const LIFE_MAX = 0x09;
/** PRE_EOL_INFO: 0x02 is 80 % of its spare blocks used, 0x03 is 90 %. */
const PRE_EOL_MAX = 0x02;

/** Whether the ledger can still be written, for how long yet, and on what. */
export function judgeStorage(options: StorageOptions): readonly Finding[] {
  const { mounts = '/proc/self/mounts', disks = '/sys/block', space = spaceOf } = options;
  const folder = resolve(options.folder);
  return [...judgeMount(folder, mounts), ...judgeSpace(folder, space), ...judgeWear(disks)];
}

/** A kernel that finds errors on a file system makes it read-only (ext4, `errors=remount-ro`). */
function judgeMount(folder: string, mounts: string): readonly Finding[] {
  const mount = mountOf(folder, mounts);
  if (mount === undefined || !mount.options.split(',').includes('ro')) return [];
  return [{ code: 'storage-fault', says: `${mount.source} on ${mount.point} cannot be written any more (read-only).` }];
}

interface Mount {
  readonly source: string;
  readonly point: string;
  readonly options: string;
}

/** The innermost one; of several on one place the last hides the others. */
function mountOf(folder: string, mounts: string): Mount | undefined {
  return textOf(mounts)
    .split('\n')
    .map((line) => line.split(' '))
    .map(([source = '', point = '', , options = '']) => ({ source, point: unescaped(point), options }))
    .filter(({ point }) => `${folder}/`.startsWith(point.endsWith('/') ? point : `${point}/`))
    .reduce<Mount | undefined>((best, one) => (one.point.length >= (best?.point.length ?? 0) ? one : best), undefined);
}

/** Blanks in names are written as octal. */
function unescaped(point: string): string {
  return point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function judgeSpace(folder: string, space: (folder: string) => Space): readonly Finding[] {
  try {
    const { freeBytes, bytes } = space(folder);
    if (freeBytes >= Math.max(FREE_BYTES_MIN, FREE_SHARE_MIN * bytes)) return [];
    return [{ code: 'storage-filling', says: `${folder} has ${Math.round(freeBytes / 1_000_000)} MB left.` }];
  } catch (error) {
    return [{ code: 'storage-fault', says: `${folder} cannot be looked at: ${(error as Error).message}.` }];
  }
}

function spaceOf(folder: string): Space {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, bytes: blocks * bsize };
}

/** Only an eMMC tells how worn it is; a card tells nothing until it fails. */
function judgeWear(disks: string): readonly Finding[] {
  return entriesOf(disks).flatMap((disk) => {
    const worn = Math.max(0, ...textOf(disk, 'device', 'life_time').split(/\s+/).map(Number).filter(Number.isFinite));
    const spare = numberOf(disk, 'device', 'pre_eol_info');
    if (worn >= LIFE_MAX)
      return [{ code: 'storage-wearing' as const, says: `${disk} has used ${percent(worn)} of its writes.` }];
    if (spare >= PRE_EOL_MAX)
      return [{ code: 'storage-wearing' as const, says: `${disk} has few spare blocks left (pre-EOL ${spare}).` }];
    return [];
  });
}

/** Steps of ten percent; 0x0B is beyond what it was made for. */
function percent(step: number): string {
  return step > 0x0a ? 'more than all' : `${(step - 1) * 10}–${step * 10} %`;
}
