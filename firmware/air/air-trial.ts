import { bytesOfHex, hexOf } from '../../protocol/cose/bytes.ts';
import type { UpdateResult, WantedUpdate } from '../domain/update.ts';
import { type AirConditions, type AirStep, isCableBusy, isExpired, isReplaced, LOOK_MS } from './air-conditions.ts';
import { EXPIRED, endingOf, NOT_DONE, REPLACED, REVERTED, SOUND } from './air-verdicts.ts';
import { mayTry } from './may-try.ts';

/** A restart that was granted has happened by then, and a trial ended or confirmed soon after. */
const TRIAL_LOOK_MS = 2_000;
/** Restarts that did not bring the new firmware up at all, before it is given up. */
const RESTARTS_MAX = 3;

type Trial = NonNullable<WantedUpdate['trial']>;

/** Has an image that lies in the bank tried when no dose stands in the way, and knows it again after the restart. */
export class AirTrial {
  readonly #conditions: AirConditions;
  readonly #restartSoon: (reason: string) => void;
  /** A restart was granted then. */
  #restartedMonoMs: number | null = null;
  /** Whether the bank has been asked since the start if it would still try the image. */
  #probed = false;

  constructor(conditions: AirConditions, restartSoon: (reason: string) => void) {
    this.#conditions = conditions;
    this.#restartSoon = restartSoon;
  }

  forget(): void {
    this.#restartedMonoMs = null;
    this.#probed = false;
  }

  step(wanted: WantedUpdate, trial: Trial): AirStep {
    const { bank, host, clock } = this.#conditions;
    const images = bank.images();
    const active = images.find((image) => image.active);
    if (active !== undefined && hexOf(active.hash) === trial.image) return active.confirmed ? SOUND : TRIAL_LOOK_MS;
    if (this.#restartedMonoMs !== null && this.#nowMs < this.#restartedMonoMs + LOOK_MS) return LOOK_MS;
    if (isReplaced(this.#conditions, wanted)) return this.#giveUp(trial, REPLACED);
    const pending = images.some((image) => image.pending && hexOf(image.hash) === trial.image);
    if (!pending && this.#hasFailed(trial)) return REVERTED;
    if (isExpired(this.#conditions, wanted)) return this.#giveUp(trial, EXPIRED);
    if (trial.restarts >= RESTARTS_MAX) return this.#giveUp(trial, NOT_DONE);
    if (isCableBusy(this.#conditions) || !mayTry(host().state, clock.read().wallMs)) return LOOK_MS;
    return this.#try(wanted, trial, pending);
  }

  get #nowMs(): number {
    return this.#conditions.clock.read().monoMs;
  }

  /** Whether a trial was begun and the loader has taken the image back; asked once, since the answer reads all of it. */
  #hasFailed({ image, restarts }: Trial): boolean {
    if (restarts === 0 || this.#probed) return false;
    this.#probed = true;
    const tested = this.#conditions.bank.test(bytesOfHex(image));
    return !tested.ok && tested.refusal === 'failed-before';
  }

  #try({ firmware }: WantedUpdate, { image, restarts }: Trial, pending: boolean): AirStep {
    const { bank, host, log } = this.#conditions;
    const hash = bytesOfHex(image);
    const tested = pending ? null : bank.test(hash);
    if (tested?.ok === false) return endingOf(tested.refusal) ?? LOOK_MS;
    if (!bank.prepareRestart().ok) return LOOK_MS;
    this.#restartedMonoMs = this.#nowMs;
    host().receive({ type: 'update.proceeded', image: hash, restarts: restarts + 1 });
    log.write('info', `Firmware ${firmware} is here and sound; it is tried now.`);
    this.#restartSoon(`Firmware ${firmware} is to be tried.`);
    return LOOK_MS;
  }

  /** What waits for its trial must not be tried after all once nobody waits for it. */
  #giveUp({ image }: Trial, result: UpdateResult): UpdateResult {
    const { bank } = this.#conditions;
    if (bank.images().some(({ pending, hash }) => pending && hexOf(hash) === image)) bank.erase();
    return result;
  }
}
