import type { AVRTimer, AVRTimerConfig, CPU, CPUMemoryHook } from 'avr8js';

/** What avr8js keeps to itself, version 0.21.1. */
interface TimerInternals {
  readonly count: (reschedule?: boolean) => void;
  readonly divider: number;
  readonly lastCycle: number;
  readonly timerMode: number;
  readonly tcnt: number;
  readonly ocrA: number;
  readonly ocrB: number;
  readonly TOP: number;
  readonly tcntUpdated: boolean;
  readonly updateDivider: boolean;
}

/** Normal, clear on compare match, fast PWM: those that only count up. */
const COUNTING_UP: readonly number[] = [0, 2, 3];

/**
 * avr8js wakes a timer at each of its counts, which with a prescaler of 8 is two million times a second. Here it is woken
 * where something happens: at a compare match and at its top. Whoever reads or sets it in between finds it up to date.
 */
export function wakeSparsely(cpu: CPU, timers: readonly (readonly [AVRTimer, AVRTimerConfig])[]): void {
  const byCount = new Map<() => void, TimerInternals>();
  const add = cpu.addClockEvent.bind(cpu);
  cpu.addClockEvent = (callback, cycles) => {
    const timer = byCount.get(callback);
    return add(callback, timer === undefined ? cycles : (cyclesToNext(timer, cpu.cycles) ?? cycles));
  };
  for (const [timer, config] of timers) {
    const internals = timer as unknown as TimerInternals;
    byCount.set(internals.count, internals);
    for (const register of new Set([config.OCRA, config.OCRB, config.TCCRA])) {
      const write = cpu.writeHooks[register];
      if (write !== undefined) cpu.writeHooks[register] = upToDate(cpu, internals, write);
    }
  }
}

function upToDate(cpu: CPU, timer: TimerInternals, write: CPUMemoryHook): CPUMemoryHook {
  return (...args) => {
    timer.count(false);
    const done = write(...args);
    cpu.updateClockEvent(timer.count, 0);
    return done;
  };
}

/** Undefined where avr8js itself knows best. */
function cyclesToNext(timer: TimerInternals, now: number): number | undefined {
  const { tcnt, TOP, divider, lastCycle } = timer;
  const settled = !timer.updateDivider && !timer.tcntUpdated && divider > 0;
  if (!settled || tcnt > TOP || !COUNTING_UP.includes(timer.timerMode)) return undefined;
  let counts = TOP + 1 - tcnt;
  for (const match of [timer.ocrA, timer.ocrB]) {
    if (match > tcnt && match - tcnt < counts) counts = match - tcnt;
  }
  return lastCycle + counts * divider - now;
}
