import type { ProtocolError } from '../../../protocol/errors.ts';

/**
 * Why something was not asked of a unit. `invalid`: what was asked for is wrong in itself. `conflict`: it does not fit
 * what the centre knows by now. `unknown`: there is no such thing. `unable`: this centre cannot, whoever asks.
 */
export type OrderErrorCode = 'invalid' | 'conflict' | 'unknown' | 'unable';

/** One thing wrong with a document or a command: where, and a sentence that names place and remedy. */
export interface OrderProblem {
  readonly path: string;
  readonly sentence: string;
}

/** An order that was not made; nothing of it is kept. The message is one sentence for the operator. */
export class OrderError extends Error {
  readonly code: OrderErrorCode;
  readonly problems: readonly OrderProblem[];

  constructor(code: OrderErrorCode, message: string, problems: readonly OrderProblem[] = []) {
    super(message);
    this.name = 'OrderError';
    this.code = code;
    this.problems = problems;
  }
}

export function problemOf({ path, message }: ProtocolError): OrderProblem {
  return { path, sentence: message };
}
