import type { Child, ChildEvent } from '../../hal/ports/child.ts';
import type { Clock } from '../../hal/ports/clock.ts';
import { type Flash, FlashError } from '../../hal/ports/flash.ts';
import type { LedgerCopies } from '../../hal/ports/ledger-copies.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Watchdog } from '../../hal/ports/watchdog.ts';
import { hexOf, sameBytes } from '../../protocol/cose/bytes.ts';
import { versionText } from '../../protocol/image/version.ts';
import { type Choice, chooseStart, revert, type Start } from './boot-choice.ts';
import { Mending, type Recovery } from './mending.ts';
import { RecordKeeper } from './record-keeper.ts';
import type { UnitTrust } from './slot.ts';
import { TRIAL_MS_MAX } from './trial.ts';

export interface LoaderLimits {
  /** Silence of a program that has not yet spoken, and of one that has. */
  readonly firstAliveMsMax: number;
  readonly aliveMsMax: number;
  /** From the start of a trial to its confirmation. */
  readonly confirmMsMax: number;
  /** Pause before a program that ended is started again: doubles from the least to the most, and is forgotten after a steady run. */
  readonly pauseMsMin: number;
  readonly pauseMsMax: number;
  readonly steadyMsMin: number;
  /** From being asked to end to being ended. */
  readonly stopMsMax: number;
  /** Confirmed firmware that ended so often without a steady run is mended over the cable, between its starts. */
  readonly crashesMax: number;
  /** While somebody mends it, nothing is started; it is looked again after so long. */
  readonly mendingMs: number;
}

export const loaderLimits: LoaderLimits = {
  firstAliveMsMax: 60_000,
  // The firmware wakes every 30 s at the latest; on a busy board it may be late twice.
  aliveMsMax: 75_000,
  confirmMsMax: TRIAL_MS_MAX,
  pauseMsMin: 1_000,
  pauseMsMax: 5 * 60_000,
  steadyMsMin: 10 * 60_000,
  stopMsMax: 10_000,
  crashesMax: 5,
  mendingMs: 5_000,
};

export interface LoaderOptions {
  readonly flash: Flash;
  readonly clock: Clock;
  readonly child: Child;
  readonly copies: LedgerCopies;
  readonly log: Log;
  readonly watchdog: Watchdog;
  readonly recovery: Recovery;
  readonly trust: UnitTrust;
  readonly limits?: LoaderLimits;
  fits?(body: Uint8Array): boolean;
  /** Told once after `stop`, when the program has ended. */
  stopped(): void;
}

/** What is remembered of the program that runs; its image is not kept in memory. */
export interface Running {
  readonly hash: Uint8Array;
  readonly version: string;
  readonly trial: boolean;
}

/** Also a loader that waits for a technician must not look like one that hangs. */
const SIGN_OF_LIFE_MS = 30_000;

type Phase =
  | { readonly name: 'new' | 'stopped' }
  | {
      readonly name: 'running';
      readonly program: Running;
      readonly sinceMonoMs: number;
      /** When the program last spoke; null before its first word. */
      readonly aliveMonoMs: number | null;
      readonly confirmed: boolean;
    }
  /** The program is being ended by us, and why. */
  | {
      readonly name: 'ending';
      readonly program: Running;
      readonly sinceMonoMs: number;
      readonly reason: string;
      readonly untilMonoMs: number;
    }
  | { readonly name: 'pausing' | 'stopping' | 'recovering'; readonly untilMonoMs: number };

/**
 * Keeps verified firmware running: chooses it, starts it, listens for its signs of life, starts it again when it ends,
 * and takes back a new one that crashes, falls silent or does not confirm itself in time.
 */
