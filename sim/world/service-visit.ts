import type { RollId } from '../../hal/ports/mechanism.ts';
import type { PhraseKey } from '../../protocol/phrases.ts';
import type { PhysicalListener } from '../device/physical-event.ts';
import type { Sachet } from '../device/sachet.ts';
import type { SimUnit } from '../device/unit.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Diary } from './diary.ts';

const minuteMs = 60_000;
/** A visitor waits so often for a unit that is dark or busy, then comes back another time. */
const waitsMax = 300;
/** And tries so often, a minute apart, to make the unit take in what was done. */
const triesMax = 40;

/** The unit waits for what is done inside. */
const atOpenDoor: ReadonlySet<string | undefined> = new Set<PhraseKey>([
  'open',
  'roll-unknown',
  'roll-over',
  'roll-refused',
]);

/** Only one visitor can stand at the service door. */
export interface Doorway {
  occupied: boolean;
}

export interface VisitSurroundings {
  readonly doorway: Doorway;
  readonly unit: SimUnit;
  readonly timeline: Timeline;
  readonly diary: Diary;
  readonly witness: PhysicalListener;
  /** The unit is told how many sachets a roll has, and not which. */
  readonly unlabelled: boolean;
}

/** What a visitor does. */
export interface Deeds {
  /** While the door stands open; true when the unit has taken everything in. Called again until it has. */
  readonly inside: () => boolean;
  /** Puts everything back as it was. */
  readonly undo?: () => void;
  /** The door is closed again. */
  readonly done?: (done: boolean) => void;
}

/**
 * A person with a key at the open service door: waits until the unit runs and nothing moves, opens, works, and closes
 * only when the unit has taken everything in, however often it restarts meanwhile. Who has to give up puts everything
 * back as it was.
 */
export class ServiceVisit {
  readonly #around: VisitSurroundings;
  readonly #deeds: Deeds;
  #waits = 0;
  #tries = 0;

  constructor(around: VisitSurroundings, deeds: Deeds) {
    this.#around = around;
    this.#deeds = deeds;
  }

  begin(): void {
    const { unit, timeline, doorway } = this.#around;
    if (!unit.running || unit.mechanism.moving || doorway.occupied) {
      this.#waits += 1;
      if (this.#waits > waitsMax) return this.#deeds.done?.(false);
      timeline.after(unit.running ? 10_000 : 10 * minuteMs, () => this.begin());
      return;
    }
    doorway.occupied = true;
    // A door that was forced is shut first, then opened as it ought to be.
    if (unit.sensors.isDoorOpen) unit.sensors.closeDoor();
    unit.sensors.openDoor(true);
    timeline.after(20_000, () => this.#work());
  }

  #work(): void {
    const { timeline, unit } = this.#around;
    // The display says when the unit is ready to be filled and settled, or what it has against what hangs there.
    const ready = unit.running && atOpenDoor.has(unit.signs.view?.message);
    const done = ready && this.#deeds.inside();
    this.#tries += 1;
    if (!done && this.#tries < triesMax) timeline.after(minuteMs, () => this.#work());
    else timeline.after(minuteMs, () => this.#leave(done));
  }

  #leave(done: boolean): void {
    const { unit, doorway } = this.#around;
    if (!done) this.#deeds.undo?.();
    unit.sensors.closeDoor();
    doorway.occupied = false;
    this.#deeds.done?.(done);
  }
}

/** Takes out what a bay holds and puts a roll in. */
export function exchangeRoll({ unit, witness }: VisitSurroundings, bay: RollId, roll: readonly Sachet[]): void {
  const old = unit.parts.bays[bay].splice(0);
  if (unit.parts.halfOut === bay) unit.parts.halfOut = undefined;
  if (old.length > 0) witness({ type: 'removed', from: 'roll', sachets: old });
  unit.parts.bays[bay].push(...roll);
  if (!unit.parts.hung[bay]) unit.sensors.hang(bay, true);
  witness({ type: 'fitted', roll: bay, sachets: roll });
}

/** Exchanges a roll and tells the unit what its labels say. */
export function fitRoll(around: VisitSurroundings, bay: RollId, roll: readonly Sachet[]): boolean {
  exchangeRoll(around, bay, roll);
  return announceRoll(around, bay);
}

/** Tells the unit what a bay holds; true when the unit has written that down, or has said why the roll is a wrong one. */
export function announceRoll({ unit, unlabelled }: VisitSurroundings, bay: RollId): boolean {
  const sachets = unit.parts.bays[bay].map(({ contents }) =>
    contents !== null && unlabelled ? ('unlabelled' as const) : contents,
  );
  let judged = false;
  unit.ask({ type: 'stock.loaded', roll: bay, sachets }, (outcome) => {
    if (outcome?.status === 'done') judged = true;
    if (outcome?.status === 'refused') judged = outcome.refusal.code.startsWith('roll-');
  });
  return judged;
}

/** Whoever has the key takes along what lies in the cup. */
export function clearCup({ unit, witness }: VisitSurroundings): void {
  const sachets = unit.parts.cup.splice(0);
  if (sachets.length === 0) return;
  witness({ type: 'removed', from: 'cup', sachets });
  unit.sensors.lookIntoCup();
}

export function emptyBin({ unit, witness }: VisitSurroundings): boolean {
  const sachets = unit.parts.bin.splice(0);
  if (sachets.length > 0) witness({ type: 'removed', from: 'bin', sachets });
  return unit.ask({ type: 'bin.emptied' });
}
