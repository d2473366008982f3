import type { ProtocolError } from '../../../protocol/errors.ts';
import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import { refusalSentence } from '../../../protocol/refusal-words.ts';
import { SaidError } from '../said-error.ts';

/**
 * Why something was not asked of a unit. `invalid`: what was asked for is wrong in itself. `conflict`: it does not fit
 * what the centre knows by now. `unknown`: there is no such thing. `unable`: this centre cannot, whoever asks.
 */
export type OrderErrorCode = 'invalid' | 'conflict' | 'unknown' | 'unable';

/** One thing wrong with a document or a command: where, and a sentence that names place and remedy. */
export interface SaidProblem {
  readonly path: string;
  readonly said: InBothLanguages;
}

/** The same in one language, as it is answered to whoever asked. */
export interface OrderProblem {
  readonly path: string;
  readonly sentence: string;
}

/** An order that was not made; nothing of it is kept. The message is one sentence for the operator. */
export class OrderError extends SaidError {
  readonly code: OrderErrorCode;
  readonly problems: readonly SaidProblem[];

  constructor(code: OrderErrorCode, said: InBothLanguages | string, problems: readonly SaidProblem[] = []) {
    super(said);
    this.name = 'OrderError';
    this.code = code;
    this.problems = problems;
  }
}

export function noVersion(device: string, version: number): OrderError {
  return new OrderError('unknown', {
    da: `${device} har ingen version ${version} her; "dosis centre config history ${device}" viser dem, der er.`,
    en: `${device} has no version ${version} here; "dosis centre config history ${device}" lists those it has.`,
  });
}

export function noRollout(id: number): OrderError {
  return new OrderError('unknown', {
    da: `Der er ingen udrulning ${id}; "dosis centre config rollouts" viser dem, der er.`,
    en: `There is no rollout ${id}; "dosis centre config rollouts" lists those there are.`,
  });
}

/** What was asked for has these faults. */
export function faultyOrder(errors: readonly ProtocolError[]): OrderError {
  const problems = errors.map(problemOf);
  const all = (language: 'da' | 'en') => problems.map(({ said }) => said[language]).join(' ');
  return new OrderError('invalid', { da: all('da'), en: all('en') }, problems);
}

export function problemOf({ path, code, message }: ProtocolError): SaidProblem {
  return { path, said: { da: refusalSentence({ path, code }, 'da'), en: message } };
}
