import type { MechanismAnswer, MechanismEvent } from '../../../hal/ports/mechanism.ts';
import { CrashPoints } from '../../../sim/device/crash-points.ts';
import { SimMechanism } from '../../../sim/device/mechanism.ts';
import { type MotionFault, usualMotionTimes } from '../../../sim/device/mechanism-faults.ts';
import { MechanismParts } from '../../../sim/device/mechanism-parts.ts';
import type { PhysicalEvent } from '../../../sim/device/physical-event.ts';
import { contentsOf, type Sachet } from '../../../sim/device/sachet.ts';
import { Timeline } from '../../../sim/kernel/timeline.ts';

export function keepAnswers(answers: MechanismAnswer[]): (event: MechanismEvent) => void {
  return (event) => {
    if (event.type !== 'mechanism.lost') answers.push(event);
  };
}

/** A mechanism on a bench: no firmware, a hand on the command line and an eye on everything. */
export class Bench {
  readonly timeline = new Timeline(0);
  readonly parts: MechanismParts;
  readonly mechanism: SimMechanism;
  readonly answers: MechanismAnswer[] = [];
  readonly seen: PhysicalEvent[] = [];
  powerLost = 0;
  #intent = 0;

  constructor(sachets: number, binCapacity = 100) {
    this.parts = new MechanismParts(binCapacity);
    for (let serial = 1; serial <= sachets; serial += 1) this.parts.bays.A.push(sachet(serial));
    this.mechanism = new SimMechanism(this.parts, {
      timeline: this.timeline,
      crashPoints: new CrashPoints(),
      times: usualMotionTimes,
      witness: (event) => this.seen.push(event),
      cupChanged: () => undefined,
      answer: (event) => this.mechanism.deliver(event),
      losePower: () => {
        this.powerLost += 1;
        this.mechanism.losePower();
      },
    });
    this.mechanism.listen(keepAnswers(this.answers));
  }

  /** Makes one motion with or without a fault and waits until all is quiet. */
  move(motion: 'release' | 'swallow' | 'retract', fault?: MotionFault): MechanismAnswer | undefined {
    this.begin(motion, fault);
    this.timeline.runUntil(this.timeline.nowMs + 120_000);
    return this.answers.at(-1);
  }

  begin(motion: 'release' | 'swallow' | 'retract', fault?: MotionFault): void {
    this.mechanism.faults = () => fault;
    this.#intent += 1;
    this.mechanism[motion]({ intent: this.#intent, roll: 'A' });
  }

  /** Where every sachet is, as a count per place. */
  get whereabouts() {
    const { bays, chute, cup, bin } = this.parts;
    return { roll: bays.A.length, chute: chute.length, cup: cup.length, bin: bin.length };
  }

  get total(): number {
    const { roll, chute, cup, bin } = this.whereabouts;
    return roll + chute + cup + bin;
  }

  names(place: readonly Sachet[]): string[] {
    return place.map(contentsOf);
  }
}

function sachet(serial: number): Sachet {
  return { serial, contents: { slot: `s${serial}`, date: '2026-03-02' } };
}
