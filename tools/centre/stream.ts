import type { ServerResponse } from 'node:http';

/** Browsers and programs that watch at one time. */
export const WATCHERS_MAX = 64;
/** A watcher this far behind is dropped; it connects again and reads what it missed from the history. */
const BACKLOG_BYTES_MAX = 1_000_000;
/** Keeps proxies from closing a quiet stream, and finds watchers that are gone. */
const PULSE_MS = 15_000;

/** Server-Sent Events (WHATWG HTML, 9.2) to everybody who watches. */
export class NewsStream {
  readonly #watchers = new Set<ServerResponse>();
  readonly #pulse = setInterval(() => this.#write(': still here\n\n'), PULSE_MS);

  /** Begins the stream on a request's response. False when there are too many watchers already. */
  join(response: ServerResponse): boolean {
    if (this.#watchers.size >= WATCHERS_MAX) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 2000\n\n');
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
    return true;
  }

  send(name: string, data: unknown): void {
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    clearInterval(this.#pulse);
    for (const response of this.#watchers) response.end();
  }

  #write(text: string): void {
    for (const response of this.#watchers) {
      if (response.writableLength > BACKLOG_BYTES_MAX) response.destroy();
      else response.write(text);
    }
  }
}
