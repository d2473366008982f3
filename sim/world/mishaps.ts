import type { MotionFault } from '../device/mechanism-faults.ts';
import type { FaultName, FaultPlan } from '../kernel/fault-plan.ts';
import { Random } from '../kernel/random.ts';
import { waitMs } from './citizen.ts';
import { loosenPlug } from './loose-plug.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

/** Makes what a fault plan says happen to a world, each fault from its own stream of chance. */
export class Mishaps {
  readonly #world: World;
  readonly #plan: FaultPlan;
  readonly #seed: number;
  #over = false;

  constructor(world: World, plan: FaultPlan, seed: number) {
    this.#world = world;
    this.#plan = plan;
    this.#seed = seed;
  }

  /** From now on things go wrong, until `end`. */
  begin(): void {
    this.#daily('power-outage', (random) => this.#powerOutage(random));
    this.#daily('process-kill', (random) => this.#kill(random));
    this.#daily('crash-point', (random) => this.#armCrash(random));
    this.#daily('internet-outage', (random) => this.#offline(random.between(1, 360) * minuteMs));
    this.#daily('days-offline', (random) => this.#offline(random.between(24, 12 * 24) * hourMs));
    this.#daily('broker-forgets', () => this.#world.brokerForgets());
    this.#daily('loose-plug', (random) => loosenPlug(this.#world, random.logBetween(1_000, hourMs)));
    this.#daily('counter-stuck', (random) => this.#counter(random, 'stuck'));
    this.#daily('counter-unknown', (random) => this.#counter(random, 'unknown'));
    this.#daily('cup-sensor-lies', (random) => this.#cup(random, random.chance(0.5) ? 'says-empty' : 'says-occupied'));
    this.#daily('cup-sensor-unknown', (random) => this.#cup(random, 'unknown'));
    this.#daily('clock-step', (random) => this.#stepClock(random));
    this.#daily('clock-lost', (random) => this.#loseClock(random));
    this.#daily('disk-full', (random) => this.#disk(random, 'full'));
    this.#daily('disk-error', (random) => this.#disk(random, 'io'));
    this.#daily('door-forced', (random) => this.#forceDoor(random));
    this.#daily('unit-tilted', (random) => this.#tilt(random));
    this.#daily('unit-swapped', () => this.#world.swap.living());
    this.#daily('unit-burns-out', () => this.#burnOut());
    if (this.#plan.rate('clock-drift') > 0) this.#plan.count('clock-drift');
    this.#motions();
    this.#losses();
    const { conditions } = this.#world.weather;
    conditions.dropChance = this.#plan.rate('link-drop');
    conditions.duplicateChance = this.#plan.rate('message-duplicate');
    conditions.delayChance = this.#plan.rate('message-delay');
  }

  /** Nothing goes wrong any more; what is broken stays broken until somebody repairs it. */
  end(): void {
    this.#over = true;
    const { unit, weather, broker } = this.#world;
    unit.mechanism.faults = () => undefined;
    unit.crashPoints.arm(0);
    unit.store.setFailure(undefined);
    broker.loses = () => false;
    weather.conditions.dropChance = 0;
    weather.conditions.duplicateChance = 0;
    weather.conditions.delayChance = 0;
  }

  #daily(name: FaultName, strike: (random: Random) => void): void {
    const perDay = this.#plan.rate(name);
    if (perDay === 0) return;
    const random = Random.stream(this.#seed, `mishap/${name}`);
    const book = () =>
      this.#world.timeline.after(waitMs(random, perDay), () => {
        if (this.#over) return;
        this.#plan.count(name);
        strike(random);
        book();
      });
    book();
  }

