import { describe, expect, it } from 'vitest';
import { sharedClock } from '../../../../firmware/unit/shared-clock.ts';
import type { Clock } from '../../../../hal/ports/clock.ts';

/** A clock that wakes whoever waits after 30 s at the latest, as boards do. */
class Board implements Clock {
  nowMs = 0;
  #due = Number.POSITIVE_INFINITY;
  #wake: () => void = () => undefined;

  read() {
    return { wallMs: this.nowMs, monoMs: this.nowMs, source: 'rtc' as const };
  }

  wakeAfter(delayMs: number, wake: () => void): void {
    this.#due = this.nowMs + Math.min(delayMs, 30_000);
    this.#wake = wake;
  }

  /** Its time was moved, or the board slept. */
  rouse(): void {
    this.#due = Number.POSITIVE_INFINITY;
    this.#wake();
  }

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    while (this.#due <= untilMs) {
      this.nowMs = this.#due;
      this.#due = Number.POSITIVE_INFINITY;
      this.#wake();
    }
    this.nowMs = untilMs;
  }
}

function shared(board: Board): readonly [Clock, Clock] {
  const share = sharedClock(board);
  return [share(), share()];
}

/** Notes when it is woken, and sleeps as long again. */
function sleeper(clock: Clock, everyMs: number): number[] {
  const woken: number[] = [];
  const doze = (): void =>
    clock.wakeAfter(everyMs, () => {
      woken.push(clock.read().monoMs);
      doze();
    });
  doze();
  return woken;
}

describe('a clock for several', () => {
  it('wakes each in its own time', () => {
    const board = new Board();
    const [one, other] = shared(board);
    const [slow, quick] = [sleeper(one, 10_000), sleeper(other, 3_000)];
    board.pass(20_000);
    expect(slow).toEqual([10_000, 20_000]);
    expect(quick).toEqual([3_000, 6_000, 9_000, 12_000, 15_000, 18_000]);
  });

  it('wakes who sleeps long every 30 s all the same, so that a step of the clock is noticed', () => {
    const board = new Board();
    const [one, other] = shared(board);
    const long = sleeper(one, 3_600_000);
    sleeper(other, 250);
    board.pass(95_000);
    expect(long).toEqual([30_000, 60_000, 90_000]);
  });

  it('wakes both when the board wakes it before anybody’s time, to be read', () => {
    const board = new Board();
    const [one, other] = shared(board);
    const [slow, quick] = [sleeper(one, 10_000), sleeper(other, 20_000)];
    board.nowMs = 4_000;
    board.rouse();
    board.pass(10_000);
    expect([slow, quick]).toEqual([[4_000, 14_000], [4_000]]);
  });

  it('lets a later call take the place of an earlier one', () => {
    const board = new Board();
    const [one, other] = shared(board);
    const heard: string[] = [];
    one.wakeAfter(1_000, () => heard.push('first'));
    other.wakeAfter(500, () => heard.push('other'));
    one.wakeAfter(2_000, () => heard.push('second'));
    board.pass(10_000);
    expect(heard).toEqual(['other', 'second']);
  });
});
