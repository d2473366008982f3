import type { PhysicalEvent } from '../device/physical-event.ts';
import { contentsOf } from '../device/sachet.ts';
import type { World } from '../world/world.ts';
import type { Exceptions } from './exceptions.ts';
import type { ReferenceDose } from './reference-schedule.ts';
import type { Verdicts } from './verdicts.ts';

const dayMs = 86_400_000;
/** Due dose offered, missed dose told on the spot, missed dose at the centre, fault told. Reliability notes, section 8. */
const offerMs = 5_000;
const missMs = 1_000;
const centreMs = 20_000;
/** A minute, and the time the board may take to give up a slow movement. */
const faultMs = 60_000 + 70_000;
/** A unit that has just started, or been touched, is given so long before anything is asked of it. */
const calmMs = 30_000;

/** Alarms under which a unit rightly offers nothing. */
const lockingAlarms = [
  'mechanism-jam',
  'position-mismatch',
  'stock-mismatch',
  'dose-uncertain',
  'internal-fault',
  'storage-fault',
  'tamper',
  'bin-full',
  'time-suspect',
  'battery-critical',
];

/** Judges that good things happen in time, wherever nothing in the world excuses the unit. */
export class LivenessJudge {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #exceptions: Exceptions;
  #disturbedMs = -Infinity;
  #connectedMs = Infinity;

