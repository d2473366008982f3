import type { MotionFault } from '../device/mechanism-faults.ts';
import { type DeedId, readSpan } from '../scenarios/deeds.ts';
import type { Action } from '../scenarios/scenario.ts';
import type { Citizen } from '../world/citizen.ts';
import { loosenPlug } from '../world/loose-plug.ts';
import type { World } from '../world/world.ts';
import { centreDeeds } from './centre-deeds.ts';

const dayMs = 86_400_000;
/** Between the presses of somebody who presses several times. */
const pressGapMs = 400;
/** Somebody who insists looks again this often, for so long. */
const insistEveryMs = 20_000;
const insistForMs = 15 * 60_000;

type Deed = (world: World, gaps: readonly string[], stage: Stage) => void;

/** What every deed of a story does to the world. */
const deeds: Readonly<Record<DeedId, Deed>> = {
  'power.off': ({ unit }) => unit.setMains(false),
  'power.on': ({ unit }) => unit.setMains(true),
  'power.cut': ({ unit }, [span]) => {
    unit.losePower('the power is cut');
    unit.start(readSpan(span ?? '') ?? 0);
  },
  'internet.down': (world) => world.setInternet(false),
  'internet.up': (world) => world.setInternet(true),
  'broker.forgets': (world) => world.brokerForgets(),
  'clock.ahead': (world, [span]) => world.stepClock(readSpan(span ?? '') ?? 0),
  'clock.back': (world, [span]) => world.stepClock(-(readSpan(span ?? '') ?? 0)),
  'clock.lost': (world) => {
    world.unit.losePower('the clock chip lost its power');
    world.loseClock();
    world.unit.start();
  },
  'clock.set': ({ unit }) => unit.clock.synchronise(0),
  'feed.jams': (_world, _gaps, stage) => stage.nextMotion({ jam: { part: 'feed', halfOut: false } }),
  'feed.doubles': (_world, _gaps, stage) => stage.nextMotion({ doubleFeed: true }),
  'feed.stalls': (_world, _gaps, stage) => stage.nextMotion({ noMovement: true }),
  'cutter.jams': (_world, _gaps, stage) => stage.nextMotion({ jam: { part: 'cutter', halfOut: false } }),
  'cutter.jamsHalfOut': (_world, _gaps, stage) => stage.nextMotion({ jam: { part: 'cutter', halfOut: true } }),
  'gate.jams': (_world, _gaps, stage) => stage.nextMotion({ jam: { part: 'gate', halfOut: false } }),
  'mechanism.silent': (_world, _gaps, stage) => stage.nextMotion({ feedbackLost: true }),
  'mechanism.slow': (_world, _gaps, stage) => stage.nextMotion({ slowness: 10 }),
  'mechanism.powerCut': (_world, _gaps, stage) => stage.nextMotion({ powerCutAt: 0.5 }),
  'mechanism.dead': ({ unit }) => {
    unit.mechanism.dead = true;
  },
  'mechanism.alive': ({ unit }) => {
    unit.mechanism.dead = false;
  },
  'mechanism.flaps': (world, [span]) => loosenPlug(world, readSpan(span ?? '') ?? 0),
  'cup.saysEmpty': ({ unit }) => {
    unit.parts.cupHealth = 'says-empty';
  },
  'cup.saysOccupied': ({ unit }) => {
    unit.parts.cupHealth = 'says-occupied';
  },
  'cup.unknown': ({ unit }) => {
    unit.parts.cupHealth = 'unknown';
  },
  'cup.sound': ({ unit }) => {
    unit.parts.cupHealth = 'sound';
  },
  'counterA.stuck': ({ unit }) => {
    unit.parts.counterHealth.A = 'stuck';
  },
  'counterA.unknown': ({ unit }) => {
    unit.parts.counterHealth.A = 'unknown';
  },
  'counterA.sound': ({ unit }) => {
    unit.parts.counterHealth.A = 'sound';
  },
  'store.full': ({ unit }) => unit.store.setFailure('full'),
  'store.fails': ({ unit }) => unit.store.setFailure('io'),
  'store.sound': ({ unit }) => unit.store.setFailure(undefined),
  'device.restarts': ({ unit }) => unit.killProcess('restarted'),
  'device.crashes': ({ unit }) => {
    unit.losePower('crash');
    unit.start();
  },
  'device.tilts': ({ unit }) => unit.sensors.setUpright(false),
  'device.upright': ({ unit }) => unit.sensors.setUpright(true),
  'board.hot': ({ unit }) => unit.boardFinds(['overheated']),
  'board.full': ({ unit }) => unit.boardFinds(['storage-filling']),
  'board.worn': ({ unit }) => unit.boardFinds(['storage-wearing']),
  'board.weak': ({ unit }) => unit.boardFinds(['battery-worn']),
  'board.well': ({ unit }) => unit.boardFinds([]),
  'door.opened': ({ unit }) => unit.sensors.openDoor(true),
  'door.forced': ({ unit }) => unit.sensors.openDoor(false),
  'door.closed': ({ unit }) => unit.sensors.closeDoor(),
  'nurse.refills': ({ nurse }) => nurse.refill(),
  'nurse.fitsWrongRolls': ({ nurse }, [span]) => nurse.refill(undefined, readSpan(span ?? '') ?? 0),
  'nurse.fitsOldRolls': ({ nurse }, [span]) => nurse.refill(undefined, -(readSpan(span ?? '') ?? 0)),
  'nurse.empties': ({ nurse }) => nurse.emptyBinNow(),
  'nurse.takesRollDown': ({ nurse }) => nurse.hang('A', false),
  'nurse.hangsRollUp': ({ nurse }) => nurse.hang('A', true),
  'technician.repairs': ({ technician }) => technician.repair(),
  'device.dies': ({ unit }) => unit.losePower('it has burnt out'),
  'technician.swaps': ({ swap }) => swap.living(),
  'technician.swapsDead': ({ swap }) => swap.dead(),
  'technician.settles': ({ technician }) => technician.settle(),
  'relative.takesDays': (world, [days]) => world.relative.takeOut(dosesWithin(world, Number(days))),
  'relative.takesDoses': ({ relative }, [doses]) => relative.takeOut(Number(doses)),
  'relative.absence': ({ relative }, [untilMs]) => relative.tellAbsence(Number(untilMs)),
  'relative.home': ({ relative }) => relative.tellReturn(),
  'centre.down': ({ broker }) => {
    broker.centreUp = false;
  },
  'centre.up': ({ broker }) => {
    broker.centreUp = true;
  },
  ...centreDeeds,
  'tag.leaves': ({ unit }) => unit.tag.setInRange(false),
  'tag.returns': ({ unit }) => unit.tag.setInRange(true),
  'tag.presses': ({ unit }) => unit.tag.press(),
  'tag.battery': ({ unit }, [percent]) => unit.tag.setPercent(Number(percent)),
  'tag.radioDies': ({ unit }) => unit.tag.setRadio(false),
  'tag.radioWorks': ({ unit }) => unit.tag.setRadio(true),
  'citizen.presses': (_world, _gaps, stage) => stage.press(1),
  'citizen.pressesTimes': (_world, [times], stage) => stage.press(Number(times)),
  'citizen.takes': (_world, _gaps, stage) => stage.take(),
  'citizen.quiet': ({ unit }) => unit.sensors.askForQuiet(),
  'citizen.answers': ({ unit }, [key]) => unit.sensors.choose(Number(key)),
  'citizen.leaves': (_world, _gaps, { citizen }) => citizen?.leave(),
  'citizen.returns': (_world, _gaps, { citizen }) => citizen?.comeBack(),
};

