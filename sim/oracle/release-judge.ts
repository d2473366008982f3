import type { Observation } from '../../firmware/host/observation.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { PhysicalEvent } from '../device/physical-event.ts';
import { contentsOf, type Sachet } from '../device/sachet.ts';
import { dayNumberOf } from '../prescription/calendar.ts';
import type { ReferenceDose } from '../prescription/reference-schedule.ts';
import type { World } from '../world/world.ts';
import type { Exceptions } from './exceptions.ts';
import type { Verdicts } from './verdicts.ts';

type Commanded = Extract<PhysicalEvent, { type: 'commanded' }>;

/** A movement without an answer is given up after so long. */
const moveMsMax = 60_000;
/** The switches are read often enough to tell of it by then. */
const noticeMs = 1_000;
/** A take-out is over after so long, however many doses were asked for. */
const takeOutMs = 30 * 60_000;

/** Judges what comes out of the machine, when, and on whose command. Knows only sachets, hands and true time. */
export class ReleaseJudge {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #exceptions: Exceptions;
  readonly #intents = new Map<number, number>();
  #highestIntent = 0;
  /** Doses that may still come out ahead of their window, because somebody asked for them. */
  #aheadLeft = 0;
  #askedAheadMs = Number.NEGATIVE_INFINITY;
  readonly #aheadDoses = new Set<string>();
  /** Serials of sachets that the blade went through. */
  readonly #halved = new Set<number>();
  #lastInWindow: { readonly dose: string; readonly atMs: number; readonly slackMs: number } | undefined;

