import { createHash } from 'node:crypto';
import { fs } from '../../protocol/smp/commands/fs.ts';
import { fsRc, smpGroup } from '../../protocol/smp/numbers.ts';
import { failure } from './problem.ts';
import { SmpRefusal } from './smp-client.ts';
import type { Visit } from './visit.ts';

/** Told with every answer: what came, where in the file it belongs (0: from anew), and how much there is. Bytes. */
export type OnPart = (data: Uint8Array, offset: number, whole: number) => void;

/**
 * Fetches a file of the unit (`log`, `trace`), going on after what an earlier attempt has brought. That it came across
 * rightly is told by the unit's own hash of it; a beginning that does not belong to it is fetched anew.
 * @throws TechProblem, and as `Visit.granted`
 */
export async function download(visit: Visit, name: string, begun: Uint8Array, onPart: OnPart): Promise<Uint8Array> {
  try {
    const fetched = await fetchFrom(visit, name, begun, onPart);
    if (await isSame(visit, name, fetched)) return fetched;
    const anew = begun.length === 0 ? fetched : await fetchFrom(visit, name, new Uint8Array(), onPart);
    if (await isSame(visit, name, anew)) return anew;
  } catch (error) {
    const missing =
      error instanceof SmpRefusal && error.error.group === smpGroup.fs && error.error.rc === fsRc.notFound;
    throw missing ? failure(visit.t, 'noFile', name) : error;
  }
  throw failure(visit.t, 'fileChanged', name);
}

async function fetchFrom(visit: Visit, name: string, begun: Uint8Array, onPart: OnPart): Promise<Uint8Array> {
  const path = `/${name}`;
  let parts = [begun];
  let offset = begun.length;
  let whole: number | undefined;
  if (offset > 0) {
    whole = (await visit.granted(fs.status, { name: path })).len;
    // The unit has begun a new one, or this was never the beginning of it.
    if (whole < offset) [parts, offset] = [[], 0];
  }
  while (whole === undefined || offset < whole) {
    const { data, len } = await visit.granted(fs.download, { name: path, off: offset });
    whole = len ?? whole ?? 0;
    if (data.length === 0) break;
    onPart(data, offset, whole);
    parts.push(data);
    offset += data.length;
  }
  return new Uint8Array(Buffer.concat(parts));
}

async function isSame(visit: Visit, name: string, bytes: Uint8Array): Promise<boolean> {
  // The unit gives no hash of a file without bytes.
  if (bytes.length === 0) return true;
  const { output } = await visit.granted(fs.hash, { name: `/${name}`, type: 'sha256' });
  return output instanceof Uint8Array && createHash('sha256').update(bytes).digest().equals(output);
}
