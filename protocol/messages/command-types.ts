/** What a centre may ask of one unit. Append only: the position, counted from 1, is the number on the wire. */
export const commandTypes = [
  'openTakeOut',
  'pause',
  'resume',
  'extendWindow',
  'silence',
  'message',
  'selfTest',
  'sendLog',
  'restart',
  'update',
] as const;
export type CommandType = (typeof commandTypes)[number];
