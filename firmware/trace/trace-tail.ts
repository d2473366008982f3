import type { ByteSource } from '../domain/byte-source.ts';
import type { FieldTrace } from './field-trace.ts';

const NEW_LINE = 0x0a;
/** Lines are shorter, but for those of a ledger at the head of a run. */
const LOOKED_THROUGH_MAX = 64 * 1024;

/**
 * The end of a trace, at most so many bytes. As many whole runs as fit, which can be replayed; when not even the last one
 * does, the end of that from a whole line on, which can only be read. @throws Error of the medium
 */
export function traceTail(trace: Pick<FieldTrace, 'copy'>, bytesMax: number): ByteSource {
  const whole = trace.copy();
  const least = Math.max(0, whole.bytes - bytesMax);
  const run = whole.starts.find((start) => start >= least && start < whole.bytes);
  const from = run ?? lineFrom(whole, least);
  return { bytes: whole.bytes - from, read: (offset, length) => whole.read(from + offset, length) };
}

/** Where the first line begins at or after `at`; `at` itself when none does nearby. */
function lineFrom({ bytes, read }: ByteSource, at: number): number {
  if (at === 0) return 0;
  const end = read(at - 1, Math.min(LOOKED_THROUGH_MAX, bytes - at + 1)).indexOf(NEW_LINE);
  return end < 0 ? at : at + end;
}
