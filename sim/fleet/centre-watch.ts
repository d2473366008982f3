import { setTimeout as delay } from 'node:timers/promises';

/** What the page of a centre is told, with the real time at which this process heard it. */
export interface Shown {
  readonly atMs: number;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const LOOK_MS = 100;

/**
 * Watches a running service centre as an operator's page does: by its news stream (Server-Sent Events), and by asking
 * what stands there.
 */
export class CentreWatch {
  readonly #url: string;
  readonly #nowMs: () => number;
  readonly #end = new AbortController();
  readonly #listeners = new Set<(shown: Shown) => void>();

  private constructor(url: string, nowMs: () => number) {
    this.#url = url.replace(/\/$/, '');
    this.#nowMs = nowMs;
  }

  /** @throws Error when no centre answers there */
  static async open(url: string, nowMs: () => number): Promise<CentreWatch> {
    const watch = new CentreWatch(url, nowMs);
    const response = await fetch(`${watch.#url}/api/stream`, { signal: watch.#end.signal });
    if (!response.ok || response.body === null) throw new Error(`the service centre at ${url} shows no news`);
    // What a centre that has ended shows no more is missed by whoever waits for it.
    void watch.#read(response.body).catch(() => undefined);
    return watch;
  }

  /** @returns how to stop listening */
  listen(listener: (shown: Shown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path);
    if (!response.ok) throw new Error(`${path} of the service centre answers ${response.status}`);
    return (await response.json()) as T;
  }

  close(): void {
    this.#listeners.clear();
    this.#end.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of body) {
      const atMs = this.#nowMs();
      const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#tell(block, atMs);
    }
  }

  #tell(block: string, atMs: number): void {
    const [, name, data] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? [];
    if (name === undefined || data === undefined) return;
    const shown = { atMs, name, data: JSON.parse(data) as Shown['data'] };
    for (const listener of this.#listeners) listener(shown);
  }
}

/** Looks until it is so, or until the time is over. @returns whether it is so */
export async function until(isSo: () => boolean, msMax: number, nowMs: () => number): Promise<boolean> {
  const lastMs = nowMs() + msMax;
  while (!isSo()) {
    if (nowMs() >= lastMs) return false;
    await delay(LOOK_MS);
  }
  return true;
}
