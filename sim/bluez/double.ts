import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TagSpec } from './tag-spec.ts';

/** A BlueZ in a process of its own, which can be told what happens in the air, and can die. */
export interface BluezDouble {
  /** Every level that a tag was told, since this process began or the list was emptied. */
  readonly alerts: number[];
  /** Hears the next levels as they come; one listener. */
  onAlert: (level: number, address: string) => void;
  /** A verb of `main.ts` with its argument. Resolves to the rest of its answer. @throws Error what it refused. */
  tell(verb: string): Promise<string>;
  /** Ends it at once, without goodbye. */
  die(): Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  readonly hasEnded: boolean;
}

const program = fileURLToPath(new URL(`./main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/** Starts one on the bus at `address`, with these tags around it. Resolves when programs can find it. */
export async function startBluez(address: string, tags: readonly Partial<TagSpec>[] = [{}]): Promise<BluezDouble> {
  const child = spawn(process.execPath, [program, JSON.stringify(tags)], {
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address },
  });
  child.stdin.on('error', () => undefined);
  child.stderr.pipe(process.stderr);
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('The BlueZ double ended before it ran.')));
    const double = new Double(child, () => resolve(double));
  });
}

interface Waiting {
  resolve(answer: string): void;
  reject(error: Error): void;
}

class Double implements BluezDouble {
  readonly alerts: number[] = [];
  readonly ended: Promise<unknown>;
  onAlert: (level: number, address: string) => void = () => undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #running: () => void;
  readonly #waiting: Waiting[] = [];

  constructor(child: ChildProcessWithoutNullStreams, running: () => void) {
    this.#child = child;
    this.#running = running;
    this.ended = once(child, 'exit');
    child.once('exit', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('The BlueZ double has ended.'));
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#said(line));
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  tell(verb: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.hasEnded) reject(new Error('The BlueZ double has ended.'));
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${verb}\n`);
    });
  }

  async die(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #said(line: string): void {
    const [word, ...rest] = line.split(' ');
    const text = rest.join(' ');
    if (word === 'running') this.#running();
    if (word === 'ok') this.#waiting.shift()?.resolve(text);
    if (word === 'error') this.#waiting.shift()?.reject(new Error(text));
    if (word !== 'alert') return;
    const [level, address = ''] = rest;
    this.alerts.push(Number(level));
    this.onAlert(Number(level), address);
  }
}
