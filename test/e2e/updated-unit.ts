import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ledger } from '../../firmware/ledger/ledger.ts';
import type { BootRecord } from '../../firmware/update/boot-record.ts';
import { RecordKeeper } from '../../firmware/update/record-keeper.ts';
import { deviceClassId } from '../../hal/linux/device-class.ts';
import { openFlash } from '../../hal/linux/flash.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { buildImage } from '../../protocol/image/build.ts';
import { readImage } from '../../protocol/image/read.ts';
import { claimsOf } from '../../protocol/image/trust.ts';
import type { Architecture } from '../../tools/image/bundle-program.ts';
import { newKeyPair, sha256, signerOf } from '../../tools/image/keys.ts';
import { makeImage } from '../../tools/image/make.ts';
import { deviceProgram, loaderProgram } from './command-line.ts';

const className = 'dosis-virtual';
const version = { major: 1, minor: 0, revision: 0, build: 0 };

/** An image in a file. Hashes in hex; `sha256` is that of the file. */
export interface Made {
  readonly file: string;
  readonly name: string;
  readonly hash: string;
  readonly sha256: string;
  readonly bytes: number;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** A whole unit with its loader, in a folder, at one end of a cable. */
export class UpdatedUnit {
  readonly folder: string;
  readonly #typed: string;
  readonly #serial: string;
  readonly #pair = newKeyPair();
  readonly #key: string;
  #loader: ChildProcess | undefined;
  #body = new Uint8Array();
  /** Of all loaders and programs so far. */
  said = '';

  /** @param typed the folder of everything. @param serial its end of the cable */
  constructor(typed: string, serial: string) {
    this.#typed = typed;
    this.#serial = serial;
    this.folder = join(typed, 'unit');
    this.#key = join(typed, 'maker.pub');
    writeFileSync(this.#key, this.#pair.publicPem);
  }

  /** The same program under a new number: another image to the unit. */
  async make(revision: number): Promise<Made> {
    if (this.#body.length === 0) {
      const recipe = { deviceClass: className, version, securityCounter: 1, arch: process.arch as Architecture };
      this.#body = new Uint8Array(readImage(await makeImage({ ...recipe, entry: deviceProgram })).body);
    }
    const content = { body: this.#body, securityCounter: 1, deviceClass: deviceClassId(className) };
    const signer = signerOf(this.#pair.privatePem, 'key');
    const image = buildImage({ ...content, version: { ...version, revision } }, signer);
    const file = join(this.#typed, `1.0.${revision}.img`);
    writeFileSync(file, image);
    const digest = claimsOf(readImage(image)).digest ?? new Uint8Array();
    return { file, name: `1.0.${revision}`, hash: hex(digest), sha256: hex(sha256(image)), bytes: image.length };
  }

  start(factory: Made): void {
    const ledger = join(this.folder, 'ledger.db');
    const board = ['--folder', this.folder, '--ledger', ledger, '--class', className, '--key', this.#key];
    const how = ['--factory', factory.file, '--serial', this.#serial, '--pause-ms', '50'];
    const unit = ['--folder', this.folder, '--serial', this.#serial, '--image-key', this.#key];
    const loader = spawn(process.execPath, [loaderProgram, ...board, ...how, '--', ...unit], { cwd: this.#typed });
    for (const stream of [loader.stdout, loader.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
      });
    }
    this.#loader = loader;
  }

  /** The process of the firmware; undefined before the first. */
  get program(): number | undefined {
    const file = join(this.folder, 'program.pid');
    const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
    // It may be read while it is being written.
    return Number.isNaN(pid) ? undefined : pid;
  }

  killProgram(): void {
    const { program } = this;
    if (program !== undefined && isAlive(program)) process.kill(program, 'SIGKILL');
  }

  /** The firmware notices by itself that its loader is gone. */
  async endLoader(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const loader = this.#loader;
    if (loader === undefined || loader.exitCode !== null || loader.signalCode !== null) return;
    const gone = new Promise((resolve) => loader.once('exit', resolve));
    loader.kill(signal);
    await gone;
  }

  /** As it stands on the medium this moment. */
  get record(): BootRecord {
    const flash = openFlash(join(this.folder, 'flash'));
    try {
      return new RecordKeeper(flash, sha256).current;
    } finally {
      flash.close();
    }
  }

  /** How much lies in the slot that an upload goes to. */
  get spareBytes(): number {
    const spare = this.record.confirmed?.slot === 'a' ? 'b' : 'a';
    return statSync(join(this.folder, 'flash', `slot-${spare}.img`)).size;
  }

  get laidOut(): readonly string[] {
    return readdirSync(join(this.folder, 'programs'));
  }

  /**
   * Opens a copy of the ledger as a start of the firmware would; while no firmware has it open.
   * @returns what was written down, in hex. @throws StoreError, LedgerError when it is not whole
   */
  ledger(): readonly string[] {
    const copy = join(this.#typed, 'ledger-copy');
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy);
    for (const name of ['ledger.db', 'ledger.db-wal'].filter((file) => existsSync(join(this.folder, file)))) {
      copyFileSync(join(this.folder, name), join(copy, name));
    }
    const store = openStore({ path: join(copy, 'ledger.db') });
    try {
      const ledger = new Ledger(store);
      ledger.recall();
      return ledger.log.records(0, 100_000).map(({ body }) => hex(body));
    } finally {
      store.close();
    }
  }
}

/** Also of one whose exit status nobody has fetched yet: no (proc_pid_stat(5), state Z). */
export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
