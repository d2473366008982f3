import { PARTIALS, type Pulse, type Signal } from '../../signals/signals.ts';
import { SAMPLES_PER_SECOND, type Sound } from './wav.ts';

/** What a ramp takes from nothing to full height, as a multiple of its time between 10 % and 90 %. */
const WHOLE_RAMP = 1 / 0.8;
const FULL = 32_767;

/** One turn of the wave; so fine that what is lost between its steps cannot be heard. */
const TURN = Float64Array.from({ length: 4096 }, (_, step) =>
  PARTIALS.reduce((sum, strength, place) => sum + strength * Math.sin((2 * Math.PI * (place + 1) * step) / 4096), 0),
);

/** A signal as one sound at full scale, from before its first pulse rises until its last has fallen. */
export function renderSignal({ pulses }: Signal): Sound {
  const shapes = pulses.map(shapeOf);
  const leadMs = -Math.min(...shapes.map(({ startMs }) => startMs));
  const endMs = Math.max(...shapes.map(({ endMs }) => endMs));
  const wave = new Float64Array(samplesIn(leadMs + endMs) + 1);
  for (const shape of shapes) add(wave, shape, leadMs);
  const peak = wave.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0);
  return {
    samples: Int16Array.from(wave, (value) => Math.round((FULL * value) / peak)),
    samplesPerSecond: SAMPLES_PER_SECOND,
  };
}

/** A pulse between its corners: straight up, level, straight down. */
interface Shape {
  readonly pitchHz: number;
  readonly startMs: number;
  readonly fullMs: number;
  readonly fallingMs: number;
  readonly endMs: number;
}

function shapeOf({ atMs, pitchHz, durationMs, riseMs, fallMs }: Pulse): Shape {
  const [rampUpMs, rampDownMs] = [riseMs * WHOLE_RAMP, fallMs * WHOLE_RAMP];
  const startMs = atMs - 0.9 * rampUpMs;
  const fallingMs = atMs + durationMs - 0.1 * rampDownMs;
  return { pitchHz, startMs, fullMs: startMs + rampUpMs, fallingMs, endMs: fallingMs + rampDownMs };
}

function add(wave: Float64Array, shape: Shape, leadMs: number): void {
  const from = samplesIn(leadMs + shape.startMs);
  const until = Math.min(wave.length, samplesIn(leadMs + shape.endMs));
  for (let index = from; index < until; index += 1) {
    const atMs = (1000 * index) / SAMPLES_PER_SECOND - leadMs;
    const turns = (shape.pitchHz * (atMs - shape.startMs)) / 1000;
    wave[index] = (wave[index] ?? 0) + timbreAt(turns) * heightAt(atMs, shape);
  }
}

function timbreAt(turns: number): number {
  return TURN[Math.floor((turns - Math.floor(turns)) * TURN.length)] ?? 0;
}

function heightAt(atMs: number, { startMs, fullMs, fallingMs, endMs }: Shape): number {
  if (atMs < fullMs) return Math.max(0, (atMs - startMs) / (fullMs - startMs));
  return atMs <= fallingMs ? 1 : Math.max(0, (endMs - atMs) / (endMs - fallingMs));
}

function samplesIn(ms: number): number {
  return Math.round((ms * SAMPLES_PER_SECOND) / 1000);
}
