import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';

export type YamlPath = readonly (string | number)[];

/** Why a text is no YAML: what is wrong where, and what to do about it, without a full stop. */
export interface YamlMistake {
  readonly line: number;
  readonly problem: string;
  readonly advice: string;
}

/** A YAML file that parses, and the line of every value in it. */
export class YamlSource {
  readonly value: unknown;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #lines: LineCounter;

  static parse(text: string): YamlSource | YamlMistake {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) return mistake(lines.linePos(problem.pos[0]).line, problem);
    try {
      return new YamlSource(document, lines, document.toJS());
    } catch (error) {
      // An alias of nothing, or of too much.
      if (error instanceof ReferenceError) return mistake(1, error);
      throw error;
    }
  }

  private constructor(document: ReturnType<typeof parseDocument>, lines: LineCounter, value: unknown) {
    this.#document = document;
    this.#lines = lines;
    this.value = value;
  }

  /** The line of a value, or of the nearest thing around it that exists. */
  lineOf(path: YamlPath): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsetOf(path.slice(0, length));
      if (offset !== undefined) return this.#lines.linePos(offset).line;
    }
    return 1;
  }

  /** The keys of a map, as the author has ordered them. */
  keysOf(path: YamlPath): readonly string[] {
    const node = this.#document.getIn(path);
    return isMap(node) ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  }

  #offsetOf(path: YamlPath): number | undefined {
    const parent = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const isNamed = ({ key }: Pair): boolean => isScalar(key) && key.value === path.at(-1);
    const pair = isMap(parent) ? parent.items.find(isNamed) : undefined;
    const node = pair === undefined ? this.#document.getIn(path, true) : pair.key;
    return isNode(node) ? node.range?.[0] : undefined;
  }
}

function mistake(line: number, { message }: Error): YamlMistake {
  const [first = ''] = message.split('\n', 1);
  const words = first.replace(/[.:]$/, '').replace(/^\w/, (letter) => letter.toLowerCase());
  return {
    line,
    problem: `this is not YAML: ${words}`,
    advice: 'check the indentation and the quotes around this line',
  };
}
