import type { RollId } from '../../hal/ports/mechanism.ts';
import type { PhysicalListener } from '../device/physical-event.ts';
import type { Sachet } from '../device/sachet.ts';
import type { SimUnit } from '../device/unit.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Diary } from './diary.ts';

const minuteMs = 60_000;
/** A visitor waits so often for a unit that is dark or busy, then comes back another time. */
const waitsMax = 300;
/** And so often does what the unit has not taken in, e.g. because it restarted meanwhile. */
const triesMax = 6;

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
}

/** What a visitor does while the door stands open. True when the unit has taken everything in. */
export type DeedsInside = () => boolean;

/**
 * A person with a key at the open service door: waits until the unit runs and nothing moves, opens, works, closes,
 * and begins again when the unit has not understood, for instance because it restarted half-way.
 */
export class ServiceVisit {
  readonly #around: VisitSurroundings;
  readonly #inside: DeedsInside;
  readonly #whenDone: (done: boolean) => void;
  #waits = 0;
  #tries = 0;

  constructor(around: VisitSurroundings, inside: DeedsInside, whenDone: (done: boolean) => void = () => undefined) {
    this.#around = around;
    this.#inside = inside;
    this.#whenDone = whenDone;
  }

  begin(): void {
    const { unit, timeline, doorway } = this.#around;
    if (!unit.running || unit.mechanism.moving || doorway.occupied) {
      this.#waits += 1;
      if (this.#waits > waitsMax) return this.#whenDone(false);
      timeline.after(unit.running ? 10_000 : 10 * minuteMs, () => this.begin());
      return;
    }
    doorway.occupied = true;
    // A door that was forced is shut first, then opened as it ought to be.
    if (unit.sensors.doorOpen()) unit.sensors.closeDoor();
    unit.sensors.openDoor(true);
    timeline.after(20_000, () => this.#work());
  }

  #work(): void {
    const { timeline, unit, doorway } = this.#around;
    const done = unit.running && this.#inside();
    timeline.after(minuteMs, () => {
      unit.sensors.closeDoor();
      doorway.occupied = false;
      if (done && unit.running) return this.#whenDone(true);
      this.#tries += 1;
      if (this.#tries >= triesMax) return this.#whenDone(false);
      timeline.after(2 * minuteMs, () => this.begin());
    });
  }
}

/** Takes out what a bay holds and puts a roll in; the unit is told what the labels say. */
export function fitRoll(around: VisitSurroundings, bay: RollId, roll: readonly Sachet[]): boolean {
  const { unit, diary, witness } = around;
  const old = unit.parts.bays[bay].splice(0);
  if (unit.parts.halfOut === bay) unit.parts.halfOut = undefined;
  if (old.length > 0) witness({ type: 'removed', from: 'roll', sachets: old });
  unit.parts.bays[bay].push(...roll);
  witness({ type: 'fitted', roll: bay, sachets: roll });
  return announceRoll(unit, diary, bay);
}

/** Tells the unit what a bay holds; true when the unit has written that down. */
export function announceRoll(unit: SimUnit, diary: Diary, bay: RollId): boolean {
  const before = diary.lastSeq;
  const loaded = unit.ask({
    type: 'stock.loaded',
    roll: bay,
    sachets: unit.parts.bays[bay].map((sachet) => sachet.contents),
  });
  return loaded && diary.lastSeq > before;
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
