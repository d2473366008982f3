import { type ChildProcess, spawn } from 'node:child_process';
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
  close(): void;
}

/** Node has no datagrams on a Unix socket; perl-base, which every Debian has, turns each line into one. */
const RELAY = `socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!; $ENV{NOTIFY_SOCKET} =~ s/^@/\\0/;
my $to = pack_sockaddr_un($ENV{NOTIFY_SOCKET}); while (<STDIN>) { chomp; send(S, $_, 0, $to) or die $! }`;

export function serviceManagerTerms(environment: NodeJS.ProcessEnv): ServiceManagerTerms | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds } = environment;
  if (socket === undefined || socket === '') return undefined;
  const silenceMsMax = Number(microseconds) / 1000;
  return { socket, silenceMsMax: silenceMsMax > 0 ? silenceMsMax : undefined };
}

/** The unit file needs `NotifyAccess=all`: what is told comes from a child of this process. */
export function createServiceManager(log: Log, { socket }: ServiceManagerTerms): ServiceManager {
  let relay: ChildProcess | undefined;
  let closed = false;
  let complained = false;
  const complain = (reason: string): void => {
    if (!complained && !closed) log.write('warning', `The service manager cannot be told how the unit is: ${reason}.`);
    complained = true;
  };
  const begin = (): ChildProcess => {
    const child = spawn('perl', ['-MSocket', '-e', RELAY], {
      env: { ...process.env, NOTIFY_SOCKET: socket },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const lose = (reason: string): void => {
      if (relay !== child) return;
      relay = undefined;
      complain(reason);
    };
    child.stdin?.on('error', () => undefined);
    child.once('error', (error) => lose(error.message));
    child.once('exit', (code, signal) => lose(`its relay ended (${signal ?? code})`));
    // It keeps no process alive that has nothing else to do.
    child.unref();
    return child;
  };
  return {
    /** A relay that has ended is begun again by the next word. */
    tell(state) {
      try {
        relay ??= begin();
        relay.stdin?.write(`${state}\n`);
      } catch (error) {
        complain((error as Error).message);
      }
    },
    close() {
      closed = true;
      relay?.stdin?.end();
    },
  };
}
