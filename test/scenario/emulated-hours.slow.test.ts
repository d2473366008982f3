import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { obedientBoard } from '../../sim/bench/obedient-board.ts';
import { CYCLES_PER_MS } from '../../sim/board/chip.ts';
import { onEmulatedBoards } from '../../sim/board/reference.ts';

/** A day at the board's own pace takes two hours: `DOSIS_BOARD_HOURS=24`. */
const hours = Number(process.env.DOSIS_BOARD_HOURS ?? 0.05);
const isWatched = process.env.DOSIS_BOARD_HOURS !== undefined;
const HOUR_MS = 3_600_000;
const SAMPLES = 12;
/** The four doses of the day, from its start at five in the morning. */
const PRESSED_AFTER_H = [3.1, 7.1, 11.1, 15.1];
/** What the first hours fill once and for all: caches, compiled code, the ledger in memory. */
const SETTLED = 4;
const patienceMs = 3 * HOUR_MS;
/** An hour in which every report or reply kept something would keep a hundred times as much. */
const HEAP_BYTES_MAX = 3_000_000;
/** A question, a contact that settles: those that wait now may not have waited then. */
const TIMERS_IN_FLIGHT = 3;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it(
  `keeps neither memory nor handles in ${hours} hours of the board's own time`,
  () => {
    const samples = onEmulatedBoards(
      (electronicsOf, timers) => {
        const { world, releases, board } = obedientBoard(electronicsOf);
        return Array.from({ length: SAMPLES }, () => {
          world.timeline.runUntil(world.nowMs + (hours * HOUR_MS) / SAMPLES);
          collect();
          const { heapUsed, external } = memoryUsage();
          const sample = {
            bytes: heapUsed + external,
            handles: process.getActiveResourcesInfo().length,
            timers: timers.waiting,
            boardHours: board.chip.cycles / CYCLES_PER_MS / HOUR_MS,
            released: [...releases.values()].reduce((sum, one) => sum + one, 0),
          };
          if (isWatched) process.stderr.write(`${JSON.stringify(sample)}\n`);
          return sample;
        });
      },
      { sleepless: true },
    );
    const last = samples.at(-1) ?? expect.unreachable();
    const settled = samples[SETTLED] ?? expect.unreachable();
    expect(last.boardHours).toBeGreaterThan(hours * 0.99);
    expect(last.released).toBe(PRESSED_AFTER_H.filter((pressed) => pressed < hours).length);
    expect(last.handles).toBe(settled.handles);
    expect(Math.abs(last.timers - settled.timers)).toBeLessThanOrEqual(TIMERS_IN_FLIGHT);
    expect(last.bytes - settled.bytes).toBeLessThan(HEAP_BYTES_MAX);
  },
  patienceMs,
);