  constructor(world: World, verdicts: Verdicts, exceptions: Exceptions) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#exceptions = exceptions;
  }

  /** Another unit moves from now on, and counts its intents from the first. */
  beginLedger(): void {
    this.#highestIntent = 0;
    this.#intents.clear();
  }

  observed(observation: Observation): void {
    if (observation.kind !== 'inbox' || observation.event.type !== 'takeOut.requested') return;
    this.#aheadLeft = observation.event.doses;
    this.#askedAheadMs = this.#world.nowMs;
    this.#aheadDoses.clear();
  }

  happened(event: PhysicalEvent): void {
    switch (event.type) {
      case 'commanded':
        return this.#commanded(event);
      case 'cut':
        return this.#wasCut(event.roll);
      case 'halved':
        this.#halved.add(event.sachet.serial);
        return;
      case 'presented':
        for (const sachet of this.#own(event.sachets)) this.#cameOut(sachet, event.intent);
        return;
      case 'binned':
        if (event.motion === 'swallow') for (const sachet of this.#own(event.sachets)) this.#wasSwallowed(sachet);
        return;
      case 'stalled':
      case 'taken':
      case 'fitted':
      case 'removed':
        return;
    }
  }

  /** Those that did not come by a double feed. */
  #own(sachets: readonly Sachet[]): readonly Sachet[] {
    return sachets.filter(({ serial }) => !this.#exceptions.isStray(serial));
  }

  #wasCut(roll: RollId): void {
    if (this.#world.unit.parts.hung[roll]) return;
    this.#verdicts.broken(
      'only-hung-rolls-are-fed',
      `a sachet of roll ${roll}, which does not hang in its bay, was cut`,
    );
  }

  #commanded({ motion, intent, refused }: Commanded): void {
    const { unit, diary, nowMs } = this.#world;
    const verdicts = this.#verdicts;
    const what = `${motion} for intent ${intent}`;
    if (refused) verdicts.broken('moves-do-not-overlap', `${what} while another movement was running`);
    if (this.#intents.has(intent))
      verdicts.broken('intent-moves-once', `${what} although that intent has moved before`);
    else if (intent <= this.#highestIntent)
      verdicts.broken('intent-moves-once', `${what} after intent ${this.#highestIntent}`);
    this.#highestIntent = Math.max(this.#highestIntent, intent);
    this.#intents.set(intent, nowMs);
    if (this.#intents.size > 50) this.#intents.delete(this.#intents.keys().next().value as number);
    if (!this.#isDurable(intent)) verdicts.broken('intent-before-movement', `${what} without a durable open intent`);
    for (const dose of diary.uncertain) verdicts.broken('uncertain-never-moves', `${what} while ${dose} is uncertain`);
    // What began in the very instant in which the door opens is stopped again at once.
    if (unit.sensors.isDoorOpen && unit.sensors.doorOpenedMs < nowMs)
      verdicts.broken('nothing-moves-while-open', `${what} while the service door is open`);
    const { tiltedMs } = unit.sensors;
    if (tiltedMs !== null && tiltedMs < nowMs - noticeMs)
      verdicts.broken('nothing-moves-while-tilted', `${what} while the unit lies on its side`);
    if (motion === 'release' && this.#exceptions.clockIsWrong) {
      verdicts.broken(
        'suspect-clock-releases-nothing',
        `${what} while the clock is ${unit.clock.errorMs} ms wrong (${unit.clock.source})`,
      );
    }
    // Half a dose would be worse: what was begun before the pause is finished.
    if (motion === 'release' && this.#paused && !this.#isRest(intent))
      verdicts.broken('paused-releases-nothing', `${what} while the unit is paused`);
  }

  get #paused(): boolean {
    return this.#world.diary.presence === 'paused';
  }

  #isRest(intent: number): boolean {
    return (this.#world.unit.store.prepare('SELECT ordinal FROM intent WHERE id = ?').get(intent)?.ordinal ?? 0) !== 0;
  }

  #isDurable(intent: number): boolean {
    return (
      this.#world.unit.store.prepare(`SELECT 1 FROM intent WHERE id = ? AND outcome = 'open'`).get(intent) !== undefined
    );
  }

  #cameOut(sachet: Sachet, intent: number): void {
    const dose = contentsOf(sachet);
    if (this.#halved.has(sachet.serial)) this.#verdicts.broken('released-is-whole', `part of ${dose} came out`);
    if (sachet.contents === null) return this.#verdicts.broken('released-is-planned', 'an empty sachet was presented');
    const planned = this.#planned(sachet.contents.slot, sachet.contents.date);
    if (planned === undefined)
      return this.#verdicts.broken('released-is-planned', `${dose} came out and is not prescribed`);
    const presented = this.#world.whereabouts.of(dose)?.presented ?? 0;
    if (presented > planned.sachets && !this.#exceptions.isStrayDose(dose)) {
      this.#verdicts.broken(
        'one-release-per-dose',
        `${dose} came out ${presented} times, prescribed ${planned.sachets}`,
      );
    }
    // What was begun in time is finished: each further sachet may take the longest movement.
    const overtimeMs = presented > 1 ? planned.sachets * moveMsMax : 0;
    this.#judgeTime(
      { ...planned, closesMs: planned.closesMs + overtimeMs },
      this.#intents.get(intent) ?? this.#world.nowMs,
    );
  }

  #judgeTime(planned: ReferenceDose, commandedMs: number): void {
    const tolerance = this.#exceptions.clockToleranceMs;
    if (commandedMs < planned.opensMs - tolerance) return this.#judgeAhead(planned);
    if (commandedMs >= planned.closesMs + tolerance) {
      const minutes = Math.round((commandedMs - planned.closesMs) / 60_000);
      return this.#verdicts.broken('release-inside-window', `${planned.key} came out ${minutes} min after its window`);
    }
    // On the way to a trip the dose that is open now comes along with those ahead, however close.
    if (this.#aheadLeft > 0 && this.#world.nowMs - this.#askedAheadMs < takeOutMs) this.#judgeAhead(planned);
    else this.#judgeInterval(planned, commandedMs, tolerance);
  }

  #judgeAhead(planned: ReferenceDose): void {
    if (this.#aheadDoses.has(planned.key)) return;
    if (this.#aheadLeft <= 0) {
      const minutes = Math.round((planned.opensMs - this.#world.nowMs) / 60_000);
      return this.#verdicts.broken(
        'release-inside-window',
        `${planned.key} came out ${minutes} min before its window, unasked`,
      );
    }
    this.#aheadLeft -= 1;
    this.#aheadDoses.add(planned.key);
  }

  #judgeInterval(planned: ReferenceDose, commandedMs: number, tolerance: number): void {
    const last = this.#lastInWindow;
    const minMs = (this.#world.schedule.config.regimen.minIntervalMinutes ?? 0) * 60_000;
    const slackMs = tolerance + (last?.slackMs ?? 0);
    if (last !== undefined && last.dose !== planned.key && commandedMs - last.atMs < minMs - slackMs) {
      this.#verdicts.broken(
        'minimum-interval',
        `${planned.key} came out ${Math.round((commandedMs - last.atMs) / 60_000)} min after ${last.dose}`,
      );
    }
    if (last?.dose !== planned.key) this.#lastInWindow = { dose: planned.key, atMs: commandedMs, slackMs: tolerance };
  }

  #wasSwallowed(sachet: Sachet): void {
    if (sachet.contents === null) return;
    const dose = contentsOf(sachet);
    if (this.#world.diary.fates.has(dose)) return;
    const planned = this.#planned(sachet.contents.slot, sachet.contents.date);
    if (planned === undefined || planned.closesMs <= this.#world.nowMs + this.#exceptions.clockToleranceMs) return;
    this.#verdicts.broken('swallowed-only-when-over', `${dose} was swallowed although it had not ended`);
  }

  #planned(slot: string, date: string): ReferenceDose | undefined {
    return this.#world.schedule.on(dayNumberOf(date)).find((dose) => dose.slot === slot);
  }
}
