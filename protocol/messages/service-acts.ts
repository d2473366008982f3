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
] as const;
export type ServiceAct = (typeof serviceActs)[number];

/** Acts that leave the unit as it was. */
export const idleActs: ReadonlySet<ServiceAct> = new Set([
  'session-opened',
  'session-refused',
  'session-ended',
  'file-copied',
]);
