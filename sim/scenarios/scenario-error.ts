/** A scenario cannot be read. The message is one sentence with file, line and the way out. */
export class ScenarioError extends Error {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, sentence: string, options?: ErrorOptions) {
    super(`${file}:${line}: ${sentence}`, options);
    this.name = 'ScenarioError';
    this.file = file;
    this.line = line;
  }
}
