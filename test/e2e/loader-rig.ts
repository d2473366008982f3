import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage } from '../../protocol/image/read.ts';
import { claimsOf } from '../../protocol/image/trust.ts';
import { parseVersion } from '../../protocol/image/version.ts';
import type { Architecture } from '../../tools/image/bundle-program.ts';
import { signedImage } from '../../tools/image/container.ts';
import { newKeyPair, signerOf } from '../../tools/image/keys.ts';
import { makeImage } from '../../tools/image/make.ts';
import type { Behaviour, Wish } from './loader-program.ts';

const root = join(import.meta.dirname, '..', '..');
const deviceClass = 'dosis-test';

/** An image in a file, and what SMP calls it. */
export interface Made {
  readonly file: string;
  readonly hash: string;
}

/** A unit in a folder: a real loader and real programs, and the maker that builds images for it. */
export class RealUnit {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-loader-'));
  readonly #pair = newKeyPair();
  readonly #key = join(this.folder, 'key.pub');
  readonly #journal = join(this.folder, 'journal');
  readonly #socket = join(this.folder, 'socket');
  loader: ChildProcess | null = null;
  output = '';

  constructor() {
    writeFileSync(this.#key, this.#pair.publicPem);
    writeFileSync(this.#journal, '');
    writeFileSync(join(this.folder, 'ledger.sqlite'), 'what stands for a ledger');
  }

  async make(version: string, counter: number, behaviour: Behaviour): Promise<Made> {
    const entry = join(this.folder, `${version}.ts`);
    const program = join(root, 'test', 'e2e', 'loader-program.ts');
    writeFileSync(
      entry,
      `import { runProgram } from ${JSON.stringify(program)};
runProgram(${JSON.stringify(version)}, ${JSON.stringify(behaviour)}, '${randomBytes(1_000_000).toString('base64')}');`,
    );
    const made = await makeImage({
      entry,
      deviceClass,
      version: parseVersion(version) ?? { major: 0, minor: 0, revision: 0, build: 0 },
      securityCounter: counter,
      arch: process.arch as Architecture,
    });
    const image = signedImage(readImage(made), signerOf(this.#pair.privatePem, 'key'));
    const file = join(this.folder, `${version}.img`);
    writeFileSync(file, image);
    return { file, hash: Buffer.from(claimsOf(readImage(image)).digest ?? []).toString('hex') };
  }

  start(factory: Made): void {
    const flash = join(this.folder, 'flash');
    const args = [
      ...['--folder', this.folder, '--ledger', join(this.folder, 'ledger.sqlite'), '--class', deviceClass],
      ...['--key', this.#key, '--factory', factory.file, '--first-alive-ms', '4000', '--alive-ms', '4000'],
      ...['--confirm-ms', '8000', '--pause-ms', '20', '--', flash, this.#socket, this.#journal, this.#key, deviceClass],
    ];
    const loader = spawn(process.execPath, [join(root, 'tools', 'loader', 'main.ts'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    loader.stderr.on('data', (text) => {
      this.output += String(text);
    });
    this.loader = loader;
  }

  /** Names of the programs that were started, in order, each with how it was told of the ledger's copy. */
  get journal(): readonly string[] {
    return readFileSync(this.#journal, 'utf8').split('\n').slice(0, -1);
  }

  /** The process of the firmware. */
  get pid(): number {
    return Number.parseInt(readFileSync(join(this.folder, 'program.pid'), 'utf8'), 10);
  }

  bytesIn(area: string): number {
    return statSync(join(this.folder, 'flash', area)).size;
  }

  /** Asks the program that runs. Undefined while none answers. */
  ask(wish: Wish): Promise<unknown> {
    return new Promise((resolve) => {
      if (!existsSync(this.#socket)) {
        resolve(undefined);
        return;
      }
      let text = '';
      const peer = createConnection(this.#socket);
      peer.on('connect', () => peer.write(JSON.stringify(wish)));
      peer.on('data', (data) => {
        text += String(data);
      });
      peer.on('error', () => undefined);
      peer.on('close', () => resolve(text === '' ? undefined : JSON.parse(text)));
    });
  }

  /** The loader is gone, whatever it was doing. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const { loader } = this;
    if (loader === null || loader.exitCode !== null || loader.signalCode !== null) return loader?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => loader.once('exit', (code) => resolve(code)));
    loader.kill(signal);
    return gone;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
