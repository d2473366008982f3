import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../../../hal/ports/log.ts';
import { PortError } from '../listen.ts';
import { type CentreHome, HomeError } from './home.ts';
import { isAlive } from './lock.ts';

/** Debian keeps daemons out of a user's path. */
const places = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];
/** In the environment of a Mosquitto that a centre started: the number of that centre's process. */
const STARTER = 'DOSIS_CENTRE_PID';
/** It reads its queues from the disk first. */
const STARTING_MS_MAX = 60_000;
/** It writes its queues to the disk before it ends. */
const CLOSING_MS_MAX = 10_000;
const LOOKING_MS = 20;
const LAST_LINES = 3;

export interface OwnMosquitto {
  readonly pid: number;
  /** Resolves when it has ended, with how: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** The Mosquitto that runs with a home's configuration on this machine; undefined when none is seen. */
export function mosquittoOf(home: CentreHome): number | undefined {
  const pid = Number(read(home.paths.mosquitto.pid));
  // A number that a broker left behind may be that of another program by now.
  const [program = ''] = (read(`/proc/${pid}/cmdline`) ?? '').split('\0');
  return isAlive(pid) && basename(program) === 'mosquitto' ? pid : undefined;
}

/** Has a running Mosquitto read rights and revocations anew. @returns whether there was one */
export function tellMosquitto(home: CentreHome): boolean {
  const pid = mosquittoOf(home);
  if (pid === undefined) return false;
  try {
    process.kill(pid, 'SIGHUP');
    return true;
  } catch (error) {
    const said = {
      da: `Mosquitto (proces ${pid}) kunne ikke få besked, fordi den kører som en anden bruger; send den SIGHUP, eller genstart den.`,
      en: `Mosquitto (process ${pid}) could not be told, because it runs as another user; send it SIGHUP, or restart it.`,
    };
    throw new HomeError(said, { cause: error });
  }
}

/**
 * Starts Mosquitto with a home's configuration as a child of this process. One that a killed centre left behind is ended
 * first; any other is left alone.
 * @throws PortError, HomeError
 */
export async function startMosquitto(home: CentreHome, log: Log): Promise<OwnMosquitto> {
  const program = places.find((place) => spawnSync(place, ['-h']).error === undefined);
  if (program === undefined) {
    throw new HomeError({
      da: 'Mosquitto er ikke installeret; installer den, på Debian med: sudo apt-get install mosquitto.',
      en: 'Mosquitto is not installed; install it, on Debian with: sudo apt-get install mosquitto.',
    });
  }
  await endOrphan(home, log);
  const child = spawn(program, ['-c', home.paths.mosquitto.configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C is for the centre: it lets go of its broker last.
    detached: true,
    env: { ...process.env, [STARTER]: String(process.pid) },
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  await untilRunning(child, ended, { home, log });
  return { pid: child.pid ?? 0, ended, close: () => end(child, ended) };
}

async function untilRunning(
  child: ChildProcess,
  ended: Promise<string>,
  { home, log }: { home: CentreHome; log: Log },
): Promise<void> {
  const { stderr } = child;
  const { configuration } = home.paths.mosquitto;
  const last: string[] = [];
  const running = new Promise<void>((resolve) => {
    if (stderr === null) return;
    createInterface({ input: stderr }).on('line', (stamped) => {
      const line = stamped.replace(/^\d+: /, '');
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      log.write(/^(error|warning)/i.test(line) ? 'warning' : 'info', `mosquitto: ${line}`);
      if (line.endsWith(' running')) resolve();
    });
  });
  const fallen = ended.then((how) => {
    const { port } = home.settings;
    const said = last.join(' ').trim();
    if (/address already in use/i.test(said)) {
      throw new PortError(port, {
        da: `Mosquitto kan ikke starte: port ${port} er optaget af et andet program; afslut det, eller udelad --mosquitto, hvis det er denne mappes broker.`,
        en: `Mosquitto cannot start: port ${port} is taken by another program; end that one, or leave out --mosquitto if it is the broker of this home.`,
      });
    }
    const why = `${how}${said === '' ? '' : `: ${said}`}`;
    throw new HomeError({
      da: `Mosquitto sluttede med det samme (${why}); dens konfiguration er "${configuration}".`,
      en: `Mosquitto ended at once (${why}); its configuration is "${configuration}".`,
    });
  });
  fallen.catch(() => undefined);
  let patience: NodeJS.Timeout | undefined;
  const mute = new Promise<never>((_, reject) => {
    patience = setTimeout(
      () =>
        reject(
          new HomeError({
            da: `Mosquitto sagde ikke, at den kører; lad "${configuration}" logge til stderr, som da den blev lavet.`,
            en: `Mosquitto did not say that it runs; let "${configuration}" log to stderr as it did when it was made.`,
          }),
        ),
      STARTING_MS_MAX,
    );
  });
  try {
    await Promise.race([running, fallen, mute]);
  } catch (error) {
    await end(child, ended);
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), CLOSING_MS_MAX);
  await ended;
  clearTimeout(impatience);
}

/** A centre that was killed could not take its broker along. */
async function endOrphan(home: CentreHome, log: Log): Promise<void> {
  const pid = mosquittoOf(home);
  if (pid === undefined) return;
  const [, starter] = new RegExp(`(?:^|\0)${STARTER}=(\\d+)`).exec(read(`/proc/${pid}/environ`) ?? '') ?? [];
  if (starter === undefined || isAlive(Number(starter))) {
    throw new HomeError({
      da: `Mosquitto kører allerede med denne mappe (proces ${pid}); udelad --mosquitto for at bruge den, som den er, eller afslut den først: kill ${pid}.`,
      en: `Mosquitto runs with this home already (process ${pid}); leave out --mosquitto to use it as it is, or end it first: kill ${pid}.`,
    });
  }
  log.write('warning', `an earlier centre left its Mosquitto behind (process ${pid}); it is ended`);
  process.kill(pid, 'SIGTERM');
  const impatience = setTimeout(() => isAlive(pid) && process.kill(pid, 'SIGKILL'), CLOSING_MS_MAX);
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(look);
      resolve();
    }, LOOKING_MS);
  });
  clearTimeout(impatience);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
