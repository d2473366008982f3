import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { ScenarioError } from './scenario-error.ts';

export type YamlPath = readonly (string | number)[];

/** A YAML file that parses, and the line of every value in it. */
export class YamlSource {
  readonly file: string;
  readonly value: unknown;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #lines = new LineCounter();

  /** @throws ScenarioError when the text is not YAML */
  constructor(text: string, file: string) {
    this.file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [problem] = [...this.#document.errors, ...this.#document.warnings];
    if (problem !== undefined) {
      const line = this.#lines.linePos(problem.pos[0]).line;
      const words = firstSentence(problem.message);
      throw new ScenarioError(
        file,
        line,
        `this is not YAML: ${words}; check the indentation and the quotes around this line.`,
        { cause: problem },
      );
    }
    this.value = this.#document.toJS({ maxAliasCount: 100 });
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

  /** The error to throw about a value; `sentence` without its full stop. */
  problem(path: YamlPath, sentence: string): ScenarioError {
    return new ScenarioError(this.file, this.lineOf(path), /[.?]$/.test(sentence) ? sentence : `${sentence}.`);
  }

  #offsetOf(path: YamlPath): number | undefined {
    const parent = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      const range = pair !== undefined && isScalar(pair.key) ? pair.key.range : undefined;
      if (range !== undefined && range !== null) return range[0];
    }
    const node = this.#document.getIn(path, true);
    const range =
      typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | undefined) : undefined;
    return range?.[0];
  }
}

function firstSentence(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/[.:]$/, '').replace(/^\w/, (letter) => letter.toLowerCase());
}
