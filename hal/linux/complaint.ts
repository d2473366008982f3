import type { Log } from '../ports/log.ts';

/** Tells of something that goes wrong again and again once, and once more when it is well again. */
export class Complaint {
  readonly #log: Log;
  readonly #recovered: string;
  #made = false;

  /** @param recovered the sentence for when it is well again */
  constructor(log: Log, recovered: string) {
    this.#log = log;
    this.#recovered = recovered;
  }

  make(sentence: string): void {
    if (this.#made) return;
    this.#made = true;
    this.#log.write('warning', sentence);
  }

  settle(): void {
    if (!this.#made) return;
    this.#made = false;
    this.#log.write('info', this.#recovered);
  }
}
