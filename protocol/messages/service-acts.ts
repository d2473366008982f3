import type { RefusalCode } from './refusal.ts';
import type { PassRole } from './technician-pass.ts';

/**
 * What somebody may do over the cable. Append only: the position is the number on the wire. No unit tells of `erase`:
 * nothing makes one nobody's again.
 */
export const serviceActs = [
  'session-opened',
  'session-refused',
  'session-ended',
  'file-copied',
  'restart',
  'clock-set',
  'image-begun',
  'image-complete',
  'image-test',
  'image-confirm',
  'image-erase',
  'config-offered',
  'provision',
  'erase',
  'self-test',
  'repaired',
  'settle',
  'load',
  'bin-emptied',
  'hand-over',
  'take-over',
  'tag-pair',
  'tag-forget',
] as const;
export type ServiceAct = (typeof serviceActs)[number];

/** Acts that leave the unit as it was. */
export const idleActs: ReadonlySet<ServiceAct> = new Set([
  'session-opened',
  'session-refused',
  'session-ended',
  'file-copied',
]);

/** Who did what over the cable. */
export interface ServiceEntry {
  readonly act: ServiceAct;
  /** The id of the pass; `null` without a session. Never a name. */
  readonly pass: string | null;
  readonly role: PassRole | null;
  /** What it was done to: a hash, a file, a part; empty where the act says it all. At most 80 characters. */
  readonly detail: string;
}

/** Why an act was not done, as far as there is a word for it. */
export interface ActRefusal {
  readonly code?: RefusalCode;
}
