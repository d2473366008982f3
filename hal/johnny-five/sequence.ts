/**
 * A row of waits, written as a generator: each step yields what it waits for and goes on with what came of it, at once,
 * in the middle of the event that ended the wait. A promise would go on a turn later, when the world may be another.
 */
export type Sequence<Result> = Generator<Wait, Result, unknown>;

/** Begins to wait; calls `resume` once, at any time from now on. @returns what ends the waiting */
export type Wait = (resume: (value: unknown) => void) => () => void;

/** Waits for a value. */
export function* wait<T>(begin: (resume: (value: T) => void) => (() => void) | undefined): Sequence<T> {
  return (yield (resume) => begin(resume) ?? (() => undefined)) as T;
}

export function pause(ms: number): Sequence<void> {
  return wait((resume) => {
    const timer = setTimeout(resume, ms);
    return () => clearTimeout(timer);
  });
}

/** Runs one sequence to its end, unless it is ended before. */
export class Run<Result> {
  readonly #sequence: Sequence<Result>;
  readonly #done: (outcome: Result) => void;
  #endWait: () => void = () => undefined;
  #over = false;

  constructor(sequence: Sequence<Result>, done: (outcome: Result) => void) {
    this.#sequence = sequence;
    this.#done = done;
    this.#step(undefined);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Waits for nothing any more, and never tells `done`. What the sequence does last, in a `finally`, is still done. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#endWait();
    this.#sequence.return(undefined as never);
  }

  #step(value: unknown): void {
    let given = value;
    // A wait that is over as soon as it begins must not deepen the stack.
    for (;;) {
      if (this.#over) return;
      const { value: next, done } = this.#sequence.next(given);
      if (done === true) {
        this.#over = true;
        this.#done(next);
        return;
      }
      const begun = this.#begin(next);
      if (!begun.now) return;
      given = begun.value;
    }
  }

  #begin(begin: Wait): { readonly now: boolean; readonly value: unknown } {
    let came: { readonly value: unknown } | undefined;
    let beginning = true;
    let waiting = true;
    this.#endWait = () => {
      waiting = false;
    };
    const end = begin((value) => {
      if (!waiting) return;
      waiting = false;
      if (beginning) came = { value };
      else this.#step(value);
    });
    beginning = false;
    if (came !== undefined) {
      end();
      return { now: true, value: (came as { readonly value: unknown }).value };
    }
    this.#endWait = () => {
      waiting = false;
      end();
    };
    return { now: false, value: undefined };
  }
}
