import { type ChildProcess, spawn } from 'node:child_process';
import type { Random } from '../../sim/kernel/random.ts';

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** How long it is left alone between two kills, and how long it then is gone. Milliseconds. */
const LIVES_MS = [4_000, 12_000] as const;
const GONE_MS_MAX = 2_500;
/** Half of the deaths wait for the worst moment, so long and no longer. */
const AIM_MS_MAX = 5_000;
const LOOK_MS = 10;
/** The worst moment is somewhere in what then happens. */
const MIDST_MS_MAX = 160;
const LAST_CHARS = 2_000;

/** A process that somebody kills with SIGKILL again and again, and that is started again each time. */
export class StruckProcess {
  readonly name: string;
  kills = 0;
  /** How it ended when nobody had killed it, with its last words. */
  readonly falls: string[] = [];
  /** Everything it has said since it was started last. */
  said = '';
  readonly #program: Program;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #doomed = false;
  #struck = false;

  constructor(program: Program) {
    this.name = program.name;
    this.#program = program;
  }

  start(): void {
    const { command, args, cwd } = this.#program;
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.said = '';
    this.#doomed = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
      });
    }
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        if (!this.#doomed) this.falls.push(`${this.name}: ${signal ?? code}: ${this.said.slice(-LAST_CHARS)}`);
        resolve();
      });
    });
  }

  /** From now on it dies at random moments, until `spare`; half of them while `busy`. */
  strike(random: Random, busy: () => boolean = () => true): void {
    this.#struck = true;
    const aimMs = random.chance(0.5) ? AIM_MS_MAX : 0;
    this.#timer = setTimeout(() => this.#aim(random, busy, aimMs), random.between(...LIVES_MS));
  }

  #aim(random: Random, busy: () => boolean, leftMs: number): void {
    if (leftMs <= 0) void this.#strikeNow(random, busy);
    else if (busy()) this.#timer = setTimeout(() => void this.#strikeNow(random, busy), random.below(MIDST_MS_MAX));
    else this.#timer = setTimeout(() => this.#aim(random, busy, leftMs - LOOK_MS), LOOK_MS);
  }

  async #strikeNow(random: Random, busy: () => boolean): Promise<void> {
    await this.#end('SIGKILL');
    this.kills += 1;
    if (!this.#struck) return;
    this.#timer = setTimeout(() => {
      this.start();
      this.strike(random, busy);
    }, random.below(GONE_MS_MAX));
  }

  /** Nobody kills it any more; it runs. */
  async spare(): Promise<void> {
    this.#struck = false;
    clearTimeout(this.#timer);
    if (!this.#doomed) return;
    await this.#ended;
    this.start();
  }

  async stop(): Promise<void> {
    this.#struck = false;
    clearTimeout(this.#timer);
    await this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#doomed = true;
    this.#child?.kill(signal);
    await this.#ended;
  }
}
