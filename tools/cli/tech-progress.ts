import { SingleBar } from 'cli-progress';
import type { TechWords } from '../technician/words.ts';

/** A rate over less time is chance. */
const RATE_MS_MIN = 500;

/** How far a transfer has come: a bar on a terminal, nothing in a pipe. Bytes. */
export class TransferProgress {
  readonly #t: TechWords;
  readonly #bar: SingleBar | undefined;
  #startMs = performance.now();
  #from: number;
  #bytes: number;
  #whole = 0;
  #shown = false;

  /** @param from what an earlier attempt has brought, see `resumed` */
  constructor(t: TechWords, label: string, from: number, visible: boolean) {
    this.#t = t;
    this.#from = from;
    this.#bytes = from;
    if (!visible) return;
    // The cursor stays and lines wrap as they did, so that no way of ending can leave the terminal changed.
    this.#bar = new SingleBar({
      format: `${label} {bar} {percent} % · {rate}`,
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      clearOnComplete: true,
      hideCursor: false,
      linewrap: true,
      gracefulExit: false,
      synchronousUpdate: true,
      stream: process.stderr,
    });
  }

  update(bytes: number, whole: number): void {
    if (!this.#shown) this.#bar?.start(whole, bytes, { percent: 0, rate: '' });
    this.#shown = true;
    this.#bytes = bytes;
    this.#whole = whole;
    this.#bar?.update(bytes, { percent: this.percent, rate: this.#rateText() });
  }

  /** An earlier attempt has brought so many: they count for the bar, not for the rate. */
  resumed(bytes: number): void {
    this.#from = bytes;
    this.#startMs = performance.now();
  }

  /** Whether anything was told yet. */
  get begun(): boolean {
    return this.#whole > 0;
  }

  get percent(): number {
    return this.#whole === 0 ? 0 : Math.floor((100 * this.#bytes) / this.#whole);
  }

  /** Bytes a second, over the whole transfer. */
  get rate(): number {
    return ((this.#bytes - this.#from) * 1000) / Math.max(1, performance.now() - this.#startMs);
  }

  get seconds(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  /** Takes the bar away, so that a sentence may stand there; the next bytes bring it back. */
  pause(): void {
    this.#bar?.stop();
    this.#shown = false;
  }

  stop(): void {
    this.#bar?.stop();
  }

  #rateText(): string {
    if (this.seconds * 1000 < RATE_MS_MIN) return '';
    const { perSecond, left } = this.#t.progress;
    return `${perSecond(this.rate)}, ${left((this.#whole - this.#bytes) / this.rate)}`;
  }
}
