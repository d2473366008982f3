import { contentsOf } from '../device/sachet.ts';
import { dayNumberOf } from '../prescription/calendar.ts';
import type { ReferenceDose } from '../prescription/reference-schedule.ts';
import type { DiaryEntry } from '../world/diary.ts';
import type { World } from '../world/world.ts';
import { lockingAlarms } from './alarm-groups.ts';
import type { Calm } from './calm.ts';
import type { Verdicts } from './verdicts.ts';

const dayMs = 86_400_000;
/** Due dose offered, missed dose told on the spot, missed dose at the centre (reliability notes, section 8). */
const offerMs = 5_000;
const missMs = 1_000;
const centreMs = 20_000;
/** Between two doses the clock may have been put right by as much as may go unnoticed. */
const clockSlackMs = 5 * 60_000;

/** Judges that every dose is offered, and a missed one told, in time, wherever nothing in the world excuses the unit. */
export class LivenessJudge {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #calm: Calm;
  /** Missed, and no alarm raised for it yet. */
  readonly #untold = new Set<string>();
  #bookedFromMs = 0;
  /** When the windows of the booked doses close, by dose. */
  readonly #booked = new Map<string, number>();
  #lastDoseMs = Number.NEGATIVE_INFINITY;
  #clockWasAhead = false;

  constructor(world: World, verdicts: Verdicts, calm: Calm) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#calm = calm;
    this.#bookDay(world.nowMs);
  }

  /** A release was asked for, whether a sachet came of it or not, or a dose was picked up: the least interval counts from here. */
  given(): void {
    const { unit, nowMs } = this.#world;
    this.#lastDoseMs = nowMs;
    this.#clockWasAhead = unit.clock.errorMs > clockSlackMs;
  }

  /** A dose written down as missed is told of by an alarm, at once. */
  noted({ type, dose, record }: DiaryEntry): void {
    // The world follows the new plan before anything else happens.
    if (record?.type === 'config.applied' || record?.type === 'command.obeyed')
      this.#world.timeline.after(0, () => this.#book());
    if (dose === undefined) return;
    if (record?.type === 'alarm.raised' && record.code === 'dose-missed') this.#untold.delete(dose);
    if (type !== 'dose.missed') return;
    this.#untold.add(dose);
    this.#world.timeline.after(missMs, () => {
      // What a crash kept from being told is in the log at the next start.
      if (this.#world.unit.running && this.#untold.has(dose))
        this.#verdicts.broken('missed-dose-alarms', `${dose} was missed and no alarm says so`);
    });
  }

  #bookDay(fromMs: number): void {
    this.#bookedFromMs = fromMs;
    this.#booked.clear();
    this.#book();
    this.#world.timeline.at(fromMs + dayMs, () => this.#bookDay(fromMs + dayMs));
  }

  /** The doses of the day, and again those whose window has become another. */
  #book(): void {
    const { timeline, schedule, nowMs } = this.#world;
    const ifStill = (dose: ReferenceDose, judge: () => void) => () => this.#isStill(dose) && judge();
    for (const dose of schedule.between(this.#bookedFromMs, this.#bookedFromMs + dayMs)) {
      if (this.#booked.get(dose.key) === dose.closesMs || dose.closesMs <= nowMs) continue;
      this.#booked.set(dose.key, dose.closesMs);
      const dueMs = Math.max(dose.dueMs, nowMs);
      timeline.at(
        dueMs + offerMs,
        ifStill(dose, () => this.#judgeOffer(dose)),
      );
      timeline.at(
        dose.closesMs + missMs,
        ifStill(dose, () => this.#judgeMiss(dose)),
      );
      timeline.at(
        dose.closesMs + centreMs,
        ifStill(dose, () => this.#judgeCentre(dose)),
      );
    }
  }

  /** Whether the plan in force has the dose as it was when it was booked. */
  #isStill({ key, date, closesMs }: ReferenceDose): boolean {
    const now = this.#world.schedule.on(dayNumberOf(date)).find((dose) => dose.key === key);
    return now !== undefined && now.closesMs === closesMs && now.atHand === undefined;
  }

  #isOpen(dose: ReferenceDose): boolean {
    const { diary, options } = this.#world;
    const isTheUnits = dose.opensMs >= options.startMs || this.#isAtHand(dose);
    return isTheUnits && !diary.fates.has(dose.key) && !diary.uncertain.has(dose.key);
  }

  /** A due dose whose sachet is at hand calls for the citizen. */
  #judgeOffer(dose: ReferenceDose): void {
    const { unit, diary } = this.#world;
    if (!this.#isOpen(dose) || !this.#calm.holds || diary.presence !== 'home') return;
    if (lockingAlarms.some((code) => diary.isAlarmed(code))) return;
    if (!this.#isAtHand(dose) || !this.#calm.nothingUnderWay || this.#isTooSoon || this.#clockWasJustSet) return;
    if (unit.signs.view?.button === 'release') return;
    if (unit.sensors.tiltedMs !== null && unit.signs.view?.message === 'tilted') return;
    const shown = unit.signs.view?.message ?? 'nothing';
    this.#verdicts.broken('due-dose-is-offered', `${dose.key} is due and at hand; the panel says ${shown}`);
  }

  #isAtHand(dose: ReferenceDose): boolean {
    const { bays, unit } = this.#world;
    return bays.some((bay) => {
      const head = unit.parts.bays[bay][0];
      return head !== undefined && unit.parts.hung[bay] && contentsOf(head) === dose.key;
    });
  }

  /** Put right a moment ago, the unit has yet to wake by its new time. */
  get #clockWasJustSet(): boolean {
    return this.#world.nowMs - this.#world.unit.clock.setMs < 60_000;
  }

  get #isTooSoon(): boolean {
    const { nowMs, schedule, unit } = this.#world;
    const minMs = (schedule.config.regimen.minIntervalMinutes ?? 0) * 60_000;
    // Of a dose given by a clock that was ahead, the unit only knows that it came before that was put right.
    const lastMs = this.#clockWasAhead ? Math.max(this.#lastDoseMs, unit.clock.setMs) : this.#lastDoseMs;
    return nowMs - lastMs < minMs + offerMs + (minMs > 0 ? clockSlackMs : 0);
  }

  #judgeMiss(dose: ReferenceDose): void {
    const { diary, unit } = this.#world;
    if (!this.#isOpen(dose) || !this.#calm.holds || !this.#calm.nothingUnderWay) return;
    if (diary.isAlarmed('time-suspect') || unit.clock.errorMs !== 0) return;
    if (this.#clockWasJustSet) return;
    this.#verdicts.broken('missed-dose-alarms', `${dose.key} is over and the unit has said nothing`);
  }

  #judgeCentre(dose: ReferenceDose): void {
    const { diary, centre } = this.#world;
    if (diary.fates.get(dose.key) !== 'missed' || !this.#calm.holds || !this.#calm.isOnline) return;
    if (centre.knows(dose.key, 'missed')) return;
    const seconds = centreMs / 1000;
    this.#verdicts.broken(
      'missed-dose-reaches-centre',
      `${dose.key} was missed ${seconds} s ago and the centre does not know`,
    );
  }
}
