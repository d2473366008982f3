import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { WAKE_MS_MAX } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Watchdog } from '../ports/watchdog.ts';
import { createServiceManager, type ServiceManagerTerms } from './service-manager.ts';

/**
 * The exit code of an asked-for restart: EX_TEMPFAIL of sysexits.h, "try again". Have the service manager start the
 * unit again on it (systemd: `RestartForceExitStatus=75`).
 */
export const RESTART_EXIT_CODE = 75;

export interface WatchdogOptions {
  readonly log: Log;
  /**
   * The kernel's watchdog, e.g. `/dev/watchdog`. Opening arms it; without a sign of life within its time-out, or after the
   * process has ended and not come back, the board resets (Linux kernel, watchdog-api).
   */
  readonly device?: string;
  /** Where the kernel tells the device's time-out in seconds; `/sys/class/watchdog/…/timeout` unless told. */
  readonly timeoutFile?: string;
  /** The service manager that starts the unit anew when it is silent. Without it and a device only `restart` does anything. */
  readonly serviceManager?: ServiceManagerTerms | undefined;
}

export interface LinuxWatchdog extends Watchdog {
  /** A planned end: the board does not reset for it, unless its kernel forbids that (CONFIG_WATCHDOG_NOWAYOUT). */
  close(): void;
}

/** How long the firmware may be silent: it kicks each time that it wakes. */
const SILENCE_MS_MAX = 3 * WAKE_MS_MAX;
/** Where the kernel does not tell the time-out: the shortest that boards come with. */
const TIMEOUT_S = 10;
/** A sign of life may be late twice. */
const SIGNS_PER_TIMEOUT = 3;

/**
 * A watchdog may have less patience than the firmware sleeps, so that it gets signs of life by a timer of ours, for as long
 * as the firmware has kicked lately. A loop that hangs runs no timer; a firmware that has stopped kicking gets none.
 * @throws the system's error when the device cannot be opened: a board that was promised a watchdog must not run without.
 */
export function createWatchdog(options: WatchdogOptions): LinuxWatchdog {
  const { log, device, serviceManager: terms } = options;
  const descriptor = device === undefined ? undefined : openSync(device, 'w');
  const manager = terms === undefined ? undefined : createServiceManager(log, terms);
  let kickedMs = performance.now();
  let ready = false;
  let closed = false;
  const live = (): void => {
    if (closed) return;
    if (descriptor !== undefined) writeSync(descriptor, '.');
    if (ready) manager?.tell('WATCHDOG=1');
  };
  const timer = setInterval(() => {
    if (performance.now() - kickedMs < SILENCE_MS_MAX) live();
  }, pauseMs(options));
  timer.unref();
  return {
    kick() {
      kickedMs = performance.now();
      if (!ready) manager?.tell('READY=1');
      ready = true;
      if (descriptor !== undefined && !closed) writeSync(descriptor, '.');
    },
    /** Does not return. The device stays armed, so a restart that fails ends in a reset of the board. */
    restart(reason) {
      log.write('error', `restarting: ${reason}`);
      process.exit(RESTART_EXIT_CODE);
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      manager?.tell('STOPPING=1');
      if (descriptor === undefined) return;
      // The "magic close": anything else leaves it armed.
      writeSync(descriptor, 'V');
      closeSync(descriptor);
    },
  };
}

function pauseMs({ device, timeoutFile, serviceManager }: WatchdogOptions): number {
  const deviceMs = device === undefined ? Number.POSITIVE_INFINITY : 1000 * timeoutS(device, timeoutFile);
  const managerMs = serviceManager?.silenceMsMax ?? Number.POSITIVE_INFINITY;
  return Math.min(SILENCE_MS_MAX, deviceMs, managerMs) / SIGNS_PER_TIMEOUT;
}

/** `/dev/watchdog` is the first of them under its old name. */
function timeoutS(device: string, file?: string): number {
  const name = basename(device) === 'watchdog' ? 'watchdog0' : basename(device);
  try {
    const seconds = Number(readFileSync(file ?? `/sys/class/watchdog/${name}/timeout`, 'utf8'));
    return seconds > 0 ? seconds : TIMEOUT_S;
  } catch {
    return TIMEOUT_S;
  }
}
