import type { CommandAnswer } from '../../protocol/messages/command-answer.ts';
import type { CommandType } from '../../protocol/messages/command-types.ts';
import type { Refusal } from '../../protocol/messages/refusal.ts';

type WithoutName<A> = A extends unknown ? Omit<A, 'id' | 'hash' | 'at'> : never;
/** What became of a command, without its name and time. */
export type CommandResult = WithoutName<CommandAnswer>;

/** A command that somebody whom the unit believes has sent to it. */
export interface CommandRef {
  readonly id: number;
  /** SHA-256 of what was signed. */
  readonly hash: Uint8Array;
  readonly type: CommandType;
}

export interface StoredCommand extends CommandRef {
  /** Epoch seconds. */
  readonly at: number;
  readonly result: CommandResult;
}

/** How the machine answers what was asked of it. */
export type Outcome =
  | { readonly status: 'done' }
  /** It goes on; another answer follows. */
  | { readonly status: 'accepted' }
  /** Not now, and it will be tried again without being asked. */
  | { readonly status: 'deferred'; readonly refusal: Refusal }
  | { readonly status: 'refused'; readonly refusal: Refusal };

export function refused(code: Refusal['code'], path = ''): Outcome {
  return { status: 'refused', refusal: { path, code } };
}

export function resultOf(outcome: Outcome): CommandResult {
  switch (outcome.status) {
    case 'done':
    case 'accepted':
      return { status: outcome.status };
    case 'deferred':
    case 'refused':
      return { status: 'refused', errors: [outcome.refusal] };
  }
}
