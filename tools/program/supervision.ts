import { exitCodes } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** What a supervised service centre tells the program that started it, once: it is ready, or it cannot start. */
export type CentreReport =
  | { readonly type: 'ready'; readonly httpUrl: string; readonly brokerUrl: string }
  | { readonly type: 'refused'; readonly sentence: string; readonly port: boolean };

/** How long a centre that has been let go of may take to close; it needs milliseconds. */
export const CLOSE_MS_MAX = 5_000;

/** The program that started this one, as seen from here. */
export interface Supervisor {
  report(report: CentreReport): void;
  /** Resolves when the supervisor lets go, or is no more. */
  readonly gone: Promise<void>;
}

/**
 * Joins the supervisor at the IPC channel (node:child_process `fork`). From here on only that channel ends this
 * process: Ctrl-C and a service manager's stop reach both, and it is the supervisor who decides what ends when.
 * @throws UsageError without a channel
 */
export function joinSupervisor(): Supervisor {
  if (process.send === undefined) {
    throw new UsageError('--supervised is for a program that starts the centre with an IPC channel; leave it out.');
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const gone = new Promise<void>((resolve) => {
    process.once('disconnect', resolve);
    if (!process.connected) resolve();
  });
  // Nobody is left who would notice a process that hangs while it starts or closes.
  void gone.then(() => setTimeout(() => process.exit(exitCodes.failed), CLOSE_MS_MAX).unref());
  // A report that cannot be delivered has no reader any more, which `gone` tells by itself.
  return { report: (report) => process.send?.(report, () => undefined), gone };
}
