import { install } from '@sinonjs/fake-timers';

/** Timers of this process that stand still unless somebody lets their time pass. */
export interface VirtualTimers {
  /** Lets a millisecond pass: what is due is called, in order. */
  tick(): void;
  /** Those that wait are forgotten, as at the end of a process. */
  forget(): void;
  /** How many wait to be called. */
  readonly waiting: number;
  /** The process has its own timers back. */
  end(): void;
}

/**
 * Takes the place of every timer of this process, so that johnny-five and its adapter run in the chip's time. Meant for
 * what runs from its beginning to its end without a turn of the event loop: nothing else of the process lives meanwhile.
 */
export function beginVirtualTimers(): VirtualTimers {
  const clock = install({
    now: 0,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'nextTick',
      'Date',
      'hrtime',
    ],
  });
  return {
    tick: () => clock.tick(1),
    forget: () => clock.reset(),
    get waiting() {
      return clock.countTimers();
    },
    end: () => clock.uninstall(),
  };
}
