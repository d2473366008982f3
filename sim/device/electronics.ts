import type { Lock } from '../../hal/ports/lock.ts';
import type { Mechanism, MechanismEvent, RollId } from '../../hal/ports/mechanism.ts';
import type { Panel } from '../../hal/ports/panel.ts';
import type { Power, SensorEvent, Sensors } from '../../hal/ports/sensors.ts';
import type { Random } from '../kernel/random.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { CrashPoints } from './crash-points.ts';
import { SimMechanism } from './mechanism.ts';
import { type MotionFaultSource, usualMotionTimes } from './mechanism-faults.ts';
import type { MechanismParts } from './mechanism-parts.ts';
import type { PhysicalListener } from './physical-event.ts';
import { SimSensors } from './sensors.ts';

/** The mechanism port, and what the world does to the mechanism. */
export interface UnitMechanism extends Mechanism {
  /** Draws what goes wrong in the next motion. */
  faults: MotionFaultSource;
  /** Its board hears nothing and says nothing, until somebody seats its cable again. */
  dead: boolean;
  readonly moving: boolean;
  /** Hands feedback to the firmware. */
  deliver(event: MechanismEvent): void;
}

/** The sensors port, and the hands that touch the unit. */
export interface UnitSensors extends Sensors {
  readonly isDoorOpen: boolean;
  /** When the door was opened last. */
  readonly doorOpenedMs: number;
  /** Since when it lies on its side; null while it stands upright. */
  readonly tiltedMs: number | null;
  deliver(event: SensorEvent): void;
  /** A finger on the button; `bounce` lets its contacts close more than once. */
  press(bounce: boolean): void;
  /** One of the small keys below the display; the first is 1. */
  choose(choice: number): void;
  askForQuiet(): void;
  openDoor(withKey: boolean): void;
  closeDoor(): void;
  /** Somebody lays the unit on its side, or sets it up. */
  setUpright(isUpright: boolean): void;
  /** Somebody hangs a roll up in its bay, or takes it down. */
  hang(roll: RollId, isHung: boolean): void;
  powerChanged(): void;
  /** What lies in the cup, or how well its sensor sees it, may have changed. */
  lookIntoCup(): void;
}

/** What moves, feels and shines in a unit: simulated, or real drivers on a modelled board. */
export interface Electronics {
  readonly mechanism: UnitMechanism;
  readonly sensors: UnitSensors;
  /** What of the panel and the lock is not the display: lamp, sounder, relay. */
  readonly panel: Panel;
  readonly lock: Lock;
  /** Power is there, and a process of the firmware begins; called back once it can be booted on this. */
  boot(ready: () => void): void;
  /** The firmware's process is gone; the boards keep their power. */
  processGone(): void;
  losePower(): void;
  /** Another machine of the same build stands in its place. */
  renew(): void;
}

/** What electronics need of the unit around them. */
export interface ElectronicsWiring {
  readonly timeline: Timeline;
  /** For contacts that bounce. */
  readonly random: Random;
  readonly crashPoints: CrashPoints;
  readonly parts: MechanismParts;
  readonly witness: PhysicalListener;
  readonly power: () => Power;
  /** Hand feedback and events to the unit, which passes them to the firmware when one is running. */
  readonly answer: (event: MechanismEvent) => void;
  readonly sense: (event: SensorEvent) => void;
  /** A fault asks for mains and battery to go, now. */
  readonly losePower: () => void;
}

/** Mechanism and sensors simulated behind their ports. */
export function simulatedElectronics(wiring: ElectronicsWiring): Electronics {
  const { timeline, random, crashPoints, parts, witness, power, answer, sense, losePower } = wiring;
  const sensors = new SimSensors(timeline, random, parts, power, sense);
  const mechanism = new SimMechanism(parts, {
    timeline,
    crashPoints,
    times: usualMotionTimes,
    witness,
    cupChanged: () => sensors.lookIntoCup(),
    answer,
    losePower,
  });
  return {
    mechanism,
    sensors,
    panel: { show: () => undefined },
    lock: { set: () => undefined },
    boot: (ready) => ready(),
    processGone() {
      mechanism.forgetListener();
      sensors.forgetListener();
    },
    losePower() {
      mechanism.losePower();
      sensors.forgetListener();
    },
    renew() {
      mechanism.dead = false;
    },
  };
}
