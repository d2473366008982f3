import type { Entropy } from '../ports/entropy.ts';
import type { Log } from '../ports/log.ts';
import type { AlertLevel, Tag, TagEvent } from '../ports/tag.ts';
import { parseAddress } from './finding.ts';
import { AIR_MS_MAX, ANSWER_MS_MAX, type Extra, TagLink } from './link.ts';
import type { TagTrouble, TroubleKind } from './trouble.ts';

export interface TagOptions {
  /** Six pairs of hex digits, as `pairTag` returned it. */
  readonly address: string;
  readonly entropy: Entropy;
  readonly log: Log;
  /** How long the tag may be unreached before it is told gone: a body between two antennas hides it for seconds. */
  readonly goneAfterMs?: number;
  /** The pause after a failed attempt, drawn from the upper half of a width that doubles up to the maximum. */
  readonly retryMsMin?: number;
  readonly retryMsMax?: number;
  /** How long to scan for a tag that BlueZ does not know (any more). */
  readonly scanMs?: number;
  /** How often to ask whether a silent tag is still there. */
  readonly lookMs?: number;
  /** How long BlueZ may think about what it knows without asking the tag; longer, and it hangs. */
  readonly answerMsMax?: number;
  /** How long the tag may take to answer. */
  readonly airMsMax?: number;
}

const GONE_AFTER_MS = 60_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 15_000;
const SCAN_MS = 20_000;
const LOOK_MS = 30_000;

export interface RadioTag extends Tag {
  /** Done when what was asked last has been said, or has not been within a second. Never fails. */
  close(): Promise<void>;
}

/**
 * The pocket tag over BlueZ, which node-ble speaks to by D-Bus (`DBUS_SYSTEM_BUS_ADDRESS` names another bus).
 * @throws TagTrouble when the address is not one.
 */
export function createTag(options: TagOptions): RadioTag {
  return new BleTag({ ...options, address: parseAddress(options.address) });
}

/** Keeps one link after another, and what the firmware knows and wants over all of them. */
class BleTag implements RadioTag {
  readonly #options: TagOptions;
  #listener: (event: TagEvent) => void = () => undefined;
  #link: TagLink | undefined;
  #isOpen = false;
  #isReady = false;
  /** A tag that an earlier run left calling falls silent. */
  #wanted: AlertLevel = 0;
  #told: 'near' | 'range' | 'radio' | undefined;
  #percent: number | undefined;
  /** Why it is not reached, as far as the last attempt knows. */
  #reason: 'range' | 'radio' = 'range';
  /** What was logged since the tag was last reached. */
  readonly #logged = new Set<TroubleKind>();
  readonly #missed = new Set<Extra>();
  #retryMs: number;
  #readyAtMs = 0;
  #retrying: NodeJS.Timeout | undefined;
  #losing: NodeJS.Timeout | undefined;

  constructor(options: TagOptions) {
    this.#options = options;
    this.#retryMs = options.retryMsMin ?? RETRY_MS_MIN;
  }

  listen(listener: (event: TagEvent) => void): void {
    this.#listener = listener;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#startLosing();
    this.#attempt();
  }

  alert(level: AlertLevel): void {
    this.#wanted = level;
    if (this.#isReady) this.#link?.alert(level);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#isReady = false;
    this.#told = undefined;
    this.#percent = undefined;
    clearTimeout(this.#retrying);
    clearTimeout(this.#losing);
    const link = this.#link;
    this.#link = undefined;
    await link?.close();
  }

  #attempt(): void {
    const { address, scanMs = SCAN_MS, lookMs = LOOK_MS } = this.#options;
    const { answerMsMax = ANSWER_MS_MAX, airMsMax = AIR_MS_MAX } = this.#options;
    const link = new TagLink(
      { address, scanMs, lookMs, answerMsMax, airMsMax },
      {
        alerted: () => undefined,
        ready: (missing) => this.#ready(link, missing),
        pressed: () => this.#tell({ type: 'tag.pressed' }),
        battery: (percent) => this.#tellBattery(percent),
        ended: (trouble) => this.#ended(trouble),
      },
    );
    this.#link = link;
  }

  #ready(link: TagLink, missing: readonly Extra[]): void {
    this.#isReady = true;
    this.#readyAtMs = performance.now();
    clearTimeout(this.#losing);
    this.#logReady(missing);
    link.alert(this.#wanted);
    if (this.#told === 'near') return;
    this.#told = 'near';
    this.#tell({ type: 'tag.near' });
  }

  #ended(trouble: TagTrouble): void {
    const wasReady = this.#isReady;
    const { retryMsMin = RETRY_MS_MIN, retryMsMax = RETRY_MS_MAX } = this.#options;
    // A tag that answers and hangs up is not helped by haste.
    if (wasReady && performance.now() - this.#readyAtMs > retryMsMax) this.#retryMs = retryMsMin;
    this.#isReady = false;
    this.#link = undefined;
    this.#reason = trouble.isOurs ? 'radio' : 'range';
    this.#logTrouble(trouble);
    if (wasReady) this.#startLosing();
    else if (this.#told === 'range' || this.#told === 'radio') this.#tellGone();
    this.#retrying = setTimeout(() => this.#attempt(), this.#nextMs());
  }

  #nextMs(): number {
    const widestMs = this.#retryMs;
    this.#retryMs = Math.min(widestMs * 2, this.#options.retryMsMax ?? RETRY_MS_MAX);
    return widestMs / 2 + this.#options.entropy.below(Math.max(1, Math.ceil(widestMs / 2)));
  }

  #startLosing(): void {
    this.#losing = setTimeout(() => this.#tellGone(), this.#options.goneAfterMs ?? GONE_AFTER_MS);
  }

  #tellGone(): void {
    if (this.#told === this.#reason) return;
    this.#told = this.#reason;
    this.#tell({ type: 'tag.gone', reason: this.#reason });
  }

  #tellBattery(percent: number): void {
    if (percent === this.#percent) return;
    this.#percent = percent;
    this.#tell({ type: 'tag.battery', percent });
  }

  /** dbus-next would swallow what a listener throws. */
  #tell(event: TagEvent): void {
    queueMicrotask(() => {
      if (this.#isOpen) this.#listener(event);
    });
  }

  /** A tag that is elsewhere is no problem; it is told gone. */
  #logTrouble({ kind, message }: TagTrouble): void {
    if (kind === 'range' || this.#logged.has(kind)) return;
    this.#logged.add(kind);
    this.#options.log.write('warning', `tag: ${message}`);
  }

  #logReady(missing: readonly Extra[]): void {
    const { log } = this.#options;
    if (this.#logged.size > 0) log.write('info', 'tag: it is reached again.');
    this.#logged.clear();
    for (const extra of missing) {
      if (this.#missed.has(extra)) continue;
      this.#missed.add(extra);
      log.write('warning', `tag: it has no ${extra} that we know; pair another tag if the ${extra} is needed.`);
    }
  }
}
