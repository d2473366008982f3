import { type Clock, WAKE_MS_MAX } from '../../hal/ports/clock.ts';

interface Sleeper {
  readonly armedMonoMs: number;
  readonly dueMonoMs: number;
  readonly wake: () => void;
}

/** One clock for several who each want to be woken in their own time. @returns gives the next of them a clock of its own */
export function sharedClock(clock: Clock): () => Clock {
  const sleepers: (Sleeper | null)[] = [];
  const now = () => clock.read().monoMs;
  const arm = (): void => {
    const waiting = sleepers.filter((sleeper) => sleeper !== null);
    if (waiting.length === 0) return;
    const dueMonoMs = Math.min(...waiting.map((sleeper) => sleeper.dueMonoMs));
    clock.wakeAfter(Math.max(0, dueMonoMs - now()), wake);
  };
  const wake = (): void => {
    const monoMs = now();
    const isUp = (sleeper: Sleeper) => monoMs >= Math.min(sleeper.dueMonoMs, sleeper.armedMonoMs + WAKE_MS_MAX);
    // Woken before anybody's time: the clock does so when it wants to be read.
    const early = !sleepers.some((sleeper) => sleeper !== null && isUp(sleeper));
    for (const [index, sleeper] of sleepers.entries()) {
      if (sleeper === null || !(early || isUp(sleeper))) continue;
      sleepers[index] = null;
      sleeper.wake();
    }
    arm();
  };
  return () => {
    const index = sleepers.push(null) - 1;
    return {
      read: () => clock.read(),
      wakeAfter(delayMs, woken) {
        const armedMonoMs = now();
        sleepers[index] = { armedMonoMs, dueMonoMs: armedMonoMs + delayMs, wake: woken };
        arm();
      },
    };
  };
}