/** The doses that fall into the next `days` days and have not ended. */
function dosesWithin(world: World, days: number): number {
  const { nowMs, schedule, diary } = world;
  return schedule
    .between(nowMs - dayMs, nowMs + days * dayMs)
    .filter((dose) => dose.closesMs > nowMs && !diary.fates.has(dose.key)).length;
}

/** Plays the deeds of a story on a world. */
export class Stage {
  readonly world: World;
  readonly citizen: Citizen | undefined;
  readonly #insistent: boolean;
  readonly #coming: MotionFault[] = [];
  #wantsDose = false;
  #wantsSachet = false;
  #insistUntilMs = 0;
  #insisting = false;

  /** `insistent`: people try again what a crash took from them, as in a crash sweep. */
  constructor(world: World, citizen: Citizen | undefined, insistent: boolean) {
    this.world = world;
    this.citizen = citizen;
    this.#insistent = insistent;
    world.unit.mechanism.faults = () => this.#coming.shift();
  }

  /** Does one thing. @returns what was impossible, as expected and actual */
  play(action: Action): { readonly expected: string; readonly actual: string } | undefined {
    if (action.id === 'citizen.takes' && !this.#insistent && this.world.unit.parts.cup.length === 0) {
      return { expected: 'a sachet in the cup', actual: 'the cup is empty' };
    }
    if (action.actor === 'tag' && !this.world.options.spec.hasTag) {
      return { expected: 'a tag (settings: { tag: true })', actual: 'nobody carries one' };
    }
    (deeds[action.id] as Deed)(this.world, action.gaps, this);
    return undefined;
  }

  nextMotion(fault: MotionFault): void {
    this.#coming.push(fault);
  }

  press(times: number): void {
    const { timeline, unit } = this.world;
    for (let press = 0; press < times; press += 1) {
      timeline.after(press * pressGapMs, () => unit.sensors.press(true));
    }
    if (this.#insistent)
      this.#insist(() => {
        this.#wantsDose = true;
      });
  }

  take(): void {
    if (!this.world.unit.takeFromCup() && this.#insistent)
      this.#insist(() => {
        this.#wantsSachet = true;
      });
  }

  #insist(want: () => void): void {
    want();
    this.#insistUntilMs = this.world.nowMs + insistForMs;
    if (this.#insisting) return;
    this.#insisting = true;
    this.world.timeline.after(insistEveryMs, () => this.#lookAgain());
  }

  #lookAgain(): void {
    const { unit, timeline, nowMs } = this.world;
    if (this.#wantsSachet && unit.takeFromCup()) {
      this.#wantsSachet = false;
      this.#wantsDose = false;
    } else if (this.#wantsDose && unit.signs.view?.button === 'release') unit.sensors.press(true);
    this.#insisting = nowMs < this.#insistUntilMs;
    if (this.#insisting) timeline.after(insistEveryMs, () => this.#lookAgain());
  }
}
