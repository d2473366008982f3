import type { IdleLine, PackedReading, TraceLine } from './format.ts';

/** More of them go on another line; so many are lost at most with the power. */
const BEATS_MAX = 64;

/** What a unit does all day: it wakes for nothing, says that it is there, and hears that the broker has taken that. */
const BEATS = { woken: 0, told: 1, taken: 2 } as const;
type Beat = (typeof BEATS)[keyof typeof BEATS];

/** Draws the idle time of a unit together, which is nearly all of its time, into a tenth of the lines. */
export class IdleLines {
  #beats: IdleLine['idle'][number][] = [];
  #firstId: number | null = null;
  #lastId = 0;
  #hash = '';

  /** @returns whether the line was taken in; if not, what was drawn together before it is to be written first */
  takes(line: TraceLine, hash: string): boolean {
    const beat = beatOf(line);
    const [reading, ...more] = line.clock ?? [];
    if (beat === undefined || reading === undefined || more.length > 0 || this.#beats.length >= BEATS_MAX) return false;
    if (beat === BEATS.taken) {
      const { id } = line.event as { readonly id: number };
      if (this.#firstId !== null && id !== this.#lastId + 1) return false;
      this.#firstId ??= id;
      this.#lastId = id;
    }
    this.#beats.push([beat, ...(typeof reading === 'number' ? [reading] : reading)] as IdleLine['idle'][number]);
    this.#hash = hash;
    return true;
  }

  /** The line for all that was taken in, or undefined. */
  end(): IdleLine | undefined {
    if (this.#beats.length === 0) return undefined;
    const line: IdleLine = {
      idle: this.#beats,
      ...(this.#firstId === null ? {} : { id: this.#firstId }),
      hash: this.#hash,
    };
    this.#beats = [];
    this.#firstId = null;
    return line;
  }
}

function beatOf({ in: entrance, event, clock: _clock, calls, hash, ...more }: TraceLine): Beat | undefined {
  if (Object.keys(more).length > 0) return undefined;
  if (entrance === 'wake') {
    if (calls === undefined && hash === undefined) return BEATS.woken;
    return calls === 1 && hash !== undefined ? BEATS.told : undefined;
  }
  const isTaken = (event as { readonly type?: string } | undefined)?.type === 'mqtt.published';
  return isTaken && calls === undefined && hash === undefined ? BEATS.taken : undefined;
}

/** The entrances of a line. Only of the last one it is known what the unit had done by then. */
export function entrancesOf({ idle, id = 0, hash }: IdleLine): TraceLine[] {
  let taken = id;
  return idle.map(([beat, ...reading], index): TraceLine => {
    const clock: PackedReading[] = [reading.length === 1 ? reading[0] : reading];
    const common = { clock, hash: index === idle.length - 1 ? hash : null };
    if (beat !== BEATS.taken) return { in: 'wake', ...common, ...(beat === BEATS.told ? { calls: 1 } : {}) };
    taken += 1;
    return { in: 'mqtt', event: { type: 'mqtt.published', id: taken - 1 }, ...common };
  });
}
