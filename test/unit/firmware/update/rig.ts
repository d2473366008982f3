import { createHash } from 'node:crypto';
import type { ImageBank } from '../../../../firmware/update/image-bank.ts';
import { Loader, type LoaderLimits, loaderLimits } from '../../../../firmware/update/loader.ts';
import type { RecoveryCall } from '../../../../firmware/update/mending.ts';
import { RecordKeeper } from '../../../../firmware/update/record-keeper.ts';
import { SlotBank } from '../../../../firmware/update/slot-bank.ts';
import type { Child, ChildEvent, Program } from '../../../../hal/ports/child.ts';
import type { LedgerCopies } from '../../../../hal/ports/ledger-copies.ts';
import type { RecoveryCode } from '../../../../protocol/faults/fault.ts';
import { buildImage, type ImageContent } from '../../../../protocol/image/build.ts';
import { parseVersion } from '../../../../protocol/image/version.ts';
import { SimClock } from '../../../../sim/device/clock.ts';
import { CrashPoints } from '../../../../sim/device/crash-points.ts';
import { SimFlash } from '../../../../sim/device/flash.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { Timeline } from '../../../../sim/kernel/timeline.ts';
import { deviceClass, type keyPair, maker } from '../../protocol/image-keys.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

export const trust = { sha256, keys: [maker.trusted], deviceClass };

/** A signed image whose body depends on its version alone. */
export function imageOf(
  version: string,
  {
    counter = 1,
    bytes = 3000,
    key = maker,
    ...content
  }: { counter?: number; bytes?: number; key?: ReturnType<typeof keyPair> } & Partial<ImageContent> = {},
): Uint8Array {
  const random = Random.stream(1, version);
  return buildImage(
    {
      body: Uint8Array.from({ length: bytes }, () => random.below(256)),
      version: parseVersion(version) ?? { major: 0, minor: 0, revision: 0, build: 0 },
      securityCounter: counter,
      deviceClass,
      ...content,
    },
    key.signer,
  );
}

