import type { PanelFace } from '../frames.ts';

/** One pattern of tones, repeated until the picture changes. Times in milliseconds, pitch in hertz. */
export interface SoundPattern {
  readonly pulses: readonly { readonly atMs: number; readonly pitchHz: number; readonly lengthMs: number }[];
  readonly repeatMs: number;
}

/** The strength of each partial from the fundamental on: IEC 60601-1-8 asks for at least four harmonics. */
export const partials = [1, 0.55, 0.4, 0.28, 0.2, 0.12] as const;

/** Loudness by level, 0–1. */
export const volumes = [0, 0.08, 0.2, 0.42] as const;

// Alarms follow IEC 60601-1-8 table 3: ten pulses for high priority, three for medium, two for low.
const high: SoundPattern = {
  pulses: burst([0, 250, 500, 1000, 1250, 2000, 2250, 2500, 3000, 3250], 587, 150),
  repeatMs: 7000,
};
const medium: SoundPattern = { pulses: burst([0, 450, 900], 440, 220), repeatMs: 9000 };
const low: SoundPattern = { pulses: burst([0, 450], 330, 220), repeatMs: 25_000 };

// A reminder is information and no alarm: a rising chime that cannot be mistaken for one.
const chimes: readonly [null, SoundPattern, SoundPattern, SoundPattern] = [
  null,
  { pulses: melody([392, 523], 260), repeatMs: 6000 },
  { pulses: melody([392, 523, 659], 240), repeatMs: 4000 },
  { pulses: melody([523, 659, 784, 659, 784], 210), repeatMs: 2600 },
];

/** What the loudspeaker repeats; `null` is silence. The same question always gets the same object. */
export function soundPattern(lamp: PanelFace['lamp'], level: PanelFace['sound']): SoundPattern | null {
  if (level === 0) return null;
  if (lamp === 'alarm') return high;
  if (lamp === 'warn') return level === 1 ? low : medium;
  return chimes[level];
}

function burst(starts: readonly number[], pitchHz: number, lengthMs: number): SoundPattern['pulses'] {
  return starts.map((atMs) => ({ atMs, pitchHz, lengthMs }));
}

function melody(pitches: readonly number[], stepMs: number): SoundPattern['pulses'] {
  return pitches.map((pitchHz, index) => ({ atMs: index * stepMs, pitchHz, lengthMs: stepMs * 1.6 }));
}
