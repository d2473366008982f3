import type { LoaderLine } from '../ports/loader-line.ts';

/** What travels on the IPC channel between firmware and loader. */
export type LineWord = 'alive' | 'confirmed';

/** What the loader puts into its program's environment. */
export const loaderEnvironment = { image: 'DOSIS_IMAGE', rehearsal: 'DOSIS_REHEARSAL' } as const;

/** Signs of life beyond this rate are not sent. */
const aliveMsMin = 1_000;

/** What the loader said when it started this program. */
export interface LoaderCall extends LoaderLine {
  /** The running image's hash in hex. */
  readonly image: string;
  /** On a first trial a copy of the ledger, to be opened and migrated before the ledger itself. */
  readonly rehearsal: string | null;
}

/**
 * The line to the loader that started this process, null when none did. Without its loader the firmware must end: the
 * next loader starts another, and two must never meet on one ledger. `orphaned` is told so; it should end the process.
 */
export function answerLoader(orphaned: () => void): LoaderCall | null {
  const image = process.env[loaderEnvironment.image];
  if (process.send === undefined || image === undefined) return null;
  process.once('disconnect', orphaned);
  // While this program was being read in, nobody would have heard that the loader is gone.
  if (!process.connected) orphaned();
  let toldMs = Number.NEGATIVE_INFINITY;
  const say = (word: LineWord): void => {
    // A word that cannot be delivered has no listener any more, which `disconnect` tells by itself.
    if (process.connected) process.send?.(word, () => undefined);
  };
  return {
    image,
    rehearsal: process.env[loaderEnvironment.rehearsal] ?? null,
    alive() {
      const nowMs = performance.now();
      if (nowMs - toldMs < aliveMsMin) return;
      toldMs = nowMs;
      say('alive');
    },
    confirmed: () => say('confirmed'),
  };
}
