import { existsSync, rmSync } from 'node:fs';
import { download } from '../technician/download.ts';
import { addToFileOf, checkFree, putInPlaceOf, readFileOf, writeFileOf } from '../technician/files.ts';
import type { Visit } from '../technician/visit.ts';
import { TransferProgress } from './tech-progress.ts';
import type { Desk } from './tech-visit.ts';

/** The largest file that a unit keeps. */
export const UNIT_FILE_BYTES_MAX = 64 * 1024 * 1024;

export interface Fetched {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  /** Bytes a second. */
  readonly rate: number;
}

/** Fetches a file of the unit. With `out` it lies there at the end, and what an interruption leaves lies beside it. */
export async function fetched(visit: Visit, { t, terminal }: Desk, name: string, out?: string): Promise<Fetched> {
  if (out !== undefined) checkFree(t, out);
  const part = out === undefined ? undefined : `${out}.part`;
  const begun =
    part !== undefined && existsSync(part) ? readFileOf(t, part, { bytesMax: UNIT_FILE_BYTES_MAX }) : new Uint8Array();
  if (part !== undefined) writeFileOf(t, part, begun);
  const progress = new TransferProgress(t, `/${name}`, begun.length, terminal.showsProgress);
  try {
    const bytes = await download(visit, name, begun, (data, offset, whole) => {
      progress.update(offset + data.length, whole);
      if (part === undefined) return;
      if (offset === 0) writeFileOf(t, part, data);
      else addToFileOf(t, part, data);
      visit.standing = t.standing.downloading(progress.percent, part);
    });
    if (part !== undefined && out !== undefined) {
      writeFileOf(t, part, bytes);
      putInPlaceOf(t, part, out);
    }
    visit.standing = t.standing.untouched;
    return { bytes, seconds: progress.seconds, rate: progress.rate };
  } catch (error) {
    if (part !== undefined && visit.standing === t.standing.untouched) rmSync(part, { force: true });
    throw error;
  } finally {
    progress.stop();
  }
}
