import type { Clock } from '../../hal/ports/clock.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import type { Stamp } from '../machine/events.ts';
import { commandsWithoutFirmware } from '../service/commands.ts';
import { serveCable } from '../service/serve-cable.ts';
import { ServiceServer } from '../service/server.ts';
import type { GatePorts } from '../service/session-gate.ts';
import type { CableUnit } from '../service/unit.ts';
import type { Recovery, RecoveryCall } from '../update/mending.ts';
import { type Recovering, recoveryUnit } from './recovery-unit.ts';

export interface CableRecoveryOptions
  extends Omit<Recovering, 'images' | 'cause' | 'restartSoon' | 'tried'>,
    Pick<GatePorts, 'entropy' | 'signatures'> {
  readonly serial: Serial;
  readonly clock: Clock;
  /** Does something once an answer has had time to leave. */
  readonly soon: (act: () => void) => void;
}

/** Somebody who sends firmware without a session is at work as long as requests come. */
const QUIET_MS_MAX = 30_000;

/** The technician's cable while no firmware runs: the same rules of sessions, and only what puts firmware in. */
export class CableRecovery implements Recovery {
  readonly #options: CableRecoveryOptions;
  /** From when the pause after wrong tries counts: the last of them, or the loader's start. */
  #pausedMonoMs: number;
  #unit: CableUnit | null = null;
  #server: ServiceServer | null = null;
  #askedMonoMs = Number.NEGATIVE_INFINITY;

  constructor(options: CableRecoveryOptions) {
    this.#options = options;
    // Not with each opening: else a pause would begin anew with each crash, and never end.
    this.#pausedMonoMs = options.clock.read().monoMs;
  }

  open({ bank, cause, retry }: RecoveryCall): void {
    const { serial, soon } = this.#options;
    const unit = recoveryUnit({
      ...{ ...this.#options, images: bank, cause, restartSoon: () => soon(retry) },
      tried: () => {
        this.#pausedMonoMs = this.#stamp().monoMs;
      },
    });
    const server = new ServiceServer(unit, commandsWithoutFirmware, {
      ...this.#options,
      startedMonoMs: this.#pausedMonoMs,
    });
    this.#unit = unit;
    this.#server = server;
    const now = () => this.#stamp();
    serveCable(serial, server, now, () => {
      this.#askedMonoMs = now().monoMs;
    });
  }

  busy(): boolean {
    const stamp = this.#stamp();
    if (this.#unit === null || this.#server === null) return false;
    if (this.#unit.facts().device === null) return stamp.monoMs - this.#askedMonoMs < QUIET_MS_MAX;
    // Others can put nothing in, so nothing waits for them.
    return this.#server.session(stamp) === 'technician';
  }

  close(): void {
    this.#options.serial.close();
    this.#server?.unplugged(this.#stamp());
    this.#unit = null;
    this.#server = null;
  }

  #stamp(): Stamp {
    const { wallMs, monoMs, source } = this.#options.clock.read();
    return { wallMs, monoMs, trusted: source !== 'lost' };
  }
}
