import { type YamlPath, YamlSource } from '../../hal/yaml/yaml-source.ts';
import { ScenarioError } from './scenario-error.ts';

/** The file of a story, and where everything stands in it. */
export class ScenarioSource {
  readonly #file: string;
  readonly #yaml: YamlSource;

  /** @throws ScenarioError when the text is not YAML */
  constructor(text: string, file: string) {
    const yaml = YamlSource.parse(text);
    if ('problem' in yaml) throw new ScenarioError(file, yaml.line, `${yaml.problem}; ${yaml.advice}.`);
    this.#file = file;
    this.#yaml = yaml;
  }

  get value(): unknown {
    return this.#yaml.value;
  }

  lineOf(path: YamlPath): number {
    return this.#yaml.lineOf(path);
  }

  keysOf(path: YamlPath): readonly string[] {
    return this.#yaml.keysOf(path);
  }

  /** The error to throw about a value; `sentence` without its full stop. */
  problem(path: YamlPath, sentence: string): ScenarioError {
    return new ScenarioError(this.#file, this.lineOf(path), /[.?]$/.test(sentence) ? sentence : `${sentence}.`);
  }
}
