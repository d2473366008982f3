import * as v from 'valibot';
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import type { Kind } from './kind.ts';

/**
 * Every problem of a value that did not come over the wire: a file somebody wrote, a form somebody filled in.
 * Unlike a codec it looks on after the first problem, and it refuses settings it does not know.
 */
export function inspect(kind: Kind<unknown>, value: unknown): readonly ProtocolError[] {
  const { issues = [] } = v.safeParse(kind.schema, value, { abortPipeEarly: true });
  return issues.map((issue) => new ProtocolError(codeOf(issue), issue.message, { path: v.getDotPath(issue) ?? '' }));
}

/** Valibot reports an unknown key as one where `never` was expected, an absent key as one where its name was. */
function codeOf(issue: v.BaseIssue<unknown>): ProtocolErrorCode {
  if (issue.type !== 'strict_object') return 'invalid';
  if (issue.expected === 'never') return 'unknown-key';
  return issue.expected?.startsWith('"') ? 'missing' : 'invalid';
}