  #powerOutage(random: Random): void {
    const { unit } = this.#world;
    const lastsMs = random.logBetween(minuteMs, 30 * hourMs);
    // Some units meet the outage with a tired battery.
    if (random.chance(0.3)) unit.battery.setPercent(random.between(3, 60));
    unit.setMains(false);
    this.#world.timeline.after(lastsMs, () => unit.setMains(true));
  }

  #kill(random: Random): void {
    const { unit } = this.#world;
    if (!unit.running) return;
    if (random.chance(0.5)) unit.killProcess('killed', random.between(1_000, 30_000));
    else {
      unit.losePower('cut');
      unit.start(random.between(2_000, 120_000));
    }
  }

  #armCrash(random: Random): void {
    const { unit } = this.#world;
    unit.crashKind = random.chance(0.5) ? 'process' : 'power';
    unit.crashPoints.armAhead(random.between(1, 60));
  }

  #offline(lastsMs: number): void {
    this.#world.setInternet(false);
    this.#world.timeline.after(lastsMs, () => this.#world.setInternet(true));
  }

  #counter(random: Random, health: 'stuck' | 'unknown'): void {
    const { parts } = this.#world.unit;
    parts.counterHealth[random.pick(['A', 'B', 'bin'] as const)] = health;
  }

  #cup(random: Random, health: 'unknown' | 'says-empty' | 'says-occupied'): void {
    const { unit, timeline } = this.#world;
    unit.parts.cupHealth = health;
    unit.sensors.lookIntoCup();
    timeline.after(random.logBetween(10_000, dayMs), () => {
      unit.parts.cupHealth = 'sound';
      unit.sensors.lookIntoCup();
    });
  }

  #stepClock(random: Random): void {
    if (!this.#world.unit.running) return;
    this.#silenceTime(random);
    const sizeMs = Math.round(random.logBetween(1_000, 10 * yearMs));
    this.#world.stepClock(random.chance(0.5) ? sizeMs : -sizeMs);
  }

  #loseClock(random: Random): void {
    const { unit } = this.#world;
    this.#silenceTime(random);
    if (unit.running) unit.losePower('clock battery');
    this.#world.loseClock();
    unit.start();
  }

  /** Half the wrong clocks find nobody to put them right for a while. */
  #silenceTime(random: Random): void {
    if (random.chance(0.5)) this.#world.time.silenceFor(random.logBetween(hourMs, 3 * dayMs));
  }

  #disk(random: Random, failure: 'full' | 'io'): void {
    const { unit, timeline } = this.#world;
    unit.store.setFailure(failure);
    timeline.after(random.logBetween(1_000, hourMs), () => unit.store.setFailure(undefined));
  }

  /** By day, by night, with the power on or off; whoever did it shuts the door again, or leaves that to others. */
  #forceDoor(random: Random): void {
    const { sensors } = this.#world.unit;
    const lastsMs = random.logBetween(1_000, dayMs);
    if (sensors.isDoorOpen) return;
    sensors.openDoor(false);
    this.#world.timeline.after(lastsMs, () => {
      if (sensors.isDoorOpen && sensors.door() !== 'opened') sensors.closeDoor();
    });
  }

  #tilt(random: Random): void {
    const { sensors } = this.#world.unit;
    const lastsMs = random.logBetween(1_000, 4 * hourMs);
    if (sensors.tiltedMs !== null) return;
    sensors.setUpright(false);
    this.#world.timeline.after(lastsMs, () => sensors.setUpright(true));
  }

  /** Of rolls without labels nobody could tell which doses a dead unit has given ahead for a journey. */
  #burnOut(): void {
    const { options, swap, unit } = this.#world;
    if (options.unlabelled === true || swap.underWay) return;
    unit.losePower('burnt out');
    swap.dead();
  }

  #losses(): void {
    const rate = this.#plan.rate('broker-loses');
    if (rate === 0) return;
    const random = Random.stream(this.#seed, 'mishap/broker-loses');
    this.#world.broker.loses = () => {
      const lost = random.chance(rate);
      if (lost) this.#plan.count('broker-loses');
      return lost;
    };
  }

  #motions(): void {
    const plan = this.#plan;
    const random = Random.stream(this.#seed, 'mishap/motions');
    const strikes = (name: FaultName) => {
      const rate = plan.rate(name);
      if (rate === 0 || !random.chance(rate)) return false;
      plan.count(name);
      return true;
    };
    const shapes: readonly (readonly [FaultName, () => MotionFault])[] = [
      ['feed-jam', () => ({ jam: { part: 'feed', halfOut: false } })],
      ['cutter-jam', () => ({ jam: { part: 'cutter', halfOut: random.chance(0.5) } })],
      ['gate-jam', () => ({ jam: { part: 'gate', halfOut: false } })],
      ['no-movement', () => ({ noMovement: true })],
      ['double-feed', () => ({ doubleFeed: true })],
      ['feedback-lost', () => ({ feedbackLost: true })],
      ['slow-motion', () => ({ slowness: random.logBetween(1.5, 40) })],
      ['power-cut-mid-move', () => ({ powerCutAt: random.unit() })],
    ];
    this.#world.unit.mechanism.faults = (): MotionFault => {
      const fault: MotionFault = {};
      for (const [name, shape] of shapes) if (strikes(name)) Object.assign(fault, shape());
      return fault;
    };
  }
}
