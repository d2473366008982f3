import { exitCodes } from '../program/exit-codes.ts';
import { UsageError } from '../program/usage-error.ts';
import type { TechWords } from './words.ts';

/** What a technician can mend, or must know: one sentence in their language, and a code for programs. */
export class TechProblem extends UsageError {
  override readonly name = 'TechProblem';
  /** The name of the sentence among the words. */
  readonly code: string;
  override readonly exitCode: number;

  constructor(code: string, sentence: string, exitCode: number) {
    super(sentence);
    this.code = code;
    this.exitCode = exitCode;
  }
}

type Sentences = Readonly<Record<string, (...gaps: never[]) => string>>;
type Gaps<S extends Sentences, K extends keyof S> = Parameters<S[K]>;

/** What was given cannot be used; exit code 2. */
export function mistake<K extends keyof TechWords['mistakes'] & string>(
  t: TechWords,
  code: K,
  ...gaps: Gaps<TechWords['mistakes'], K>
): TechProblem {
  return new TechProblem(code, said(t.mistakes, code, gaps), exitCodes.usage);
}

/** It was right to ask, and it did not succeed; exit code 1. */
export function failure<K extends keyof TechWords['failures'] & string>(
  t: TechWords,
  code: K,
  ...gaps: Gaps<TechWords['failures'], K>
): TechProblem {
  return new TechProblem(code, said(t.failures, code, gaps), exitCodes.failed);
}

function said<S extends Sentences, K extends keyof S>(sentences: S, code: K, gaps: Gaps<S, K>): string {
  return sentences[code]?.(...gaps) ?? String(code);
}
