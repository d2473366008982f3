import type { ProtocolError, ProtocolErrorCode } from '../errors.ts';

/**
 * Why a signed document was refused before anybody looked at what it says. Stable, as `ProtocolErrorCode` is; the codes
 * of that list stand for bytes that are no CBOR of ours.
 */
export type CoseErrorCode =
  | ProtocolErrorCode
  | 'not-sign1'
  | 'not-canonical'
  | 'unprotected-header'
  | 'protected-header'
  | 'protected-not-canonical'
  | 'wrong-algorithm'
  | 'wrong-content-type'
  | 'detached-payload'
  | 'empty-payload'
  | 'signature-size'
  | 'unknown-kid'
  | 'bad-signature';

/** A refused signed document, as one sentence. Nothing in it may be believed, its sender least of all. */
export class CoseError extends Error {
  readonly code: CoseErrorCode;
  /** What is wrong and what mends it, as a sentence without its subject. */
  readonly problem: string;

  constructor(code: CoseErrorCode, problem: string, options: { cause?: unknown } = {}) {
    super(`The signed document ${problem}.`, options);
    this.name = 'CoseError';
    this.code = code;
    this.problem = problem;
  }

  /** @param place where in the document, such as ` in its protected header` */
  static of(error: ProtocolError, place = ''): CoseError {
    return new CoseError(error.code, `${error.problem}${place}; send it as it was signed`, { cause: error });
  }
}

export function isCoseError(error: unknown): error is CoseError {
  return error instanceof CoseError;
}
