import type { CommandResult } from './orders.ts';

/** Firmware that the centre wants on the unit, from its command to its end. Hashes in hexadecimal. */
export interface WantedUpdate {
  /** The id of the command. */
  readonly command: number;
  /** SHA-256 of the whole image file, and its size. */
  readonly image: string;
  readonly bytes: number;
  /** What the image says it is, and what it replaces. */
  readonly firmware: string;
  readonly from: string;
  /** Given up then. */
  readonly untilMs: number;
  /** Once the file is here, whole and sound: what the image calls itself, and the restarts granted for its trial. */
  readonly trial: { readonly image: string; readonly restarts: number } | null;
}

/** How it can end. */
export type UpdateResult = Extract<CommandResult, { readonly status: 'done' | 'refused' | 'failed' }>;
