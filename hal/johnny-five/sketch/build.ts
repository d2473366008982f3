// Builds the sketch: `node hal/johnny-five/sketch/build.ts [FILE]`. On Debian: apt-get install gcc-avr avr-libc binutils-avr
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** The compiler whose bytes are in the repository; another one makes others of the same meaning. */
export const compilerVersion = '5.4.0';

const compilerFlags = [
  '-Os',
  '-std=gnu11',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-mmcu=atmega328p',
  '-DF_CPU=16000000UL',
  '-flto',
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
];

/** What stands between here and a build: a sentence, or undefined for nothing. */
export function whyNotBuilt(): string | undefined {
  const { error, stdout } = spawnSync('avr-gcc', ['-dumpversion'], { encoding: 'utf8' });
  if (error !== undefined) return 'avr-gcc is not installed (on Debian: gcc-avr, avr-libc and binutils-avr)';
  const version = stdout.trim();
  return version === compilerVersion ? undefined : `avr-gcc is ${version}, and the hex is of ${compilerVersion}`;
}

/** Compiles every C file of this folder into an Intel hex file, the same bytes wherever it runs. */
export function buildSketch(hexFile: string): void {
  const work = mkdtempSync(join(tmpdir(), 'dosis-sketch-'));
  try {
    const elfFile = join(work, 'dosis.elf');
    run('avr-gcc', [...compilerFlags, ...globSync('*.c', { cwd: folder }).sort(), '-o', elfFile]);
    run('avr-objcopy', ['-O', 'ihex', '-R', '.eeprom', elfFile, hexFile]);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${program} did not start: ${error.message}`);
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
}

if (import.meta.main) buildSketch(process.argv[2] ?? join(folder, 'dosis.hex'));
