import type { Lamp, Level, PanelView } from '../ports/panel.ts';

/** How soon somebody must answer (IEC 60601-1-8, clause 6.1.2). */
export type Priority = 'high' | 'medium' | 'low';

/**
 * One pulse. `durationMs` is the effective duration of the standard (figure 1): from the moment it has risen to 90 % of
 * its height until it falls below that. `riseMs` and `fallMs` lie between 10 % and 90 %.
 */
export interface Pulse {
  /** When it has risen, counted from the first pulse. */
  readonly atMs: number;
  readonly pitchHz: number;
  readonly durationMs: number;
  readonly riseMs: number;
  readonly fallMs: number;
}

/** A burst or a motif, and how long after its beginning it begins anew. */
export interface Signal {
  readonly pulses: readonly Pulse[];
  readonly repeatMs: number;
}

/**
 * Alarm bursts after IEC 60601-1-8:2006+A1+A2, tables 3 and 4. High: ten pulses of 75–200 ms, x = 50–125 ms between them,
 * 2x and a pulse after the third and the eighth, 0.35–1.3 s after the fifth. Medium and low: three and two pulses of
 * 125–250 ms, y = 125–250 ms between them. A pulse rises within 10–20 % of its duration and has fallen before the next
 * one rises. Between bursts are 2.5–15 s, 2.5–30 s and more than 15 s.
 */
export const alarmBursts: Readonly<Record<Priority, Signal>> = {
  high: burst([0, 250, 500, 1000, 1250, 2000, 2250, 2500, 3000, 3250], { pitchHz: 587, durationMs: 150 }, 7_000),
  medium: burst([0, 400, 800], { pitchHz: 440, durationMs: 200 }, 9_000),
  low: burst([0, 400], { pitchHz: 330, durationMs: 200 }, 25_000),
};

/** A reminder is information and no alarm: a rising chime whose notes ring out, which nobody takes for one. */
export const reminders: Readonly<Record<Exclude<Level, 0>, Signal>> = {
  1: chime([392, 523], 260, 6_000),
  2: chime([392, 523, 659], 240, 4_000),
  3: chime([523, 659, 784, 659, 784], 210, 2_600),
};

/** The highest peak of a signal at each level of loudness, in dB below full scale. */
export const PEAK_DB: Readonly<Record<Exclude<Level, 0>, number>> = { 1: -18, 2: -10, 3: -2 };

/** The strength of each partial from the fundamental on: the standard asks for four within 15 dB of it, up to 4 kHz. */
export const PARTIALS = [1, 0.6, 0.5, 0.4, 0.3, 0.22] as const;

/** Which alarm a picture shows, if it shows one; null leaves it to the lamp: red is high, yellow is medium. */
export type PriorityOf = (view: PanelView) => Priority | null;

/** What sounds with a picture; null is silence, also while the sound of an alarm or a reminder is paused. */
export function signalOf(lamp: Lamp, sound: Level, priority: Priority | null): Signal | null {
  if (sound === 0) return null;
  if (lamp === 'alarm') return alarmBursts[priority ?? 'high'];
  if (lamp === 'warn') return alarmBursts[priority ?? 'medium'];
  return reminders[sound];
}

function burst(starts: readonly number[], shape: Pick<Pulse, 'pitchHz' | 'durationMs'>, repeatMs: number): Signal {
  const { durationMs } = shape;
  const pulses = starts.map((atMs) => ({ ...shape, atMs, riseMs: 0.15 * durationMs, fallMs: 0.3 * durationMs }));
  return { pulses, repeatMs };
}

function chime(pitches: readonly number[], stepMs: number, repeatMs: number): Signal {
  const pulses = pitches.map((pitchHz, place) => ({
    atMs: place * stepMs,
    pitchHz,
    durationMs: 0.2 * stepMs,
    riseMs: 16,
    fallMs: 1.8 * stepMs,
  }));
  return { pulses, repeatMs };
}
