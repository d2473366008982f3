import type { LogSource, SelfTestPart } from '../../protocol/messages/command.ts';
import type { CommandAnswer } from '../../protocol/messages/command-answer.ts';
import type { CommandType } from '../../protocol/messages/command-types.ts';
import type { Refusal } from '../../protocol/messages/refusal.ts';
import type { TestedPart } from '../../protocol/messages/self-test-report.ts';

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

/** What is to be sent of what the unit has written down: the newest, at most so much. */
export interface WantedLog {
  readonly source: LogSource;
  /** Epoch seconds: nothing older. */
  readonly since?: number;
  readonly bytesMax: number;
}

/** How the machine answers what was asked of it. */
export type Outcome =
  /** A self-test also tells what it found. */
  | { readonly status: 'done'; readonly tested?: readonly TestedPart[]; readonly faulty?: readonly SelfTestPart[] }
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
      return outcome;
    case 'accepted':
      return { status: 'accepted' };
    case 'deferred':
    case 'refused':
      return { status: 'refused', errors: [outcome.refusal] };
  }
}
