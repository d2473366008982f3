import type { Mechanism, MechanismEvent, MechanismPart, Move } from '../../hal/ports/mechanism.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';
import type { CrashPoints } from './crash-points.ts';
import type { MotionFault, MotionFaultSource, MotionTimes } from './mechanism-faults.ts';
import type { MechanismParts } from './mechanism-parts.ts';
import type { Motion, PhysicalListener } from './physical-event.ts';
import type { Sachet } from './sachet.ts';

const noFault: MotionFault = {};

interface Running {
  readonly motion: Motion;
  readonly move: Move;
  readonly fault: MotionFault;
  booking: Booking | undefined;
}

/** What the mechanism needs from the unit around it. */
export interface MechanismSurroundings {
  readonly timeline: Timeline;
  readonly crashPoints: CrashPoints;
  readonly times: MotionTimes;
  readonly witness: PhysicalListener;
  /** Called when cup or gate sensors may read differently from before. */
  readonly cupChanged: () => void;
  /** Hands feedback to the firmware, if one is running. */
  readonly answer: (event: MechanismEvent) => void;
  /** A fault asks for mains and battery to go, now. */
  readonly losePower: () => void;
}

/**
 * The board that moves sachets, behind the mechanism port. A motion is a row of phases (feed, cut, gate); each ends
 * with a change of the physical truth, so a power cut between two phases leaves the sachet exactly where it was.
 */
export class SimMechanism implements Mechanism {
  readonly parts: MechanismParts;
  faults: MotionFaultSource = () => undefined;
  #dead = false;
  readonly #around: MechanismSurroundings;
  #listener: ((event: MechanismEvent) => void) | undefined;
  #running: Running | undefined;
  #inspection: Booking | undefined;
  #inspectAfterMotion = false;
  /** Asked while its board was away: answered when it is back. */
  #inspectionOwed = false;

  constructor(parts: MechanismParts, around: MechanismSurroundings) {
    this.parts = parts;
    this.#around = around;
  }

  /** Its board hears nothing and says nothing, until somebody seats its cable again. */
  get dead(): boolean {
    return this.#dead;
  }

  set dead(dead: boolean) {
    if (dead && !this.#dead && !this.moving) this.#say({ type: 'mechanism.lost' });
    this.#dead = dead;
    if (!dead && this.#inspectionOwed) this.#bookInspection();
  }

  get moving(): boolean {
    return this.#running !== undefined;
  }

  listen(listener: (event: MechanismEvent) => void): void {
    this.#listener = listener;
  }

  release(move: Move): void {
    this.#around.crashPoints.around('mechanism.release', () => this.#start('release', move));
  }

  swallow(move: Move): void {
    this.#around.crashPoints.around('mechanism.swallow', () => this.#start('swallow', move));
  }

  retract(move: Move): void {
    this.#around.crashPoints.around('mechanism.retract', () => this.#start('retract', move));
  }

  stop(): void {
    this.#around.crashPoints.around('mechanism.stop', () => this.#halt());
  }

  inspect(): void {
    this.#around.crashPoints.around('mechanism.inspect', () => {
      if (this.moving) this.#inspectAfterMotion = true;
      else this.#bookInspection();
    });
  }

  /** The firmware's process is gone: nobody listens, but the motors finish what they were doing. */
  forgetListener(): void {
    this.#listener = undefined;
    this.#inspectAfterMotion = false;
    this.#inspectionOwed = false;
    this.#around.timeline.cancel(this.#inspection);
    this.#inspection = undefined;
  }

  /** No power: motors stand still, the sachets stay where they are. */
  losePower(): void {
    this.#halt();
    this.forgetListener();
  }

  #halt(): void {
    this.#around.timeline.cancel(this.#running?.booking);
    this.#running = undefined;
    if (this.#inspectAfterMotion) this.#bookInspection();
  }

