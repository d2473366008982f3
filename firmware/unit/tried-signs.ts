import type { Clock } from '../../hal/ports/clock.ts';
import type { Lock } from '../../hal/ports/lock.ts';
import { DARK, type Panel, type PanelView } from '../../hal/ports/panel.ts';

/** Long enough to look and to listen; the citizen must not live with it. */
const TRIED_MS = 15_000;

/**
 * Lamp, sounder and lock, lent to whoever tries them. What the machine shows goes before and ends a trial at once;
 * without that, it is shown again after a while.
 */
export class TriedSigns {
  /** The machine's. */
  readonly panel: Panel;
  readonly lock: Lock;
  readonly #panel: Panel;
  readonly #lock: Lock;
  readonly #clock: Clock;
  #view: PanelView = DARK;
  #locked = true;
  #trying: 'panel' | 'lock' | null = null;
  #untilMonoMs = 0;

  /** `clock` wakes nobody else. */
  constructor(panel: Panel, lock: Lock, clock: Clock) {
    this.#panel = panel;
    this.#lock = lock;
    this.#clock = clock;
    this.panel = { show: (view) => this.#shown(view) };
    this.lock = { set: (locked) => this.#set(locked) };
  }

  /** @throws Error of the port */
  tryPanel(tried: Partial<Pick<PanelView, 'lamp' | 'sound'>>): void {
    this.settle();
    this.#begin('panel');
    this.#panel.show({ ...this.#view, ...tried });
  }

  /** Shoots the bolt of a door that is unlocked, and of no other. @throws Error of the port */
  tryLock(): void {
    this.settle();
    if (this.#locked) return;
    this.#begin('lock');
    this.#lock.set(true);
  }

  /** Back to what the machine shows. @throws Error of the port */
  settle(): void {
    const trying = this.#trying;
    this.#trying = null;
    if (trying === 'panel') this.#panel.show(this.#view);
    if (trying === 'lock') this.#lock.set(this.#locked);
  }

  #shown(view: PanelView): void {
    this.#view = view;
    if (this.#trying === 'panel') this.#trying = null;
    this.#panel.show(view);
  }

  #set(locked: boolean): void {
    this.#locked = locked;
    if (this.#trying === 'lock') this.#trying = null;
    this.#lock.set(locked);
  }

  #begin(trying: 'panel' | 'lock'): void {
    this.#trying = trying;
    this.#untilMonoMs = this.#clock.read().monoMs + TRIED_MS;
    this.#sleep();
  }

  /** A clock may wake sooner than it was asked to. */
  #sleep(): void {
    const leftMs = this.#untilMonoMs - this.#clock.read().monoMs;
    this.#clock.wakeAfter(Math.max(0, leftMs), () => {
      if (this.#trying === null) return;
      if (this.#clock.read().monoMs >= this.#untilMonoMs) this.settle();
      else this.#sleep();
    });
  }
}
