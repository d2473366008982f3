import { execFile } from 'node:child_process';
import type { Log } from '../ports/log.ts';

/** What systemd told this process about itself (sd_notify(3), sd_watchdog_enabled(3)). */
export interface ServiceManagerTerms {
  readonly socket: string;
  /** It starts the unit anew when it hears nothing for so long; undefined without `WatchdogSec=`. */
  readonly silenceMsMax: number | undefined;
}

export interface ServiceManager {
  /** Tells one state, e.g. `READY=1` or `WATCHDOG=1`. */
  tell(state: string): void;
}

/** systemd-notify gives up after 5 s with a service manager that is there and does not listen. */
const WORD_MS_MAX = 10_000;

export function serviceManagerTerms(environment: NodeJS.ProcessEnv): ServiceManagerTerms | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds } = environment;
  if (socket === undefined || socket === '') return undefined;
  const silenceMsMax = Number(microseconds) / 1000;
  return { socket, silenceMsMax: silenceMsMax > 0 ? silenceMsMax : undefined };
}

/**
 * Node has no datagrams on a Unix socket; systemd brings the program that sends one. The unit file needs `NotifyAccess=all`,
 * for what is told comes from a child of this process. That child stays until it was heard (no `--no-block`): of one that
 * has ended the service manager may no longer find out what unit it was of, and then ignores it.
 */
export function createServiceManager(log: Log, { socket }: ServiceManagerTerms): ServiceManager {
  /** Told one after another, in order; a state that waits already is not told twice. */
  const waiting = new Set<string>();
  let telling = false;
  let complained = false;
  const complain = (reason: string): void => {
    if (!complained) log.write('warning', `The service manager cannot be told how the unit is: ${reason}.`);
    complained = true;
  };
  const tellNext = (): void => {
    const [state] = waiting;
    if (telling || state === undefined) return;
    waiting.delete(state);
    const options = { env: { ...process.env, NOTIFY_SOCKET: socket }, timeout: WORD_MS_MAX };
    try {
      telling = true;
      execFile('systemd-notify', [state], options, (error, _, said) => {
        telling = false;
        if (error !== null) complain(said.trim() || error.message);
        tellNext();
      });
    } catch (error) {
      telling = false;
      complain((error as Error).message);
    }
  };
  return {
    tell(state) {
      waiting.add(state);
      tellNext();
    },
  };
}
