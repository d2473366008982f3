import type { Observation } from '../../firmware/host/observation.ts';
import type { PhysicalEvent } from '../device/physical-event.ts';
import type { CentreFinding } from '../world/centre.ts';
import { type DiaryEntry, fateIn } from '../world/diary.ts';
import type { Onlooker, World } from '../world/world.ts';
import { Calm } from './calm.ts';
import { Exceptions } from './exceptions.ts';
import { judgeTheEnd } from './final-judge.ts';
import { LivenessJudge } from './liveness-judge.ts';
import { RecordJudge } from './record-judge.ts';
import { ReleaseJudge } from './release-judge.ts';
import { TagJudge } from './tag-judge.ts';
import { UpkeepJudge } from './upkeep-judge.ts';
import { Verdicts, type Violation } from './verdicts.ts';

/**
 * The oracle: looks at one world from outside, after everything that happens, and notes which rule did not hold.
 * Only the end of a healed run may be judged with `judgeEnd`.
 */
export class Judge implements Required<Omit<Onlooker, 'stored'>> {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #exceptions: Exceptions;
  readonly #releases: ReleaseJudge;
  readonly #records: RecordJudge;
  readonly #liveness: LivenessJudge;
  readonly #upkeep: UpkeepJudge;
  readonly #tag: TagJudge;
  readonly #calm: Calm;

  constructor(world: World) {
    this.#world = world;
    this.#verdicts = new Verdicts(() => world.nowMs);
    this.#exceptions = new Exceptions(world);
    this.#releases = new ReleaseJudge(world, this.#verdicts, this.#exceptions);
    this.#records = new RecordJudge(world, this.#verdicts, this.#exceptions);
    this.#calm = new Calm(world, this.#exceptions);
    this.#liveness = new LivenessJudge(world, this.#verdicts, this.#calm);
    this.#upkeep = new UpkeepJudge(world, this.#verdicts, this.#calm);
    this.#tag = new TagJudge(world, this.#verdicts, this.#exceptions);
    world.watch(this);
  }

  get violations(): readonly Violation[] {
    return this.#verdicts.violations;
  }

  /** Doses that have got their end so far. */
  get doses(): number {
    return this.#records.ended;
  }

  happened = (event: PhysicalEvent): void => {
    this.#exceptions.happened(event);
    this.#exceptions.lookAtSensors();
    this.#releases.happened(event);
    if (event.type === 'commanded') this.#commanded(event);
    if (event.type === 'stalled') this.#upkeep.stalled(event);
    if (event.type === 'fitted' || event.type === 'removed' || event.type === 'stalled') this.#calm.disturbed();
  };

  #commanded({ motion }: Extract<PhysicalEvent, { type: 'commanded' }>): void {
    this.#calm.commanded();
    if (motion === 'release') this.#liveness.given();
  }

  observed = (observation: Observation): void => {
    this.#releases.observed(observation);
    this.#upkeep.observed(observation);
    this.#tag.observed(observation);
  };

  noted = (entry: DiaryEntry): void => {
    this.#records.noted(entry);
    if (entry.record !== undefined && GIVEN.has(fateIn(entry.record) ?? '')) this.#liveness.given();
    this.#liveness.noted(entry);
    this.#calm.lookAtLine();
  };

  started = (): void => {
    this.#exceptions.lookAtSensors();
    this.#calm.started();
    this.#upkeep.started();
  };

  stopped = (): void => {
    this.#exceptions.stopped();
    this.#calm.disturbed();
    this.#calm.lookAtLine();
  };

  exchanged = (): void => {
    this.#records.beginLedger();
    this.#releases.beginLedger();
    this.#calm.disturbed();
  };

  crashed = (error: unknown): void => {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#verdicts.broken('firmware-does-not-throw', words);
  };

  found = ({ invariant, detail }: CentreFinding): void => {
    this.#verdicts.broken(invariant, detail);
  };

  /** Compares ledger, centre and prescription, once the world has been healed. */
  judgeEnd(): void {
    judgeTheEnd(this.#world, this.#verdicts);
  }
}

/** Fates of doses that the citizen has, as far as the unit can tell. */
const GIVEN: ReadonlySet<string> = new Set(['taken', 'released']);
