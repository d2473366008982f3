import { OrderError } from './order-error.ts';

/** Who asks for something and why, neither of which may name a person. */
export interface Origin {
  /** An opaque id, 1 to 32 characters. */
  readonly author: string;
  /** A note of at most 200 characters, empty for none. */
  readonly reason: string;
}

const authorPattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,31}$/;
const REASON_CHARS_MAX = 200;
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
// A citizen number never travels and is never kept (DDMMYY-NNNN, with or without the hyphen).
const citizenNumber = /(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?!\d)/;

/** @throws OrderError */
export function readOrigin(author: unknown, reason: unknown): Origin {
  if (typeof author !== 'string' || !authorPattern.test(author)) {
    throw new OrderError(
      'invalid',
      'author must be an id of 1 to 32 letters, digits and . _ @ -, such as "operator-7"; it is no name.',
    );
  }
  if (typeof reason !== 'string' || [...reason].length > REASON_CHARS_MAX || unseen.test(reason)) {
    throw new OrderError('invalid', `reason must be a text of at most ${REASON_CHARS_MAX} characters on one line.`);
  }
  if (citizenNumber.test(reason)) {
    throw new OrderError('invalid', 'reason holds what looks like a citizen number; write it without one.');
  }
  return { author, reason };
}
