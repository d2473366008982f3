import { LOCKING } from '../../firmware/domain/lockout.ts';
import type { AlarmCode } from '../../protocol/messages/alarm.ts';
import type { FaultName } from '../panel/frames.ts';
import type { World } from '../world/world.ts';
import type { LiveLine } from './line.ts';

/** How far the clock fault sets the clock chip wrong. */
const CLOCK_STEP_MS = -3 * 3_600_000;
/** Until a unit looks at a clock that was set. */
const CLOCK_SEEN_MS = 1_000;

/** What a technician is called out for (sim/world/technician.ts). */
const MENDED: readonly AlarmCode[] = [...LOCKING, 'dose-uncertain', 'storage-fault', 'time-suspect', 'bin-full'];

/** What the person at the panel lets go wrong. */
export class LiveFaults {
  readonly #world: World;
  readonly #line: LiveLine;
  readonly #on: Record<FaultName, boolean> = {
    ...{ jam: false, tilt: false, rollMissing: false },
    ...{ power: false, internet: false, clock: false },
  };

  constructor(world: World, line: LiveLine) {
    this.#world = world;
    this.#line = line;
  }

  get on(): Readonly<Record<FaultName, boolean>> {
    return { ...this.#on };
  }

  /** Whether a technician has anything to do: a fault that was set, or one that the unit knows of. */
  get needMending(): boolean {
    return (
      this.#on.jam || this.#on.rollMissing || this.#on.clock || MENDED.some((code) => this.#world.diary.isAlarmed(code))
    );
  }

  /** A technician has been called for all of them. */
  mend(): void {
    this.#on.jam = false;
    this.#on.clock = false;
    this.set('rollMissing', false);
    this.#world.technician.repair();
  }

  set(name: FaultName, on: boolean): void {
    if (this.#on[name] === on) return;
    this.#on[name] = on;
    const { unit, time, timeline } = this.#world;
    switch (name) {
      case 'jam':
        unit.parts.obstruction = on ? 'cutter' : undefined;
        return;
      case 'tilt':
        unit.sensors.setUpright(!on);
        return;
      case 'rollMissing':
        unit.sensors.hang('A', !on);
        return;
      case 'power':
        unit.setMains(!on);
        return;
      case 'internet':
        this.#line.plugged = !on;
        time.networkChanged(!on);
        return;
      case 'clock':
        if (on) {
          unit.clock.step(CLOCK_STEP_MS);
          time.networkChanged(false);
        } else {
          time.networkChanged(!this.#on.internet);
          unit.clock.synchronise(0);
        }
        timeline.after(CLOCK_SEEN_MS, () => unit.ask({ type: 'tick' }));
    }
  }
}
