import type { Observation } from '../../firmware/host/observation.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { PhysicalEvent } from '../device/physical-event.ts';
import { contentsOf } from '../device/sachet.ts';
import type { World } from '../world/world.ts';
import { mechanismAlarms, stockAlarms } from './alarm-groups.ts';
import type { Calm } from './calm.ts';
import type { Verdicts } from './verdicts.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A fault is told within a minute; on top comes the time after which a silent movement is given up. */
const faultMs = 60_000 + 70_000;
const lostClockMs = 60_000;
const readyMs = 30_000;
/** A lock-down for a failing store ends with a restart ten minutes later. */
const lockdownMs = 30 * 60_000;

/** Judges how the unit looks after itself: starts in time, tells its faults, ends its alarms, knows its stock. */
export class UpkeepJudge {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #calm: Calm;

  constructor(world: World, verdicts: Verdicts, calm: Calm) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#calm = calm;
    const daily = () => {
      this.#judgeStaleAlarms();
      this.#judgeLockdown();
      this.#judgeStock();
      world.timeline.after(dayMs, daily);
    };
    world.timeline.after(dayMs, daily);
  }

  /** Something is stuck: an alarm stands soon, unless somebody has freed it by then. */
  stalled(event: Extract<PhysicalEvent, { type: 'stalled' }>): void {
    const { timeline, unit, diary } = this.#world;
    const sinceMs = timeline.nowMs;
    timeline.after(faultMs, () => {
      const { parts } = unit;
      const stuck = parts.obstruction !== undefined || parts.halfOut !== undefined || parts.chute.length > 0;
      if (!stuck || !this.#calm.ranSince(sinceMs) || this.#calm.isLockedDown || unit.sensors.isDoorOpen) return;
      if (mechanismAlarms.some((code) => diary.isAlarmed(code))) return;
      this.#verdicts.broken('fault-alarms-in-a-minute', `${event.part} is stuck and no alarm stands`);
    });
  }

  /** Whoever has forced the door gets nothing more than that. */
  observed(observation: Observation): void {
    if (observation.kind !== 'effect' || this.#world.unit.sensors.door() !== 'forced') return;
    const { effect } = observation;
    if (effect.type === 'lock.set' && !effect.locked)
      this.#verdicts.broken('forced-door-stays-locked', 'the lock was opened while the door stood forced');
  }

  started(): void {
    const { timeline, unit, diary } = this.#world;
    const sinceMs = timeline.nowMs;
    timeline.after(readyMs, () => {
      if (unit.sensors.door() !== 'forced' || !this.#calm.ranSince(sinceMs) || this.#calm.isLockedDown) return;
      if (diary.isAlarmed('tamper')) return;
      this.#verdicts.broken('fault-alarms-in-a-minute', 'the door stands forced and no alarm stands');
    });
    timeline.after(readyMs, () => {
      // A movement that the start has met still running, or has asked for, may take its time.
      if (!this.#calm.ranSince(sinceMs) || this.#calm.movedSince(sinceMs) || unit.mechanism.moving) return;
      // A mechanism that says nothing is waited for longer.
      if (unit.mechanism.dead) return;
      if ((unit.signs.view?.message ?? 'working') !== 'working') return;
      this.#verdicts.broken('ready-after-start', `${readyMs / 1000} s after its start the unit is not ready`);
    });
    if (unit.clock.source !== 'lost') return;
    timeline.after(lostClockMs, () => {
      if (unit.clock.source !== 'lost' || !this.#calm.ranSince(sinceMs) || this.#calm.isLockedDown) return;
      if (diary.isAlarmed('time-suspect')) return;
      this.#verdicts.broken('fault-alarms-in-a-minute', 'the clock is lost and no alarm stands');
    });
  }

  /** An alarm whose cause is long gone does not stand any more. */
  #judgeStaleAlarms(): void {
    const { unit, diary, bays, nowMs } = this.#world;
    if (!this.#calm.holds || this.#calm.quietMs < 2 * hourMs) return;
    const mainsBack = unit.battery.mains && unit.battery.power().batteryPercent === 100;
    const timeRight = unit.clock.source === 'synchronised' && nowMs - unit.clock.setMs > hourMs;
    const stale = [
      ...(mainsBack ? ['mains-lost', 'battery-low', 'battery-critical'] : []),
      ...(timeRight ? ['time-suspect'] : []),
      ...(unit.sensors.isDoorOpen ? [] : ['door-left-open']),
      ...(bays.every((bay) => unit.parts.hung[bay]) ? ['roll-missing'] : []),
      ...(unit.tag.isReachable ? ['tag-gone'] : []),
    ].filter((code) => diary.isAlarmed(code));
    for (const code of stale) this.#verdicts.broken('alarm-ends-with-its-cause', `${code} still stands`);
  }

  #judgeLockdown(): void {
    if (!this.#calm.isLockedDown || this.#world.unit.store.failing !== undefined) return;
    if (this.#calm.quietMs < lockdownMs) return;
    this.#verdicts.broken('lock-down-ends-with-its-cause', 'the store is well again and the unit is still locked down');
  }

  /** What the ledger believes of each roll is what hangs in its bay, or the unit has said that it does not know. */
  #judgeStock(): void {
    const { unit, diary, bays } = this.#world;
    if (!this.#calm.holds || !this.#calm.nothingUnderWay) return;
    if (unit.parts.halfOut !== undefined || unit.parts.chute.length > 0) return;
    if (stockAlarms.some((code) => diary.isAlarmed(code))) return;
    for (const bay of bays) {
      const believed = this.#believed(bay);
      const real = unit.parts.bays[bay].map(contentsOf);
      if (believed === undefined || believed.join() === real.join()) continue;
      this.#verdicts.broken(
        'stock-is-known',
        `roll ${bay} holds ${real.length} sachets from ${real[0] ?? 'none'}, the ledger says ${believed.length} from ${believed[0] ?? 'none'}`,
      );
    }
  }

  /** Undefined for a roll that was never fitted, or of which not every sachet has a label. */
  #believed(bay: RollId): string[] | undefined {
    const row = this.#world.unit.store.prepare('SELECT sachets, next FROM roll WHERE id = ?').get(bay);
    if (row === undefined) return undefined;
    const sachets = JSON.parse(row.sachets as string) as ({ slot: string; date: string } | 'unlabelled' | null)[];
    if (sachets.includes('unlabelled')) return undefined;
    return sachets.slice(row.next as number).map((sachet) => {
      return sachet === null || sachet === 'unlabelled' ? 'empty' : `${sachet.slot}/${sachet.date}`;
    });
  }
}
