import type { ByteSource } from '../domain/byte-source.ts';
import type { LinkEvent } from '../machine/events.ts';
import { Upload } from './upload.ts';

/** What goes up when there is nothing else to send, one after the other. */
export class Uploads {
  readonly #waiting: Upload[] = [];
  #partId: number | null = null;
  #ended: LinkEvent[] = [];

  /** `open` is called at once. What cannot be read is told as an end without bytes. */
  add(command: number, open: () => ByteSource): void {
    this.#trying(command, () => void this.#waiting.push(new Upload(command, open())));
  }

  /** The next message; null while one is under way, and when there is none. */
  next(bytesMax: number): Uint8Array | null {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const upload = first;
      const payload = upload.isTaken ? this.#end(upload) : this.#trying(upload.command, () => upload.next(bytesMax));
      if (payload !== undefined) return payload;
      this.#waiting.shift();
    }
    return null;
  }

  /** The message that `next` gave has left under this number. */
  sent(id: number): void {
    this.#partId = id;
  }

  taken(id: number): void {
    if (id !== this.#partId) return;
    this.#partId = null;
    this.#waiting[0]?.taken();
  }

  /** The connection is gone. */
  lost(): void {
    this.#partId = null;
    this.#waiting[0]?.lost();
  }

  /** What has come to its end since this was asked last. */
  ended(): readonly LinkEvent[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  #end({ command, bytes }: Upload): undefined {
    this.#ended.push({ type: 'log.ended', id: command, bytes });
  }

  #trying<T>(command: number, act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#ended.push({ type: 'log.ended', id: command, bytes: null });
      return undefined;
    }
  }
}
