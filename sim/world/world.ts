import type { Observation } from '../../firmware/host/observation.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Store } from '../../hal/ports/store.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { SimBroker } from '../device/broker.ts';
import { calmNetwork, Weather } from '../device/network.ts';
import type { PhysicalEvent } from '../device/physical-event.ts';
import { type BootFirmware, SimUnit, type UnitPlace } from '../device/unit.ts';
import type { UnitSpec } from '../device/unit-spec.ts';
import { FaultPlan } from '../kernel/fault-plan.ts';
import { Random } from '../kernel/random.ts';
import { Timeline } from '../kernel/timeline.ts';
import { ZoneCalendar } from '../prescription/calendar.ts';
import { doseKeyOf } from '../prescription/dose-key.ts';
import { ReferenceSchedule } from '../prescription/reference-schedule.ts';
import { type CentreFinding, SimCentre } from './centre.ts';
import { Diary, type DiaryEntry } from './diary.ts';
import { Nurse } from './nurse.ts';
import { Pharmacy } from './pharmacy.ts';
import { Relative } from './relative.ts';
import { Swap } from './swap.ts';
import { Technician } from './technician.ts';
import { TimeService } from './time-service.ts';
import { Whereabouts } from './whereabouts.ts';

/** What a world is made of. The same options make the same world. */
export interface WorldOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly config: ConfigDocument;
  readonly spec: UnitSpec;
  readonly boot: BootFirmware;
  readonly plan?: FaultPlan;
  /** The file of the unit's flash; in memory unless told. */
  readonly databasePath?: string;
  /** A line to a real broker in place of the simulated one. */
  readonly line?: UnitPlace['line'];
  /** Electronics in place of the simulated ones. */
  readonly electronics?: UnitPlace['electronics'];
  /** The unit is told how many sachets its rolls have, and not which: as with rolls whose labels no machine reads. */
  readonly unlabelled?: boolean;
  /** The document of a version that another centre than the simulated one has sent. */
  readonly documentOf?: (version: number) => ConfigDocument | undefined;
  /** Drops the diary's history, for runs of years. */
  readonly forgetful?: boolean;
}

/** A unit whose place another has taken. */
export interface RetiredUnit {
  /** What it wrote; null when nobody can read it any more. */
  readonly flash: Store | null;
}

/** Who looks on from outside. Every member may be left out. */
export interface Onlooker {
  readonly happened?: (event: PhysicalEvent) => void;
  readonly observed?: (observation: Observation) => void;
  readonly noted?: (entry: DiaryEntry) => void;
  readonly started?: () => void;
  readonly stopped?: (why: string) => void;
  readonly crashed?: (error: unknown) => void;
  /** Another unit stands in its place. */
  readonly exchanged?: () => void;
  readonly found?: (finding: CentreFinding) => void;
}

/** One unit in its home, with its people, its power and network, and the service centre at the other end. */
export class World {
  readonly options: WorldOptions;
  readonly timeline: Timeline;
  readonly plan: FaultPlan;
  readonly schedule: ReferenceSchedule;
  readonly broker = new SimBroker();
  readonly weather: Weather;
  readonly centre: SimCentre;
  readonly diary: Diary;
  readonly whereabouts = new Whereabouts();
  readonly unit: SimUnit;
  readonly time: TimeService;
  readonly pharmacy: Pharmacy;
  readonly nurse: Nurse;
  readonly technician: Technician;
  readonly relative: Relative;
  readonly swap: Swap;
  readonly bays: readonly RollId[];
  readonly retired: RetiredUnit[] = [];
  readonly #onlookers: Onlooker[] = [];

  constructor(options: WorldOptions) {
    const { seed, startMs, config, spec } = options;
    this.options = options;
    this.timeline = new Timeline(startMs);
    this.plan = options.plan ?? FaultPlan.none();
    this.schedule = new ReferenceSchedule(config, ZoneCalendar.of(config.zone, startMs));
    this.bays = config.profile === 'dual-roll' ? ['A', 'B'] : ['A'];
    this.weather = new Weather(calmNetwork(), Random.stream(seed, 'network'), this.plan);
    this.diary = new Diary(() => this.timeline.nowMs, options.forgetful ?? false);
    this.diary.onEntry = (entry) => {
      this.#follow(entry);
      this.#tell('noted', entry);
    };
    this.centre = new SimCentre({
      device: spec.device,
      config,
      timeline: this.timeline,
      broker: this.broker,
      found: (finding) => this.#tell('found', finding),
    });
    this.unit = this.#build();
    this.time = new TimeService(
      this.unit.clock,
      this.timeline,
      Random.stream(seed, 'time-service'),
      this.#signedDrift(Random.stream(seed, 'drift')),
    );
    this.pharmacy = new Pharmacy(this.schedule);
    const around = {
      doorway: { occupied: false },
      unit: this.unit,
      timeline: this.timeline,
      diary: this.diary,
      witness: (event: PhysicalEvent) => this.#happened(event),
      unlabelled: options.unlabelled ?? false,
      pharmacy: this.pharmacy,
      bays: this.bays,
      setUpMs: startMs,
    };
    const people = { ...around, random: Random.stream(seed, 'people') };
    this.nurse = new Nurse(people);
    this.technician = new Technician({ ...people, whereabouts: this.whereabouts, schedule: this.schedule });
    this.relative = new Relative(around);
    this.swap = new Swap(this, around, this.technician);
  }

