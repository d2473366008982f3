import type { Log } from '../ports/log.ts';
import type { Evidence, Mechanism, MechanismEvent, Move } from '../ports/mechanism.ts';
import type { BoardFile } from './board-file.ts';
import { type LabelCamera, type Movement, type Movements, movementsOf, Stuck } from './movements.ts';
import type { Parts } from './parts.ts';
import { Run, type Sequence } from './sequence.ts';
import type { Sketch } from './sketch.ts';
import type { Witness } from './sketch-protocol.ts';

export interface MechanismSurroundings {
  readonly file: BoardFile;
  readonly sketch: Sketch;
  readonly log: Log;
  /** What the cup's barrier sees; what was not told of it yet is told before this returns. */
  readonly cup: (witness: Witness) => Evidence['cup'];
  /** The board answers, and has told how the unit stands. */
  readonly isReady: () => boolean;
  /** Whether a sachet would fall where it should. */
  readonly isUpright: () => boolean;
  readonly camera?: LabelCamera | undefined;
}

interface Ended {
  readonly move: Move;
  /** Where it stuck; null when it did not. */
  readonly stuck: Stuck | null;
}

/**
 * The mechanism port on the reference unit. One movement at a time; it ends with the counters of the sketch, read anew. A
 * movement that was broken off, by a cable or by a sketch that started anew, ends as a jam as soon as the board is back:
 * what it had begun is for evidence and people to judge, never for another try.
 */
export class FiveMechanism implements Mechanism {
  readonly #around: MechanismSurroundings;
  #movements: Movements | undefined;
  #listener: (event: MechanismEvent) => void = () => undefined;
  #running: { readonly move: Move; readonly run: Run<Stuck | null> } | undefined;
  /** Asked for while the board was away, or broken off by its going: then it is stuck somewhere. */
  #unanswered: Ended | undefined;
  #inspectionOwed = false;

  constructor(around: MechanismSurroundings) {
    this.#around = around;
  }

  get isMoving(): boolean {
    return this.#running !== undefined;
  }

  /** A movement has ended, and the board was asked what came of it. */
  get isAnswering(): boolean {
    return this.#unanswered !== undefined && this.#around.isReady();
  }

  listen(listener: (event: MechanismEvent) => void): void {
    this.#listener = listener;
  }

  release(move: Move): void {
    this.#begin('release', move);
  }

  swallow(move: Move): void {
    this.#begin('swallow', move);
  }

  retract(move: Move): void {
    this.#begin('retract', move);
  }

  stop(): void {
    this.#unanswered = undefined;
    this.#running?.run.end();
    this.#running = undefined;
    this.#rest();
    if (this.#inspectionOwed) this.inspect();
  }

  inspect(): void {
    this.#inspectionOwed = true;
    if (this.#running !== undefined || !this.#around.isReady()) return;
    this.#read((evidence) => {
      if (!this.#inspectionOwed) return;
      this.#inspectionOwed = false;
      this.#listener({ type: 'mechanism.inspected', evidence });
    });
  }

  /** johnny-five has its parts. */
  furnished(parts: Parts): void {
    const { file, sketch, camera } = this.#around;
    this.#movements = movementsOf({ file, sketch, parts, camera });
  }

  /** The board is there, or there again, and is known: what was left open is answered by what it says. */
  ready(): void {
    const left = this.#unanswered;
    this.#unanswered = undefined;
    if (left !== undefined) this.#answer(left);
    else if (this.#inspectionOwed) this.inspect();
  }

  lost(): void {
    const running = this.#running;
    if (running === undefined) return this.#listener({ type: 'mechanism.lost' });
    this.#running = undefined;
    running.run.end();
    this.#around.sketch.watch('mechanism', false);
    this.#unanswered = { move: running.move, stuck: new Stuck('feed') };
    this.#around.log.write('warning', `Movement ${running.move.intent} was broken off.`);
  }

  #begin(movement: Movement, move: Move): void {
    if (this.#running !== undefined) return;
    if (this.#movements === undefined || !this.#around.isReady()) {
      // Nothing was said to a motor: by the same counters as before it did not move.
      this.#unanswered = { move, stuck: null };
      return;
    }
    if (!this.#around.isUpright()) {
      // The firmware knows of it, and asks for none; whatever asks all the same finds that nothing has moved.
      this.#around.log.write('warning', `Movement ${move.intent} is not made: the unit does not stand upright.`);
      this.#answer({ move, stuck: null });
      return;
    }
    this.#around.sketch.watch('mechanism', true);
    const run = new Run(guarded(this.#movements[movement](move)), (stuck) => this.#end(move, stuck));
    // It may have come to its end, or lost its board, before this line.
    if (!run.isOver) this.#running = { move, run };
  }

  #end(move: Move, stuck: Stuck | null): void {
    this.#running = undefined;
    this.#rest();
    this.#answer({ move, stuck });
  }

  /** A board that goes away meanwhile is asked once more when it is back. */
  #answer(ended: Ended): void {
    this.#unanswered = ended;
    this.#read((evidence) => {
      if (this.#unanswered !== ended) return;
      this.#unanswered = undefined;
      const { stuck } = ended;
      const { intent } = ended.move;
      if (stuck === null) this.#listener({ type: 'mechanism.moved', intent, evidence });
      else {
        this.#around.log.write('warning', `Movement ${intent} stopped: ${stuck.message}.`);
        const gate = stuck.lies ? 'blocked' : evidence.gate;
        this.#listener({ type: 'mechanism.jammed', intent, part: stuck.part, evidence: { ...evidence, gate } });
      }
      if (this.#inspectionOwed) this.inspect();
    });
  }

  /** Motors off, at once. */
  #rest(): void {
    const { sketch } = this.#around;
    if (sketch.isReady) sketch.ask({ type: 'end' }, () => undefined);
    sketch.watch('mechanism', false);
  }

  #read(tell: (evidence: Evidence) => void): void {
    this.#around.sketch.look((witness) => tell(this.#evidence(witness)));
  }

  #evidence(witness: Witness): Evidence {
    const { counts, dark } = witness;
    return {
      fed: { A: counts?.fedA ?? null, B: counts?.fedB ?? null },
      binned: counts?.binned ?? null,
      cup: this.#around.cup(witness),
      gate: dark.fedA || dark.fedB || dark.binned ? 'blocked' : 'clear',
    };
  }
}

/** @returns why it stuck, or null when it went through */
function* guarded(movement: Sequence<void>): Sequence<Stuck | null> {
  try {
    yield* movement;
    return null;
  } catch (error) {
    if (error instanceof Stuck) return error;
    throw error;
  }
}
