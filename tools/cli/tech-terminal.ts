import { createInterface } from 'node:readline/promises';
import { wrapped } from '../program/wrapped.ts';
import type { TechWords } from '../technician/words.ts';

export interface ToldProblem {
  readonly code: string;
  readonly sentence: string;
  readonly standing?: string;
}

/** Columns between a label and what it labels. */
const GAP = 2;

/** Where a command of `dosis tech` writes and asks. With JSON one document goes to stdout, and nobody is asked. */
export class TechTerminal {
  readonly #t: TechWords;
  readonly json: boolean;
  #answered = false;

  constructor(t: TechWords, json: boolean) {
    this.#t = t;
    this.json = json;
  }

  /** Whether somebody sits there who can be asked. */
  get canAsk(): boolean {
    return !this.json && process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  /** Whether somebody sees a bar grow. */
  get showsProgress(): boolean {
    return !this.json && process.stderr.isTTY === true;
  }

  /** The result: the document, or the lines that say the same. Given once. */
  answer(document: object, lines: readonly string[]): void {
    this.#answered = true;
    process.stdout.write(this.json ? `${JSON.stringify(document)}\n` : lines.map((line) => `${line}\n`).join(''));
  }

  /** What goes on meanwhile; never part of the result. */
  tell(sentence: string): void {
    if (!this.json) say(sentence);
  }

  problem(problem: ToldProblem): void {
    const { sentence, standing } = problem;
    // A document that was given already is not followed by another one.
    if (this.json && !this.#answered) process.stdout.write(`${JSON.stringify({ error: problem })}\n`);
    else say(standing === undefined ? sentence : `${sentence} ${standing}`);
  }

  async ask(question: string, signal: AbortSignal): Promise<string> {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C at a question is one for the program.
    lines.on('SIGINT', () => process.emit('SIGINT'));
    try {
      return (await lines.question(question, { signal })).trim();
    } finally {
      lines.close();
    }
  }

  /** @returns the place in `names`, from 0 */
  async choose(heading: string, names: readonly string[], question: string, signal: AbortSignal): Promise<number> {
    this.tell(heading);
    for (const [place, name] of names.entries()) this.tell(`  ${place + 1}  ${name}`);
    for (;;) {
      const answer = await this.ask(question, signal);
      const chosen = Number(answer);
      if (Number.isInteger(chosen) && chosen >= 1 && chosen <= names.length) return chosen - 1;
    }
  }

  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    const { hint, yes, no, again } = this.#t.yesNo;
    for (;;) {
      const answer = await this.ask(`${question} [${hint}] `, signal);
      if (yes.test(answer)) return true;
      if (no.test(answer)) return false;
      this.tell(again);
    }
  }
}

/** On a terminal broken between words; in a pipe one sentence is one line. */
function say(sentence: string): void {
  const lines =
    process.stderr.isTTY === true ? wrapped(sentence, '', '', process.stderr.columns || undefined) : [sentence];
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

/** Labels in one column, what they label in the next; a label that is empty goes on with the one above. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length)) + GAP;
  return rows.map(([label, value]) => `${label.padEnd(width)}${value}`.trimEnd());
}