  get nowMs(): number {
    return this.timeline.nowMs;
  }

  watch(onlooker: Onlooker): void {
    this.#onlookers.push(onlooker);
  }

  /** The network between the unit and everybody else. */
  setInternet(up: boolean): void {
    if (this.weather.conditions.up === up) return;
    this.weather.conditions.up = up;
    if (!up) this.unit.mqtt.lineCut();
    this.time.networkChanged(up);
  }

  brokerForgets(): void {
    this.broker.forget();
    this.unit.mqtt.kicked();
  }

  stepClock(byMs: number): void {
    this.unit.clock.step(byMs);
    this.time.clockDisturbed();
  }

  loseClock(): void {
    this.unit.clock.lose();
    this.time.clockDisturbed();
  }

  /** Another unit takes the place of the one that stands here. `readable`: what that one wrote can still be read. */
  exchange(flash: Store, readable: boolean): void {
    const old = this.unit.exchange(flash);
    if (!readable) old.close();
    this.retired.push({ flash: readable ? old : null });
    this.diary.beginLedger();
    this.#tell('exchanged', undefined);
  }

  /** Throws the unit's flash away; the world is over. */
  dispose(): void {
    this.unit.store.dispose();
    for (const { flash } of this.retired) flash?.close();
  }

  #build(): SimUnit {
    const { seed, spec, boot, line, electronics, databasePath } = this.options;
    const around = { timeline: this.timeline, seed, broker: this.broker, weather: this.weather };
    const place = {
      ...around,
      ...(line === undefined ? {} : { line }),
      ...(electronics === undefined ? {} : { electronics }),
      ...(databasePath === undefined ? {} : { databasePath }),
    };
    return new SimUnit(spec, place, boot, {
      observed: (observation) => {
        this.#tell('observed', observation);
        // A crash just after a commit swallows the telling of it; the unit's own log still has it.
        if (observation.kind === 'recorded' && observation.event.seq > this.diary.lastSeq + 1)
          this.diary.catchUp(this.unit.store);
        this.diary.observe(observation);
      },
      happened: (event) => this.#happened(event),
      started: () => {
        this.diary.catchUp(this.unit.store);
        this.time.unitRuns(true);
        this.#tell('started', undefined);
      },
      stopped: (why) => {
        this.time.unitRuns(false);
        this.#tell('stopped', why);
      },
      crashed: (error) => this.#tell('crashed', error),
    });
  }

  /** What was prescribed is what the centre sent; the unit only tells since when. */
  #follow({ record: event, recovered }: DiaryEntry): void {
    const { orders } = this.centre;
    if (event?.type === 'config.applied') {
      const config = (this.options.documentOf ?? ((version) => orders.document(version)))(event.version);
      if (config === undefined) return;
      // A crash that swallowed the telling of it: since then the unit has done nothing.
      const fromMs = recovered ? Math.min(event.at * 1000, this.nowMs) : this.nowMs;
      this.schedule.adopt(config, ZoneCalendar.of(config.zone, this.options.startMs), fromMs);
    }
    if (event?.type === 'command.obeyed' && event.command === 'extendWindow') {
      const order = orders.order(event.id);
      if (order?.type === 'extendWindow')
        this.schedule.extend(doseKeyOf(order.slot, order.date), order.minutes * 60_000);
    }
  }

  #signedDrift(random: Random): number {
    const ppm = this.plan.rate('clock-drift');
    return random.chance(0.5) ? ppm : -ppm;
  }

  #happened(event: PhysicalEvent): void {
    this.whereabouts.happened(event, this.timeline.nowMs);
    this.#tell('happened', event);
  }

  #tell<K extends keyof Onlooker>(what: K, argument: Parameters<NonNullable<Onlooker[K]>>[0]): void {
    for (const onlooker of this.#onlookers) {
      const listener = onlooker[what] as ((argument: unknown) => void) | undefined;
      listener?.(argument);
    }
  }
}
