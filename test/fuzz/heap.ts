import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/** What lives on the heap once everything that nobody holds is gone. Bytes. */
export function liveHeapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** What a heap may breathe; a leak of 100 bytes a message would be three times this after a million. */
export const growthBytesMax = 32 * 1024 * 1024;
