import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

type Path = readonly (string | number)[];

/** A YAML file that parses, and the line of every value in it. */
export class BoardSource {
  readonly value: unknown;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #lines: LineCounter;

  /** @returns what is wrong, without a full stop, and where, when it is not YAML */
  static parse(text: string): BoardSource | { readonly problem: string; readonly line: number } {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      return { problem: firstSentence(problem.message), line: lines.linePos(problem.pos[0]).line };
    }
    try {
      return new BoardSource(document, lines, document.toJS());
    } catch (error) {
      // An alias of nothing, or of too much.
      if (error instanceof ReferenceError) return { problem: firstSentence(error.message), line: 1 };
      throw error;
    }
  }

  private constructor(document: ReturnType<typeof parseDocument>, lines: LineCounter, value: unknown) {
    this.#document = document;
    this.#lines = lines;
    this.value = value;
  }

  /** The line of a value, or of the nearest thing around it that exists. */
  lineOf(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsetOf(path.slice(0, length));
      if (offset !== undefined) return this.#lines.linePos(offset).line;
    }
    return 1;
  }

  #offsetOf(path: Path): number | undefined {
    const parent = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
    const node = pair === undefined ? this.#document.getIn(path, true) : pair.key;
    return isNode(node) ? node.range?.[0] : undefined;
  }
}

function firstSentence(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/[.:]$/, '');
}
