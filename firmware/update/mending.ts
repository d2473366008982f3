import type { Flash } from '../../hal/ports/flash.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { RecoveryCode } from '../../protocol/faults/fault.ts';
import type { ImageBank } from './image-bank.ts';
import type { RecordKeeper } from './record-keeper.ts';
import type { UnitTrust } from './slot.ts';
import { SlotBank } from './slot-bank.ts';

/** Why the loader lets others at the images of the unit, and what they get: these, and nothing else of it. */
export interface RecoveryCall {
  readonly bank: ImageBank;
  readonly cause: RecoveryCode;
  /** Called after a restart was granted by the bank. */
  retry(): void;
}

/** What is left when no firmware runs. */
export interface Recovery {
  /** Puts in firmware that lies ready beside the unit, and soon has it tried. @returns whether nobody need be called */
  restock?(call: RecoveryCall): boolean;
  open(call: RecoveryCall): void;
  /** Whether somebody is mending the unit this moment: then no firmware starts under their hands. */
  busy(): boolean;
  close(): void;
}

export interface MendingOptions {
  readonly flash: Flash;
  readonly keeper: RecordKeeper;
  readonly trust: UnitTrust;
  readonly log: Log;
  readonly recovery: Recovery;
  fits?: ((body: Uint8Array) => boolean) | undefined;
  /** What was put in is to be started; the recovery has been closed. */
  retry(): void;
}

/** What the log says; a person at the cable reads the catalogue's words for the same code. */
const sentences: Readonly<Record<RecoveryCode, string>> = {
  'firmware-missing':
    'No firmware on this unit can be started, because both slots are empty or damaged; connect the cable and send an image with "dosis tech flash".',
  'firmware-crashing':
    'The firmware of this unit ends soon after each start; connect the cable between two starts and send another image with "dosis tech flash".',
};

/** Calls whoever mends a unit on which no firmware runs, and says why; one call at a time, told anew when the cause changes. */
export class Mending {
  readonly #options: MendingOptions;
  #cause: RecoveryCode | null = null;

  constructor(options: MendingOptions) {
    this.#options = options;
  }

  /** Whether somebody is mending the unit this moment. */
  get isBusy(): boolean {
    return this.#cause !== null && this.#options.recovery.busy();
  }

  call(cause: RecoveryCode): void {
    if (this.#cause === cause) return;
    this.end();
    this.#cause = cause;
    const { flash, keeper, trust, log, fits, recovery } = this.#options;
    const bank = new SlotBank({ flash, trust, keeper, running: false, mayRestart: () => true, ...(fits && { fits }) });
    const retry = () => {
      if (this.#cause !== cause) return;
      // What cannot be started after all is told to a recovery that begins anew.
      this.end();
      this.#options.retry();
    };
    const call = { bank, cause, retry };
    if (recovery.restock?.(call)) return;
    log.write('error', sentences[cause]);
    recovery.open(call);
  }

  end(): void {
    if (this.#cause !== null) this.#options.recovery.close();
    this.#cause = null;
  }
}