export class Loader {
  readonly #options: LoaderOptions;
  readonly #limits: LoaderLimits;
  readonly #keeper: RecordKeeper;
  readonly #choice: Choice;
  readonly #mending: Mending;
  #phase: Phase = { name: 'new' };
  #pauseMs: number;
  #crashes = 0;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#limits = options.limits ?? loaderLimits;
    this.#pauseMs = this.#limits.pauseMsMin;
    const { flash, trust, log, recovery, fits } = options;
    this.#keeper = new RecordKeeper(flash, trust.sha256);
    this.#choice = { flash, trust, keeper: this.#keeper, note: (sentence) => log.write('warning', sentence) };
    const retry = () => {
      this.#crashes = 0;
      this.#begin();
      this.#sleep();
    };
    this.#mending = new Mending({ flash, trust, log, recovery, fits, keeper: this.#keeper, retry });
  }

  start(): void {
    this.#options.child.listen((event) => this.#hear(event));
    this.#begin();
    this.#sleep();
  }

  /** Passes the wish to end on to the program, and ends it when it does not follow. */
  stop(): void {
    const { name } = this.#phase;
    if (name === 'stopping' || name === 'stopped') return;
    if (name === 'running' || name === 'ending') {
      this.#phase = { name: 'stopping', untilMonoMs: this.#nowMs + this.#limits.stopMsMax };
      this.#options.child.stop();
      this.#sleep();
      return;
    }
    this.#mending.end();
    this.#endWith();
  }

  /** What runs, null while nothing does. */
  get running(): Running | null {
    return this.#phase.name === 'running' ? this.#phase.program : null;
  }

  get #nowMs(): number {
    return this.#options.clock.read().monoMs;
  }

  #begin(): void {
    try {
      this.#keeper.reload();
      const chosen = this.#choose();
      if (chosen === null) {
        this.#phase = { name: 'recovering', untilMonoMs: this.#nowMs + this.#limits.pauseMsMax };
        this.#mending.call('firmware-missing');
        return;
      }
      this.#mending.end();
      this.#run(chosen.start, chosen.rehearsal);
    } catch (error) {
      if (!(error instanceof FlashError)) throw error;
      this.#mending.end();
      this.#pause(`the medium of the firmware failed (${error.message})`);
    }
  }

  /** A program that is new on this unit begins with a copy of the ledger; one on trial does not begin without. */
  #choose(): { readonly start: Start; readonly rehearsal: string | null } | null {
    const start = chooseStart(this.#choice);
    if (start === null || !start.first) return start && { start, rehearsal: null };
    try {
      return { start, rehearsal: this.#options.copies.keep(hexOf(start.content.hash)) };
    } catch (error) {
      if (!(error instanceof Error) || error instanceof FlashError) throw error;
      this.#options.log.write('error', `The ledger could not be copied before new firmware starts: ${error.message}`);
      const { candidate } = this.#keeper.current;
      if (candidate === null) return { start, rehearsal: null };
      this.#keeper.save({ candidate: { ...candidate, phase: 'waiting', starts: 0 } });
      const instead = chooseStart(this.#choice);
      return instead && { start: instead, rehearsal: null };
    }
  }

  #run({ content, image, trial }: Start, rehearsal: string | null): void {
    const program = { hash: content.hash, version: versionText(content.version), trial };
    const how = trial ? 'starts on trial' : 'starts';
    this.#options.log.write('info', `Firmware ${program.version} (${hexOf(program.hash).slice(0, 16)}) ${how}.`);
    this.#phase = { name: 'running', program, sinceMonoMs: this.#nowMs, aliveMonoMs: null, confirmed: !trial };
    this.#options.child.start({ hash: hexOf(program.hash), body: image.body, rehearsal });
  }

  #hear(event: ChildEvent): void {
    const phase = this.#phase;
    if (event.type === 'child.ended') this.#ended(event.asked, event.reason);
    else if (phase.name === 'running' && event.type === 'child.alive')
      this.#phase = { ...phase, aliveMonoMs: this.#nowMs };
    else if (phase.name === 'running') this.#phase = { ...phase, confirmed: this.#isConfirmed(phase.program) };
    this.#sleep();
  }

  /** The program's word is not enough: what it wrote decides what starts next. */
  #isConfirmed({ hash }: Running): boolean {
    this.#keeper.reload();
    const { confirmed, candidate } = this.#keeper.current;
    return candidate?.phase !== 'trial' && confirmed !== null && sameBytes(confirmed.hash, hash);
  }

  #ended(asked: boolean, cause: string): void {
    const phase = this.#phase;
    if (phase.name === 'stopping') {
      this.#endWith();
      return;
    }
    if (phase.name !== 'running' && phase.name !== 'ending') return;
    const wished = asked && phase.name === 'running';
    const reason = phase.name === 'ending' ? phase.reason : cause;
    const steady = wished || this.#nowMs - phase.sinceMonoMs >= this.#limits.steadyMsMin;
    if (steady) this.#pauseMs = this.#limits.pauseMsMin;
    this.#crashes = steady ? 0 : this.#crashes + 1;
    if (!wished) this.#takeBack(phase.program, reason);
    this.#pause(reason);
    if (wished) this.#pauseMs = this.#limits.pauseMsMin;
    if (this.#crashes >= this.#limits.crashesMax) this.#mending.call('firmware-crashing');
  }

  /** Firmware that ended by itself, or had to be ended, before it was confirmed is not tried again. */
  #takeBack(program: Running, reason: string): void {
    if (this.#isConfirmed(program) || !program.trial) return;
    try {
      revert(this.#choice, reason);
      this.#pauseMs = this.#limits.pauseMsMin;
      this.#crashes = 0;
    } catch (error) {
      // Then its starts are counted, and the bound on them takes it back.
      if (!(error instanceof FlashError)) throw error;
    }
  }

  #pause(reason: string): void {
    this.#options.log.write('warning', `The firmware does not run: ${reason}. It starts in ${this.#pauseMs} ms.`);
    this.#phase = { name: 'pausing', untilMonoMs: this.#nowMs + this.#pauseMs };
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#limits.pauseMsMax);
  }

  #endWith(): void {
    this.#phase = { name: 'stopped' };
    this.#options.stopped();
  }

  /** Every turn of the loader ends here, and is a sign of life. */
  #sleep(): void {
    this.#options.watchdog.kick();
    const { name } = this.#phase;
    if (name === 'new' || name === 'stopped') return;
    const delayMs = Math.min(this.#dueMs - this.#nowMs, SIGN_OF_LIFE_MS);
    this.#options.clock.wakeAfter(Math.max(0, delayMs), () => this.#look());
  }

  get #dueMs(): number {
    const phase = this.#phase;
    if (phase.name === 'running') return Math.min(this.#silentMs(phase), this.#unconfirmedMs(phase));
    return 'untilMonoMs' in phase ? phase.untilMonoMs : Number.POSITIVE_INFINITY;
  }

  #silentMs({ aliveMonoMs, sinceMonoMs }: Extract<Phase, { name: 'running' }>): number {
    const { firstAliveMsMax, aliveMsMax } = this.#limits;
    return aliveMonoMs === null ? sinceMonoMs + firstAliveMsMax : aliveMonoMs + aliveMsMax;
  }

  #unconfirmedMs({ confirmed, sinceMonoMs }: Extract<Phase, { name: 'running' }>): number {
    return confirmed ? Number.POSITIVE_INFINITY : sinceMonoMs + this.#limits.confirmMsMax;
  }

  /** A clock may wake sooner than it was asked to, so what is due goes by its reading. */
  #look(): void {
    const phase = this.#phase;
    if (this.#nowMs >= this.#dueMs) {
      if (phase.name === 'pausing' || phase.name === 'recovering') this.#beginUnlessMended(phase);
      else if (phase.name === 'running') this.#giveUpOn(phase);
      else if (phase.name === 'ending' || phase.name === 'stopping') {
        this.#phase = { ...phase, untilMonoMs: this.#nowMs + this.#limits.stopMsMax };
        this.#options.child.kill();
      }
    }
    this.#sleep();
  }

  #beginUnlessMended(phase: Extract<Phase, { name: 'pausing' | 'stopping' | 'recovering' }>): void {
    if (!this.#mending.isBusy) this.#begin();
    else this.#phase = { ...phase, untilMonoMs: this.#nowMs + this.#limits.mendingMs };
  }

  #giveUpOn(phase: Extract<Phase, { name: 'running' }>): void {
    const { program, sinceMonoMs } = phase;
    const silent = this.#nowMs >= this.#silentMs(phase);
    const reason = silent ? 'it gave no sign of life' : 'it did not confirm itself in time';
    this.#phase = {
      name: 'ending',
      program,
      sinceMonoMs,
      reason,
      untilMonoMs: this.#nowMs + this.#limits.stopMsMax,
    };
    this.#options.child.kill();
  }
}
