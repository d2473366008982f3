import { exitCodes } from './exit-codes.ts';

/**
 * What a person can mend, mostly input that cannot be used. The message is one sentence that names the place and the way
 * out; nothing else is said of it.
 */
export class UsageError extends Error {
  /** What the process ends with. */
  readonly exitCode: number = exitCodes.usage;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}
