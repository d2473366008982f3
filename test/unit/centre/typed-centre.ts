import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { onTestFinished, vi } from 'vitest';
import type { Centre } from '../../../tools/centre/centre.ts';
import { startWeb, type Web } from '../../../tools/centre/web.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';

const token = 'a-token-that-nobody-guesses';

/** An operator who types commands at a centre that this process shows to the web; gone when the test is. */
export class TypedCentre {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-typed-centre-'));
  /** What the last line has printed. */
  out = '';
  readonly web: Web;
  readonly #commands: readonly (() => Command)[];

  private constructor(web: Web, commands: readonly (() => Command)[]) {
    this.web = web;
    this.#commands = commands;
    this.file('token', `${token}\n`);
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      this.out += String(text);
      return true;
    });
  }

  static async before(centre: Centre, ...commands: readonly (() => Command)[]): Promise<TypedCentre> {
    const web = await startWeb({ port: 0, operatorToken: token });
    web.show(centre);
    const typed = new TypedCentre(web, commands);
    onTestFinished(async () => {
      vi.restoreAllMocks();
      process.exitCode = undefined;
      await web.close();
      rmSync(typed.folder, { recursive: true });
    });
    return typed;
  }

  /** Types one line. @returns what it prints; its exit code is `code` */
  async run(...args: readonly string[]): Promise<string> {
    this.out = '';
    process.exitCode = undefined;
    const entries = this.#commands.map((make) => ({ name: make().name(), summary: '', load: async () => make() }));
    await runCommandLine([...args, '--centre', this.web.url, '--token-file', this.path('token')], entries);
    return this.out;
  }

  get code(): number | string {
    return process.exitCode ?? 0;
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }
}