  #bookInspection(): void {
    this.#inspectAfterMotion = false;
    this.#around.timeline.cancel(this.#inspection);
    this.#inspection = this.#around.timeline.after(this.#around.times.inspectMs, () => {
      this.#inspection = undefined;
      this.#inspectionOwed = this.dead;
      this.#say({ type: 'mechanism.inspected', evidence: this.parts.evidence() });
    });
  }

  #say(event: MechanismEvent): void {
    if (this.#listener !== undefined && !this.dead) this.#around.answer(event);
  }

  /** The listener itself, for the unit that hands events over. */
  deliver(event: MechanismEvent): void {
    this.#listener?.(event);
  }

  #start(motion: Motion, move: Move): void {
    if (this.dead) return;
    const refused = this.moving;
    this.#around.witness({ type: 'commanded', motion, intent: move.intent, roll: move.roll, refused });
    if (refused) return;
    const running: Running = { motion, move, fault: this.faults() ?? noFault, booking: undefined };
    this.#running = running;
    // A sachet would fall anywhere.
    if (!this.parts.upright) return this.#finish(running);
    const { times } = this.#around;
    const totalMs = motion === 'retract' ? times.retractMs : times.feedMs + times.cutMs + times.gateMs;
    if (running.fault.powerCutAt !== undefined) this.#cutPowerAfter(running, totalMs * running.fault.powerCutAt);
    if (motion === 'retract') this.#then(running, times.retractMs, () => this.#drawBack(running));
    else this.#then(running, times.feedMs / 2, () => this.#enterCutter(running));
  }

  #cutPowerAfter(running: Running, delayMs: number): void {
    this.#around.timeline.after(delayMs * (running.fault.slowness ?? 1), () => {
      if (this.#running === running) this.#around.losePower();
    });
  }

  #then(running: Running, delayMs: number, phase: () => void): void {
    running.booking = this.#around.timeline.after(delayMs * (running.fault.slowness ?? 1), phase);
  }

  /** Half of the feed: the head sachet pushes into the cutter, unless something holds it back. */
  #enterCutter(running: Running): void {
    const { parts } = this;
    const { roll } = running.move;
    const { jam, noMovement } = running.fault;
    if (noMovement) return this.#finish(running);
    if (parts.bays[roll].length === 0 || !parts.hung[roll]) return this.#stall(running, 'feed', false);
    if (parts.halfOut !== undefined && parts.halfOut !== roll) return this.#stall(running, 'cutter', false);
    if (parts.obstruction === 'feed' || jam?.part === 'feed') return this.#stall(running, 'feed', true);
    if (parts.obstruction === 'cutter') return this.#stall(running, 'cutter', true);
    if (jam?.part === 'cutter' && !jam.halfOut) return this.#stall(running, 'cutter', true);
    parts.halfOut = roll;
    this.#then(running, this.#around.times.feedMs / 2 + this.#around.times.cutMs, () => this.#cut(running));
  }

  #cut(running: Running): void {
    if (running.fault.jam?.part === 'cutter') return this.#stall(running, 'cutter', true);
    const { roll, intent } = running.move;
    const sachets = this.parts.cut(roll, running.fault.doubleFeed ? 2 : 1);
    this.#around.witness({ type: 'cut', roll, intent, sachets });
    this.#then(running, this.#around.times.gateMs, () => this.#openGate(running));
  }

  #openGate(running: Running): void {
    const { parts } = this;
    if (parts.obstruction === 'gate' || running.fault.jam?.part === 'gate') return this.#stall(running, 'gate', true);
    if (running.motion === 'release') {
      this.#present(running, parts.dropToCup());
      return this.#finish(running);
    }
    this.#binned(running, parts.dropToBin());
    return parts.chute.length > 0 ? this.#stall(running, 'gate', false) : this.#finish(running);
  }

  #drawBack(running: Running): void {
    if (running.fault.noMovement) return this.#finish(running);
    if (this.parts.obstruction === 'gate' || running.fault.jam?.part === 'gate')
      return this.#stall(running, 'gate', true);
    this.#binned(running, this.parts.drawBack());
    this.#around.cupChanged();
    return this.parts.cup.length > 0 ? this.#stall(running, 'gate', false) : this.#finish(running);
  }

  #present(running: Running, sachets: readonly Sachet[]): void {
    this.#around.witness({ type: 'presented', intent: running.move.intent, sachets });
    this.#around.cupChanged();
  }

  #binned(running: Running, sachets: readonly Sachet[]): void {
    if (sachets.length === 0) return;
    this.#around.witness({ type: 'binned', intent: running.move.intent, motion: running.motion, sachets });
  }

  /** The board pushes until it gives up. `sticks`: it stays stuck until somebody frees it. */
  #stall(running: Running, part: MechanismPart, sticks: boolean): void {
    if (sticks) this.parts.obstruction = part;
    this.#around.witness({ type: 'stalled', intent: running.move.intent, part });
    this.#then(running, this.#around.times.stallMs, () => {
      this.#end(running, {
        type: 'mechanism.jammed',
        intent: running.move.intent,
        part,
        evidence: this.parts.evidence(),
      });
    });
  }

  #finish(running: Running): void {
    this.#then(running, this.#around.times.answerMs, () => {
      this.#end(running, { type: 'mechanism.moved', intent: running.move.intent, evidence: this.parts.evidence() });
    });
  }

  #end(running: Running, event: MechanismEvent): void {
    this.#running = undefined;
    if (!running.fault.feedbackLost) this.#say(event);
    if (this.#inspectAfterMotion) this.#bookInspection();
  }
}
