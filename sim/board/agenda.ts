interface Entry {
  readonly cycle: number;
  readonly act: () => void;
}

/** What is to happen at which cycle; of two at the same one, the first that was put down comes first. */
export class Agenda {
  readonly #entries: Entry[] = [];

  /** Infinity when there is nothing. */
  get nextCycle(): number {
    return this.#entries[0]?.cycle ?? Number.POSITIVE_INFINITY;
  }

  add(cycle: number, act: () => void): void {
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.cycle ?? 0) > cycle) index -= 1;
    this.#entries.splice(index, 0, { cycle, act });
  }

  /** Does the first of what is due. */
  step(): void {
    this.#entries.shift()?.act();
  }
}
