/**
 * Why bytes or a value were refused. The codes are stable: they travel in reported configuration errors and are
 * counted in statistics, so a code is added, never renamed.
 */
export type ProtocolErrorCode =
  // The bytes are no CBOR that we accept (see cbor.ts).
  | 'too-large'
  | 'too-deep'
  | 'too-many-items'
  | 'truncated'
  | 'malformed'
  | 'trailing'
  | 'duplicate-key'
  | 'key-type'
  | 'indefinite-length'
  | 'tag'
  | 'float'
  | 'simple-value'
  | 'integer-range'
  | 'bad-text'
  | 'not-encodable'
  // The CBOR is sound but is no message of ours (see wire/).
  | 'missing'
  | 'invalid'
  | 'unknown-key'
  | 'unknown-type'
  // A topic cannot be built (see topics.ts).
  | 'device-id';

/** A refused message, as one sentence: *where* (`path`, or the message as a whole) and *what* (`problem`). */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  /** What is wrong, as a sentence without its subject: `must be a whole number from 1 to 24`. */
  readonly problem: string;
  /** The place inside the message, such as `regimen.slots.0.at`; empty for the message as a whole. */
  readonly path: string;

  constructor(code: ProtocolErrorCode, problem: string, options: { path?: string; cause?: unknown } = {}) {
    const { path = '', ...origin } = options;
    super(`${path === '' ? 'The message' : path} ${problem}.`, origin);
    this.name = 'ProtocolError';
    this.code = code;
    this.problem = problem;
    this.path = path;
  }

  /** The same refusal seen from one level further out. */
  within(place: string): ProtocolError {
    const path = this.path === '' ? place : `${place}.${this.path}`;
    return new ProtocolError(this.code, this.problem, { path });
  }
}

export function isProtocolError(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError;
}
