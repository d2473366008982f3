import type { Observation } from '../../firmware/host/observation.ts';
import type { World } from '../world/world.ts';
import type { Exceptions } from './exceptions.ts';
import type { Verdicts } from './verdicts.ts';

const dayMs = 86_400_000;

/** Judges what becomes of the citizen's pocket tag. */
export class TagJudge {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #exceptions: Exceptions;
  #heard = 0;

  constructor(world: World, verdicts: Verdicts, exceptions: Exceptions) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#exceptions = exceptions;
  }

  observed(observation: Observation): void {
    if (observation.kind === 'effect' && observation.effect.type === 'tag.alert' && observation.effect.level > 0) {
      if (!this.#isCalledFor) this.#verdicts.broken('tag-calls-for-a-dose', 'the tag calls and no dose is due');
    }
    if (observation.kind !== 'recorded' || observation.event.type !== 'reminder.heard') return;
    this.#heard += 1;
    if (this.#heard <= this.#world.unit.tag.presses) return;
    this.#verdicts.broken(
      'heard-was-pressed',
      `${this.#heard} reminders are recorded as heard, more than were pressed`,
    );
  }

  /** A dose is due that has no end, or lies in the cup. */
  get #isCalledFor(): boolean {
    const { unit, schedule, diary, nowMs } = this.#world;
    if (unit.parts.cup.length > 0 || !this.#exceptions.sensorsSound) return true;
    const { clockToleranceMs } = this.#exceptions;
    const [earliestMs, latestMs] = [nowMs - clockToleranceMs, nowMs + clockToleranceMs];
    return schedule
      .between(nowMs - 2 * dayMs, nowMs + dayMs)
      .some((dose) => dose.dueMs <= latestMs && dose.closesMs > earliestMs && !diary.fates.has(dose.key));
  }
}
