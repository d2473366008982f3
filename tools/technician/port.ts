import { createSerial, type SerialOptions } from '../../hal/linux/serial.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { mistake, type TechProblem } from './problem.ts';
import { SmpClient, type SmpClientOptions, SmpRefusal, SmpSilence } from './smp-client.ts';
import type { TechWords } from './words.ts';

export interface TechnicianPort {
  readonly client: SmpClient;
  /** Lets go of the port and takes it anew: what a driver holds back is lost with it. */
  reopen(): void;
  close(): void;
}

export interface TechnicianPortOptions extends Omit<SerialOptions, 'path'>, SmpClientOptions {}

/** A unit that is there answers its first question within milliseconds. */
const GREET_MS_MAX = 1_000;
/** A unit that restarts is back in a moment: a technician who looks at the cable sees it come. */
const REOPEN_MS_MAX = 1_000;

/**
 * A cable to a unit that answers, and has said how much it takes at once.
 * @throws TechProblem when there is no such port, or nothing that speaks SMP behind it
 */
export async function openPort(
  t: TechWords,
  path: string,
  options: TechnicianPortOptions = {},
): Promise<TechnicianPort> {
  const serial = createSerial({ reopenMsMax: REOPEN_MS_MAX, ...options, path });
  try {
    const client = await opened(t, serial, path, options);
    await greeted(t, client, path, options);
    const reopen = () => {
      serial.close();
      serial.open();
    };
    return { client, reopen, close: () => serial.close() };
  } catch (error) {
    serial.close();
    throw error;
  }
}

function opened(t: TechWords, serial: Serial, path: string, options: SmpClientOptions): Promise<SmpClient> {
  return new Promise((resolve, reject) => {
    const client = new SmpClient(serial, options, (event) => {
      if (event.type === 'serial.opened') resolve(client);
      if (event.type === 'serial.closed') reject(unopened(t, path, event.reason));
    });
    serial.open();
  });
}

/** What the system said of a port (hal/linux/serial.ts gives the reason in the words of bindings-cpp). */
export function portTrouble(reason: string): 'missing' | 'forbidden' | 'busy' | 'noPort' | 'unusable' {
  if (/no such (file|device)|file not found/i.test(reason)) return 'missing';
  if (/permission denied|access denied/i.test(reason)) return 'forbidden';
  if (/inappropriate ioctl|is a directory/i.test(reason)) return 'noPort';
  return /cannot lock|busy/i.test(reason) ? 'busy' : 'unusable';
}

/** The sentence for it. */
export function unopened(t: TechWords, path: string, reason: string): TechProblem {
  const trouble = portTrouble(reason);
  if (trouble === 'unusable') return mistake(t, 'portUnusable', path, reason.replace(/^Error:? /, ''));
  const codes = {
    missing: 'portMissing',
    forbidden: 'portForbidden',
    busy: 'portBusy',
    noPort: 'portIsNone',
  } as const;
  return mistake(t, codes[trouble], path);
}

async function greeted(t: TechWords, client: SmpClient, path: string, options: SmpClientOptions): Promise<void> {
  try {
    await client.greet({ answerMsMax: GREET_MS_MAX, ...options });
  } catch (error) {
    if (error instanceof SmpSilence && client.traffic.receivedBytes === 0) throw mistake(t, 'portSilent', path);
    const stranger = error instanceof SmpSilence || error instanceof SmpRefusal || isProtocolError(error);
    throw stranger ? mistake(t, 'notAUnit', path) : error;
  }
}
