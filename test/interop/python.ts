import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Python of its own with some packages, in a folder that is thrown away. */
export interface Venv {
  readonly folder: string;
  /** Runs a program of the environment. @throws with what it wrote on stderr */
  run(program: string, args: readonly string[], input?: string): Promise<string>;
  remove(): void;
}

const ask = promisify(execFile);
const versionMin = [3, 10] as const;
const probe = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';

/** The newest of the machine's Pythons that will do. */
function findPython(): string | undefined {
  return ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3'].find((name) => {
    const { status, stdout } = spawnSync(name, ['-c', probe], { encoding: 'utf8' });
    if (status !== 0) return false;
    const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
    return major > versionMin[0] || (major === versionMin[0] && minor >= versionMin[1]);
  });
}

/** An environment with these packages, or one sentence that says why there is none; it stands in the output too. */
export async function makeVenv(packages: readonly string[]): Promise<Venv | string> {
  const venv = await tryVenv(packages);
  if (typeof venv === 'string') process.stderr.write(`interop is skipped: ${venv}\n`);
  return venv;
}

async function tryVenv(packages: readonly string[]): Promise<Venv | string> {
  const python = findPython();
  if (python === undefined)
    return `no Python ${versionMin.join('.')} or newer with venv and pip; install one to run this`;
  const folder = mkdtempSync(join(tmpdir(), 'dosis-interop-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await ask(python, ['-m', 'venv', folder]);
    await ask(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  } catch (error) {
    remove();
    const [line = ''] = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n')
      .slice(-1);
    return `pip cannot install ${packages.join(', ')} (${line})`;
  }
  return { folder, remove, run: (program, args, input = '') => running(join(folder, 'bin', program), args, input) };
}

function running(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let [out, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${program}: ${errors.slice(-4_000)}`))));
    child.stdin.end(input);
  });
}
