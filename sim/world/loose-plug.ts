import type { World } from './world.ts';

/** Out for so long, and in again for so long. */
const OUT_MS = 300;
const IN_MS = 1_700;

/** The plug of the mechanism's board sits loosely: it comes and goes for so long, and stays in then. */
export function loosenPlug({ unit, timeline, nowMs }: World, forMs: number): void {
  const untilMs = nowMs + forMs;
  const slip = (): void => {
    if (timeline.nowMs >= untilMs) return;
    unit.mechanism.dead = true;
    timeline.after(OUT_MS, () => {
      unit.mechanism.dead = false;
      timeline.after(IN_MS, slip);
    });
  };
  slip();
}
