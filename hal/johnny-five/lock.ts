import type { Lock } from '../ports/lock.ts';
import type { Log } from '../ports/log.ts';
import type { Sketch } from './sketch.ts';

/** The sketch locks by itself when it was not told again for so long. */
const UNLOCKED_MS = 3_000;
const AGAIN_MS = 1_000;

/** The door's relay. To unlock is said again and again; one word lost, and it locks. */
export class FiveLock implements Lock {
  readonly #sketch: Sketch;
  readonly #log: Log;
  #locked = true;
  #again: NodeJS.Timeout | undefined;

  constructor(sketch: Sketch, log: Log) {
    this.#sketch = sketch;
    this.#log = log;
  }

  set(locked: boolean): void {
    if (locked === this.#locked) return;
    this.#locked = locked;
    this.#sketch.watch('lock', !locked);
    clearInterval(this.#again);
    if (!locked) this.#again = setInterval(() => this.#tell(), AGAIN_MS);
    this.#tell();
  }

  /** The board is there, or there again, and locked. */
  ready(): void {
    if (!this.#locked) this.#tell();
  }

  close(): void {
    this.set(true);
  }

  #tell(): void {
    if (!this.#sketch.isReady) return;
    this.#sketch.ask({ type: 'unlock', forMs: this.#locked ? 0 : UNLOCKED_MS }, (answer) => {
      if (answer?.type === 'refused') this.#log.write('warning', `The lock stays shut: ${answer.reason}.`);
    });
  }
}
