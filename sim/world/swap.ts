import { handoverOf } from '../../firmware/domain/handover.ts';
import { overAtHead } from '../../firmware/domain/leftovers.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { decodeHandover, encodeHandover, type Handover } from '../../protocol/messages/handover.ts';
import type { Sachet } from '../device/sachet.ts';
import { announceRoll, ServiceVisit, type VisitSurroundings } from './service-visit.ts';
import type { Technician } from './technician.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** As long as the longest journey whose doses were taken out ahead. */
const aheadMs = 60 * dayMs;
const behindMs = 4 * dayMs;

/** Which ledger a flash holds. */
export function epochOf(flash: Pick<Store, 'prepare'>): number {
  return Number(flash.prepare(`SELECT value FROM register WHERE name = 'epoch'`).get()?.value);
}

/**
 * A technician puts another unit in the place of the one that stands there: hands over what the old one knew, or what
 * the centre knows when it is dead, puts the rolls over, and tells the new one what it has become.
 */
export class Swap {
  readonly #world: World;
  readonly #around: VisitSurroundings;
  readonly #technician: Technician;

  constructor(world: World, around: VisitSurroundings, technician: Technician) {
    this.#world = world;
    this.#around = around;
    this.#technician = technician;
  }

  /** The old unit can still be asked: it is locked for good first. Tries again until it could be. */
  living(): void {
    const { unit, timeline } = this.#world;
    this.#technician.settle();
    unit.ask({ type: 'handover.asked' });
    const { memory } = unit.host?.state ?? {};
    const ledger = unit.host?.ledger;
    const handover = ledger && memory ? handoverOf(ledger.identity, memory) : null;
    if (handover === null || memory == null) {
      timeline.after(minuteMs, () => this.living());
      return;
    }
    for (const roll of memory.rolls.values())
      this.#cutOff(unit.parts.bays[roll.id].splice(0, overAtHead(memory, roll)));
    const written = unit.store.prepare('SELECT body FROM log ORDER BY seq').all();
    this.#world.centre.takeIn(
      handover.epoch,
      written.map(({ body }) => body as Uint8Array),
    );
    this.#put(handover, true);
  }

  /** Nothing can be read from the old unit any more: what the centre has heard of it must do. */
  dead(): void {
    const { centre, schedule, nowMs } = this.#world;
    this.#put(centre.handover(schedule.between(nowMs - behindMs, nowMs + aheadMs)), false);
  }

  #cutOff(sachets: readonly Sachet[]): void {
    if (sachets.length > 0) this.#around.witness({ type: 'removed', from: 'roll', sachets });
  }

  #put(handover: Handover, readable: boolean): void {
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
    const { unit, timeline } = this.#world;
    unit.ask({ type: 'handover.offered', handover: decodeHandover(document) });
    if (unit.host?.state.memory?.registers.tookOver == null) {
      timeline.after(minuteMs, () => this.#tell(document));
      return;
    }
    this.#technician.settle();
    this.#announceRolls();
  }

  #announceRolls(): void {
    const { bays } = this.#world;
    new ServiceVisit(this.#around, {
      inside: () => bays.map((bay) => announceRoll(this.#around, bay)).every(Boolean),
      done: (done) => !done && this.#announceRolls(),
    }).begin();
  }
}
