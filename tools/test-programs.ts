// Brings in the programs that the tests run beside ours. `npm test` does so by itself; as a command of its own
// (`node tools/test-programs.ts`) it is for whoever runs other tests first.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs, and the Debian packages that each needs. */
const programs = [
  { program: 'mosquitto', packages: ['mosquitto'] },
  { program: 'chromium', packages: ['chromium'] },
  // Two pseudo terminals joined by a wire: a serial cable without one.
  { program: 'socat', packages: ['socat'] },
  // A unit's voice, and its sound card without one.
  { program: 'espeak-ng', packages: ['espeak-ng'] },
  { program: 'aplay', packages: ['alsa-utils'] },
  // What compiles the reference board's microcontroller program.
  { program: 'avr-gcc', packages: ['gcc-avr', 'avr-libc'] },
  // The bus on which a unit speaks to Bluetooth.
  { program: 'dbus-daemon', packages: ['dbus'] },
];

/** Installs what is missing. Ends the process with one sentence when that is not possible here. */
export function bringInPrograms(): void {
  const missing = programs.filter(({ program }) => !isInstalled(program)).flatMap(({ packages }) => packages);
  if (missing.length > 0) install(missing);
}

if (import.meta.main) bringInPrograms();

function isInstalled(program: string): boolean {
  // Mosquitto lives in sbin, which is not on everybody's path.
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function install(packages: readonly string[]): void {
  const command = `apt-get install ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(`The tests also need ${packages.join(' and ')}; install them first (on Debian: sudo ${command}).`);
    process.exit(2);
  }
  console.log(`Installing ${packages.join(' and ')} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  mustRun('apt-get', ['-qq', 'update'], env);
  mustRun('apt-get', ['-qq', 'install', '--yes', '--no-install-recommends', ...packages], env);
}

function mustRun(command: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, error } = spawnSync(command, args, { env, stdio: 'inherit' });
  if (error !== undefined) console.error(`${command} did not start: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
