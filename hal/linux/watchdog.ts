import { openSync, writeSync } from 'node:fs';
import type { Log } from '../ports/log.ts';
import type { Watchdog } from '../ports/watchdog.ts';

/**
 * The exit code of an asked-for restart: EX_TEMPFAIL of sysexits.h, "try again". Have the service manager start the
 * unit again on it (systemd: `RestartForceExitStatus=75`).
 */
export const RESTART_EXIT_CODE = 75;

export interface WatchdogOptions {
  readonly log: Log;
  /**
   * The kernel's watchdog, e.g. `/dev/watchdog`. Opening arms it; without kicks, or after the process has ended and
   * not come back, the board resets (Linux kernel, watchdog-api). Without a device only `restart` does anything.
   */
  readonly device?: string;
}

/** @throws the system's error when the device cannot be opened: a board that was promised a watchdog must not run without. */
export function createWatchdog(options: WatchdogOptions): Watchdog {
  const { log, device } = options;
  const descriptor = device === undefined ? undefined : openSync(device, 'w');
  return {
    kick() {
      if (descriptor !== undefined) writeSync(descriptor, '.');
    },
    /** Does not return. The device stays armed, so a restart that fails ends in a reset of the board. */
    restart(reason) {
      log.write('error', `restarting: ${reason}`);
      process.exit(RESTART_EXIT_CODE);
    },
  };
}