  constructor(world: World, verdicts: Verdicts, exceptions: Exceptions) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#exceptions = exceptions;
    this.#bookDay(world.nowMs);
  }

  /** The unit started, stopped, or somebody laid hands on it. */
  disturbed(): void {
    this.#disturbedMs = this.#world.nowMs;
  }

  happened(event: PhysicalEvent): void {
    if (event.type !== 'stalled') return;
    this.disturbed();
    const { timeline, unit } = this.#world;
    const startedMs = timeline.nowMs;
    timeline.after(faultMs, () => {
      const stillStuck =
        unit.parts.obstruction !== undefined || unit.parts.halfOut !== undefined || unit.parts.chute.length > 0;
      if (!stillStuck || !this.#ranSince(startedMs) || unit.sensors.doorOpen()) return;
      const told = [
        'mechanism-jam',
        'position-mismatch',
        'dose-uncertain',
        'stock-mismatch',
        'bin-full',
        'storage-fault',
      ].some((code) => this.#world.diary.isAlarmed(code));
      if (!told) this.#verdicts.broken('fault-alarms-in-a-minute', `${event.part} is stuck and no alarm stands`);
    });
  }

  #ranSince(ms: number): boolean {
    return this.#world.unit.running && this.#startedMs <= ms;
  }

  #startedMs = -Infinity;

  started(): void {
    this.#startedMs = this.#world.nowMs;
    this.disturbed();
    const { timeline, unit, diary } = this.#world;
    const bootMs = timeline.nowMs;
    if (unit.clock.source !== 'lost') return;
    timeline.after(60_000, () => {
      if (unit.clock.source !== 'lost' || !this.#ranSince(bootMs)) return;
      if (!diary.isAlarmed('time-suspect'))
        this.#verdicts.broken('fault-alarms-in-a-minute', 'the clock is lost and no alarm stands');
    });
  }

  #bookDay(fromMs: number): void {
    const { timeline, schedule } = this.#world;
    for (const dose of schedule.between(fromMs, fromMs + dayMs)) {
      timeline.at(dose.dueMs + offerMs, () => this.#judgeOffer(dose));
      timeline.at(dose.closesMs + missMs, () => this.#judgeMiss(dose));
      timeline.at(dose.closesMs + centreMs, () => this.#judgeCentre(dose));
    }
    timeline.at(fromMs + dayMs, () => {
      this.#judgeStaleAlarms();
      this.#bookDay(fromMs + dayMs);
    });
  }

  /** An alarm whose cause is long gone does not stand any more. */
  #judgeStaleAlarms(): void {
    const { unit, diary, nowMs } = this.#world;
    if (!this.#isCalm() || nowMs - this.#disturbedMs < 2 * 3_600_000) return;
    const mainsBack = unit.battery.mains && unit.battery.power().batteryPercent === 100;
    const timeRight = unit.clock.source === 'synchronised';
    const stale = [
      ...(mainsBack ? ['mains-lost', 'battery-low', 'battery-critical'] : []),
      ...(timeRight ? ['time-suspect'] : []),
    ].filter((code) => diary.isAlarmed(code));
    for (const code of stale) this.#verdicts.broken('alarm-ends-with-its-cause', `${code} still stands`);
  }

  /** A due dose whose sachet is at hand calls for the citizen. */
  #judgeOffer(dose: ReferenceDose): void {
    const { unit, diary, nowMs, options } = this.#world;
    if (dose.dueMs < options.startMs || diary.fates.has(dose.key) || diary.uncertain.has(dose.key)) return;
    if (!this.#isCalm() || diary.presence !== 'home') return;
    if (lockingAlarms.some((code) => diary.isAlarmed(code))) return;
    const { parts } = unit;
    const atHand = this.#world.bays.some(
      (bay) => parts.bays[bay][0] !== undefined && contentsOf(parts.bays[bay][0]) === dose.key,
    );
    if (!atHand || parts.cup.length > 0 || unit.mechanism.moving || unit.sensors.doorOpen()) return;
    const lastMs = this.#lastReleaseMs;
    if (nowMs - lastMs < (options.config.regimen.minIntervalMinutes ?? 0) * 60_000 + offerMs) return;
    if (unit.signs.view?.button === 'release') return;
    this.#verdicts.broken(
      'due-dose-is-offered',
      `${dose.key} is due and at hand; the panel says ${unit.signs.view?.message ?? 'nothing'}`,
    );
  }

  get #lastReleaseMs(): number {
    return this.#lastPresentedMs;
  }

  #lastPresentedMs = -Infinity;

  presented(): void {
    this.#lastPresentedMs = this.#world.nowMs;
  }

  #judgeMiss(dose: ReferenceDose): void {
    const { diary, unit, options } = this.#world;
    if (dose.opensMs < options.startMs || diary.fates.has(dose.key) || diary.uncertain.has(dose.key)) return;
    if (!this.#isCalm() || unit.parts.cup.length > 0 || unit.mechanism.moving || unit.sensors.doorOpen()) return;
    if (diary.isAlarmed('time-suspect') || unit.clock.errorMs !== 0) return;
    this.#verdicts.broken('missed-dose-alarms', `${dose.key} is over and the unit has said nothing`);
  }

  #judgeCentre(dose: ReferenceDose): void {
    const { diary, centre, nowMs } = this.#world;
    if (diary.fates.get(dose.key) !== 'missed' || !this.#isCalm() || !this.#isOnline(nowMs)) return;
    if (!centre.knows(dose.key, 'missed'))
      this.#verdicts.broken(
        'missed-dose-reaches-centre',
        `${dose.key} was missed ${centreMs / 1000} s ago and the centre does not know`,
      );
  }

  /** Notes since when the line to the centre has stood. */
  lookAtLine(): void {
    const { conditions } = this.#world.weather;
    const up = this.#world.unit.mqtt.connected && conditions.up;
    if (!up) this.#connectedMs = Infinity;
    else if (this.#connectedMs === Infinity) this.#connectedMs = this.#world.nowMs;
  }

  #isOnline(nowMs: number): boolean {
    this.lookAtLine();
    const { conditions } = this.#world.weather;
    return conditions.dropChance === 0 && conditions.delayChance === 0 && nowMs - this.#connectedMs > 120_000;
  }

  /** The unit runs, has run for a while, has power, a sound store, sound sensors and the right time. */
  #isCalm(): boolean {
    const { unit, nowMs } = this.#world;
    if (!unit.running || nowMs - this.#disturbedMs < calmMs) return false;
    if (unit.store.failing !== undefined || !this.#exceptions.sensorsSound) return false;
    const power = unit.battery.power();
    if (power.source === 'battery' && power.batteryPercent <= 15) return false;
    return !this.#exceptions.clockIsWrong && Math.abs(unit.clock.errorMs) <= 1_000;
  }
}