/** What an image calls itself. */
export function hashOf(image: Uint8Array): Uint8Array {
  const view = new DataView(image.buffer, image.byteOffset);
  return sha256(image.subarray(0, 32 + view.getUint32(12, true) + view.getUint16(10, true)));
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** How a program behaves once it runs: told with its hash. */
export type Behaviour = 'well' | 'crashes' | 'hangs' | 'unconfirmed' | 'restarts';

/**
 * A board: a medium, a clock, the loader, and programs that do as they are told. `power()` begins a new life on the
 * same medium.
 */
export class Board {
  readonly crashPoints = new CrashPoints();
  readonly flash: SimFlash;
  readonly timeline = new Timeline(0);
  readonly limits: LoaderLimits = loaderLimits;
  readonly behaviours = new Map<string, Behaviour>();
  readonly log: string[] = [];
  readonly started: string[] = [];
  /** When the watchdog had a sign of life. */
  readonly kicks: number[] = [];
  readonly rehearsals: (string | null)[] = [];
  mayRestart = true;
  copyFails = false;
  /** The bank of what runs now, or of the recovery. */
  bank: ImageBank | null = null;
  /** Hash of what runs now. */
  running: string | null = null;
  recovering = false;
  cause: RecoveryCode | null = null;
  /** Whether somebody is at the cable. */
  mending = false;
  retry: () => void = () => undefined;
  /** What a recovery does by itself before anybody is called; whether that was enough. */
  restock: (call: RecoveryCall) => boolean = () => false;
  loader: Loader | null = null;
  #life = 0;
  #clock: SimClock | null = null;
  #tell: (event: ChildEvent) => void = () => undefined;

  constructor(seed = 1, capacityBytes = 64 * 1024 * 1024) {
    this.flash = new SimFlash(this.crashPoints, Random.stream(seed, 'flash'), capacityBytes);
  }

  /** @throws PowerCut */
  power(): void {
    this.#life += 1;
    this.#clock?.halt();
    this.#gone();
    this.recovering = false;
    const clock = new SimClock(this.timeline, (wake) => wake());
    this.#clock = clock;
    const loader = new Loader({
      flash: this.flash,
      clock,
      child: this.#child(),
      copies: this.#copies,
      log: { write: (level, text) => this.log.push(`${level}: ${text}`) },
      watchdog: { kick: () => this.kicks.push(this.timeline.nowMs), restart: () => undefined },
      recovery: {
        restock: (call) => this.restock(call),
        open: ({ bank, cause, retry }) => {
          this.bank = bank;
          this.recovering = true;
          this.cause = cause;
          this.retry = retry;
        },
        busy: () => this.mending,
        close: () => {
          this.recovering = false;
          this.cause = null;
          this.bank = null;
        },
      },
      trust,
      limits: this.limits,
      stopped: () => this.log.push('stopped'),
    });
    this.loader = loader;
    loader.start();
  }

  /** What a restart that was granted does: the program ends and asks to be started again. */
  restart(): void {
    const granted = this.bank?.prepareRestart();
    if (granted?.ok !== true) return;
    if (this.recovering) this.retry();
    else this.end(true, 'it asked to be started again');
  }

  end(asked: boolean, reason: string): void {
    this.#gone();
    this.#tell({ type: 'child.ended', asked, reason });
  }

  /** Lets time pass, in steps, so that what is well says so. */
  pass(ms: number): void {
    const untilMs = this.timeline.nowMs + ms;
    while (this.timeline.nowMs < untilMs) {
      this.timeline.runUntil(Math.min(untilMs, this.timeline.nowMs + 5_000));
      if (this.running !== null) this.#behave(this.running);
    }
  }

  get record() {
    return new RecordKeeper(this.flash, sha256);
  }

  #gone(): void {
    this.running = null;
    this.bank = null;
  }

  #behave(hash: string): void {
    const behaviour = this.behaviours.get(hash) ?? 'well';
    if (behaviour === 'hangs') return;
    if (behaviour === 'crashes') this.end(false, 'it ended with code 1');
    else if (behaviour === 'restarts') this.end(true, 'it asked to be started again');
    else this.#tell({ type: 'child.alive' });
    if (behaviour === 'well') this.bank?.confirm(null);
  }

  #child(): Child {
    const life = this.#life;
    return {
      listen: (listener) => {
        this.#tell = (event) => life === this.#life && listener(event);
      },
      start: ({ hash, rehearsal }: Program) => {
        this.started.push(hash);
        this.rehearsals.push(rehearsal);
        this.running = hash;
        this.bank = new SlotBank({
          flash: this.flash,
          keeper: this.record,
          trust,
          running: true,
          mayRestart: () => this.mayRestart,
          confirmed: () => this.#tell({ type: 'child.confirmed' }),
        });
      },
      stop: () => this.end(false, 'it was asked to end'),
      kill: () => this.end(false, 'it was ended by SIGKILL'),
    };
  }

  readonly #copies: LedgerCopies = {
    keep: (name) => {
      if (this.copyFails) throw new Error('no room for a copy');
      return `copy-${name.slice(0, 8)}`;
    },
  };
}

/** Sends a file in chunks from wherever the bank says. */
export function upload(bank: ImageBank, file: Uint8Array, chunkBytes = 512): ReturnType<ImageBank['write']> {
  let answer = bank.begin({ bytes: file.length, sha256: sha256(file) });
  while (answer.ok && !answer.value.complete) {
    const { offset } = answer.value;
    answer = bank.write(offset, file.subarray(offset, offset + chunkBytes));
  }
  return answer;
}

/** A board that runs `image`, confirmed. */
export function boardWith(image: Uint8Array, seed = 1): Board {
  const board = new Board(seed);
  board.power();
  if (board.bank !== null) upload(board.bank, image);
  board.bank?.test(hashOf(image));
  board.restart();
  board.pass(10_000);
  return board;
}
