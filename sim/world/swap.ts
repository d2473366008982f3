import { handoverOf } from '../../firmware/domain/handover.ts';
import { overAtHead } from '../../firmware/domain/leftovers.ts';
import type { Memory } from '../../firmware/domain/memory.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { decodeHandover, encodeHandover, type Handover } from '../../protocol/messages/handover.ts';
import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { ReferenceDose } from '../prescription/reference-schedule.ts';
import type { VisitSurroundings } from './service-visit.ts';
import type { Technician } from './technician.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** As long as the longest journey whose doses were taken out ahead. */
const aheadMs = 60 * dayMs;
const behindMs = 4 * dayMs;

/** Here there is only one that could be meant. */
const HEIR = Uint8Array.of(1);

/** For these a technician waits; any other refusal would stand for ever. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['time-suspect', 'storage-fault', 'busy']);

/** Which ledger a flash holds. */
export function epochOf(flash: Pick<Store, 'prepare'>): number {
  return Number(flash.prepare(`SELECT value FROM register WHERE name = 'epoch'`).get()?.value);
}

/** What a unit took with it that nobody can read any more. */
export interface LostLedger {
  /** When it was last heard, and when another had taken its place. */
  readonly fromMs: number;
  toMs: number;
  /** Doses of whose end only it knew. */
  readonly doses: ReadonlySet<string>;
}

/**
 * A technician puts another unit in the place of the one that stands there: hands over what the old one knew, or what
 * the centre knows when it is dead, puts the rolls over, and tells the new one what it has become.
 */
export class Swap {
  readonly #world: World;
  readonly #around: VisitSurroundings;
  readonly #technician: Technician;
  readonly lost: LostLedger[] = [];
  /** From the moment in which the old unit is taken away until the new one knows its rolls. */
  underWay = false;

  constructor(world: World, around: VisitSurroundings, technician: Technician) {
    this.#world = world;
    this.#around = around;
    this.#technician = technician;
  }

  /** The old unit can still be asked: it is locked for good first. Tries again until it could be. */
  living(): void {
    if (this.underWay) return;
    const told = this.#around.doorway.occupied ? null : this.#handedOver();
    if (told === null) {
      this.#world.timeline.after(10 * minuteMs, () => this.living());
      return;
    }
    const { handover, memory } = told;
    const { unit, centre } = this.#world;
    for (const roll of memory.rolls.values()) {
      const over = unit.parts.bays[roll.id].splice(0, overAtHead(memory, roll));
      if (over.length > 0) this.#around.witness({ type: 'removed', from: 'roll', sachets: over });
    }
    const written = unit.store.prepare('SELECT body FROM log ORDER BY seq').all();
    const bodies = written.map(({ body }) => body as Uint8Array);
    centre.takeIn(handover.epoch, bodies);
    this.#put(handover, true);
  }

  /** Nothing can be read from the old unit any more: what the centre has heard of it must do. */
  dead(): void {
    if (this.#around.doorway.occupied) {
      this.#world.timeline.after(10 * minuteMs, () => this.dead());
      return;
    }
    const { centre, schedule, nowMs, diary } = this.#world;
    const handover = centre.handover(schedule.between(nowMs - behindMs, nowMs + aheadMs), HEIR);
    const doses = new Set([...diary.fates.keys()].filter((dose) => centre.fateOf(dose) === undefined));
    this.lost.push({ fromMs: handover.at * 1000, toMs: Number.POSITIVE_INFINITY, doses });
    this.#put(handover, false);
  }

  /** Whether a dose may have come to an end that only a lost ledger knows. */
  mayHaveLost({ key, opensMs, closesMs }: Pick<ReferenceDose, 'key' | 'opensMs' | 'closesMs'>): boolean {
    return this.lost.some(({ fromMs, toMs, doses }) => doses.has(key) || (closesMs >= fromMs && opensMs <= toMs));
  }

  #handedOver(): { readonly handover: Handover; readonly memory: Memory } | null {
    const { unit } = this.#world;
    this.#technician.settle();
    unit.ask({ type: 'handover.asked', heir: HEIR });
    const { memory } = unit.host?.state ?? {};
    const ledger = unit.host?.ledger;
    const handover = ledger && memory ? handoverOf(ledger.identity, memory) : null;
    return handover === null || memory == null ? null : { handover, memory };
  }

  #put(handover: Handover, readable: boolean): void {
    this.underWay = true;
    this.#around.doorway.occupied = true;
    const { options, schedule, nowMs, unit } = this.#world;
    const flash = openStore({ path: ':memory:' });
    const { device } = options.spec;
    provision(flash, { device, config: schedule.config, atMs: nowMs, epoch: (handover.epoch % 0xffff_fffe) + 1 });
    this.#world.exchange(flash, readable);
    unit.start();
    this.#tell(encodeHandover(handover));
  }

  /** The new unit may need a moment, or a second try. */
  #tell(document: Uint8Array): void {
    const { unit, timeline, nowMs } = this.#world;
    unit.ask({ type: 'handover.offered', handover: decodeHandover(document) }, (outcome) => {
      if (outcome?.status === 'refused' && !PASSING.has(outcome.refusal.code)) {
        throw new Error(`The new unit refuses the handover: ${JSON.stringify(outcome.refusal)}.`);
      }
    });
    if (unit.host?.state.memory?.registers.tookOver == null) {
      timeline.after(minuteMs, () => this.#tell(document));
      return;
    }
    for (const lost of this.lost) lost.toMs = Math.min(lost.toMs, nowMs);
    this.#technician.settle();
    this.#around.doorway.occupied = false;
    this.#technician.announceRolls(() => {
      this.underWay = false;
    });
  }
}
