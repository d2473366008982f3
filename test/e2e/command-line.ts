import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dosis = join(root, 'tools/cli/main.ts');
export const loaderProgram = join(root, 'tools/loader/main.ts');
/** What an image of a whole unit begins with. */
export const deviceProgram = join(root, 'tools/cli/device-program.ts');

export interface Said {
  readonly code: number | null;
  readonly out: string;
}

/** A folder of its own, and a person who types commands there. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-typed-'));
  readonly #running = new Map<() => string, ChildProcess>();

  file(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Runs one command to its end. */
  async type(...words: readonly string[]): Promise<Said> {
    const { child, said } = this.#spawn([dosis, ...words]);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, out: said() };
  }

  /** A command that must hold. @returns what it said */
  async must(...words: readonly string[]): Promise<string> {
    const { code, out } = await this.type(...words);
    expect({ command: words.slice(0, 3), code, out }).toMatchObject({ code: 0 });
    return out;
  }

  /** A command that must hold and say it in JSON. */
  async mustTell(...words: readonly string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must(...words, '--json')) as Record<string, unknown>;
  }

  /** Starts what goes on running until `end`. @returns what it has said so far */
  start(...words: readonly string[]): () => string {
    const { child, said } = this.#spawn(words);
    this.#running.set(said, child);
    return said;
  }

  startDosis(...words: readonly string[]): () => string {
    return this.start(dosis, ...words);
  }

  /** Ends what `start` has started, known by what it said. */
  async stop(said: () => string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#running.get(said);
    this.#running.delete(said);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await closed;
  }

  async end(): Promise<void> {
    for (const said of this.#running.keys()) await this.stop(said, 'SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(words: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
    const child = spawn(process.execPath, words, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    return { child, said: () => said };
  }
}
