import type { DeviceEvent } from '../../protocol/messages/event.ts';
import { dayNumberOf } from '../prescription/calendar.ts';
import type { ReferenceDose } from '../prescription/reference-schedule.ts';
import { type DiaryEntry, fateIn } from '../world/diary.ts';
import type { World } from '../world/world.ts';
import type { Exceptions } from './exceptions.ts';
import type { Verdicts } from './verdicts.ts';

/** Judges what the unit writes down against what really happened and what was prescribed. */
export class RecordJudge {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #exceptions: Exceptions;
  readonly #ends = new Map<string, string>();
  readonly #doubted = new Set<string>();
  /** Doses that came to their end in a unit that was taken away since. */
  readonly #endedElsewhere = new Set<string>();
  #lastSeq = 0;
  /** Doses that have got their end. */
  ended = 0;

  constructor(world: World, verdicts: Verdicts, exceptions: Exceptions) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#exceptions = exceptions;
  }

  /** Another unit writes from now on, and knows of the doses before only what it was told. */
  beginLedger(): void {
    this.#lastSeq = 0;
    for (const dose of this.#ends.keys()) this.#endedElsewhere.add(dose);
  }

  noted(entry: DiaryEntry): void {
    const { record, dose, recovered } = entry;
    if (record === undefined) return;
    if (record.seq !== this.#lastSeq + 1) {
      this.#verdicts.broken(
        'records-have-no-gap',
        `record ${record.seq} (${record.type}) came after record ${this.#lastSeq}`,
      );
    }
    this.#lastSeq = record.seq;
    this.#judgeTime(record, recovered === true);
    if (dose === undefined) return;
    if (record.type === 'dose.uncertain') this.#doubted.add(dose);
    const fate = fateIn(record);
    if (fate !== undefined) this.#judgeEnd(dose, fate, record);
  }

  /** A record of a doubted clock says so. */
  #judgeTime(record: DeviceEvent, recovered: boolean): void {
    if (record.suspect === true) return;
    const aheadMs = record.at * 1000 - this.#world.nowMs;
    const errorMs = recovered ? Math.max(0, aheadMs) : Math.abs(aheadMs);
    if (errorMs <= this.#exceptions.clockToleranceMs + undetectableStepMs) return;
    this.#verdicts.broken(
      'suspect-time-is-marked',
      `record ${record.seq} (${record.type}) is dated ${Math.round(errorMs / 1000)} s off and not marked`,
    );
  }

  #judgeEnd(dose: string, fate: string, record: DeviceEvent): void {
    const earlier = this.#ends.get(dose);
    // What the unit before wrote of it, nobody can read any more.
    if (earlier !== undefined && this.#endedElsewhere.has(dose) && this.#isLost(dose)) return;
    if (earlier !== undefined) {
      this.#verdicts.broken('one-fate-per-dose', `${dose} was ${earlier} and then ${fate}`);
      return;
    }
    this.#ends.set(dose, fate);
    if (this.#ends.size > 2_000) this.#ends.delete(this.#ends.keys().next().value as string);
    this.ended += 1;
    const planned = this.#planned(dose);
    if (planned === undefined)
      return this.#verdicts.broken('only-prescribed-doses', `${dose} became ${fate} and is not prescribed`);
    this.#judgeMoment(planned, fate, record);
    if (record.type !== 'dose.settled' && !this.#isUnseen(record, dose)) this.#judgeTruth(planned, fate);
  }

  /** Nothing ends before its window, except what was asked for ahead. */
  #judgeMoment(planned: ReferenceDose, fate: string, record: DeviceEvent): void {
    const isAhead = fate === 'takenOut' || (record.type === 'dose.given' && record.ahead === true);
    const tolerance = this.#exceptions.clockToleranceMs;
    const { nowMs } = this.#world;
    if (!isAhead && !this.#doubted.has(planned.key) && nowMs < planned.opensMs - tolerance) {
      this.#verdicts.broken('no-end-before-its-time', `${planned.key} became ${fate} before its window opened`);
    }
    if (
      fate === 'missed' &&
      !this.#doubted.has(planned.key) &&
      nowMs < planned.closesMs - tolerance &&
      !this.#removed(planned.key)
    ) {
      this.#verdicts.broken('no-end-before-its-time', `${planned.key} was missed before its window closed`);
    }
  }

  #removed(dose: string): boolean {
    return (this.#world.whereabouts.of(dose)?.removed ?? 0) > 0;
  }

  /** What is written is what happened. A record says *removed*, never *swallowed by the person*. */
  #judgeTruth(planned: ReferenceDose, fate: string): void {
    // With the service door open nobody inside can tell whose hand emptied the cup.
    if (this.#world.unit.sensors.isDoorOpen) return;
    if (!this.#exceptions.sensorsSound || this.#exceptions.isStrayDose(planned.key)) return;
    const { presented = 0, taken = 0, removed = 0, binned = 0 } = this.#world.whereabouts.of(planned.key) ?? {};
    const { key, sachets } = planned;
    const untrue = (what: string): void =>
      this.#verdicts.broken('record-matches-world', `${key} is recorded as ${fate}${what}`);
    if (fate === 'released') {
      // Only a unit that cannot see its cup says no more than that a dose came out, and then it did.
      const isTrue = !this.#world.unit.parts.hasCupSensor && presented >= sachets;
      if (!isTrue) untrue(`; ${presented} of ${sachets} sachets came out`);
      return;
    }
    const gone = taken + removed;
    const given = fate === 'taken' || fate === 'takenOut';
    if (given && gone < sachets) untrue(`; ${gone} of ${sachets} sachets were removed`);
    if (!given && taken > 0) untrue(`, but the citizen has ${taken} of it`);
    if (fate === 'retracted' && binned < sachets) untrue(`, but ${binned} sachets are in the bin`);
  }

  /** The unit says itself that nobody saw it, and only a ledger that is lost could tell. */
  #isUnseen(record: DeviceEvent, dose: string): boolean {
    return record.type === 'dose.missed' && record.reason === 'no-evidence' && this.#isLost(dose);
  }

  #isLost(dose: string): boolean {
    const planned = this.#planned(dose);
    return planned !== undefined && this.#world.swap.mayHaveLost(planned);
  }

  #planned(dose: string): ReferenceDose | undefined {
    const at = dose.lastIndexOf('/');
    return this.#world.schedule.on(dayNumberOf(dose.slice(at + 1))).find(({ key }) => key === dose);
  }
}

/** The unit may trust a clock that stepped by less than this. */
const undetectableStepMs = 2 * 60_000;
