import type { Sound } from '../../../hal/linux/voice/wav.ts';

const FULL = 32_767;

/** The part of a sound between two instants. */
export function between({ samples, samplesPerSecond }: Sound, fromMs: number, untilMs: number): Sound {
  const at = (ms: number) => Math.round((ms * samplesPerSecond) / 1000);
  return { samples: samples.slice(at(fromMs), at(untilMs)), samplesPerSecond };
}

/** Root mean square, in dB below full scale. */
export function levelDb({ samples }: Sound): number {
  const sum = samples.reduce((total, sample) => total + (sample / FULL) ** 2, 0);
  return 10 * Math.log10(sum / samples.length);
}

export function peakDb({ samples }: Sound): number {
  return 20 * Math.log10(samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0) / FULL);
}

/** How strong one frequency is: the amplitude of that sine, 1 at full scale (Goertzel, 1958, under a Hann window). */
export function strengthAt({ samples, samplesPerSecond }: Sound, hz: number): number {
  const turn = (2 * Math.PI * hz) / samplesPerSecond;
  const factor = 2 * Math.cos(turn);
  let [last, beforeLast] = [0, 0];
  for (let index = 0; index < samples.length; index += 1) {
    const window = 1 - Math.cos((2 * Math.PI * index) / samples.length);
    const next = (window * (samples[index] ?? 0)) / FULL + factor * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last ** 2 + beforeLast ** 2 - factor * last * beforeLast;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** The strongest frequency between two, to 4 Hz. */
export function strongestHz(sound: Sound, fromHz: number, untilHz: number): number {
  const stepHz = 4;
  let best = { hz: fromHz, strength: 0 };
  for (let hz = fromHz; hz <= untilHz; hz += stepHz) {
    const strength = strengthAt(sound, hz);
    if (strength > best.strength) best = { hz, strength };
  }
  return best.hz;
}

export interface HeardPulse {
  /** Where it first reaches 90 % of its height, and where it last does. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** From 10 % to 90 %, and back. */
  readonly riseMs: number;
  readonly fallMs: number;
  /** Its height, 1 at full scale. */
  readonly height: number;
}

/** The pulses of a burst, from its samples alone: what stands out of silence for at least 20 ms. */
export function pulsesIn(sound: Sound): readonly HeardPulse[] {
  const envelope = envelopeOf(sound);
  const ms = (index: number) => (1000 * index) / sound.samplesPerSecond;
  const found: HeardPulse[] = [];
  for (let start = 0; start < envelope.length; ) {
    if ((envelope[start] ?? 0) < 0.005) {
      start += 1;
      continue;
    }
    let end = start;
    while (end < envelope.length && (envelope[end] ?? 0) >= 0.005) end += 1;
    const one = envelope.slice(start, end);
    const height = one.reduce((highest, value) => Math.max(highest, value), 0);
    const first = (share: number) => start + one.findIndex((value) => value >= share * height);
    const last = (share: number) => start + one.findLastIndex((value) => value >= share * height);
    if (ms(end - start) >= 20) {
      const [fromMs, untilMs] = [ms(first(0.9)), ms(last(0.9))];
      found.push({ fromMs, untilMs, riseMs: fromMs - ms(first(0.1)), fallMs: ms(last(0.1)) - untilMs, height });
    }
    start = end;
  }
  return found;
}

/** The loudest within 2 ms to either side: a whole period of the lowest tone. */
function envelopeOf({ samples, samplesPerSecond }: Sound): Float64Array {
  const half = Math.round(samplesPerSecond / 500);
  const envelope = new Float64Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    let highest = 0;
    const until = Math.min(samples.length, index + half);
    for (let near = Math.max(0, index - half); near < until; near += 1) {
      highest = Math.max(highest, Math.abs(samples[near] ?? 0));
    }
    envelope[index] = highest / FULL;
  }
  return envelope;
}

/**
 * The pitch of a voice in each 40 ms that has one, in hertz: the lag at which the sound is most like itself (autocorrelation
 * over 60–400 Hz, at least 0.5).
 */
export function pitchesIn({ samples, samplesPerSecond }: Sound): readonly number[] {
  const frame = Math.round(samplesPerSecond * 0.04);
  const [lagMin, lagMax] = [Math.round(samplesPerSecond / 400), Math.round(samplesPerSecond / 60)];
  const found: number[] = [];
  for (let start = 0; start + frame + lagMax < samples.length; start += frame) {
    let best = { lag: 0, likeness: 0 };
    for (let lag = lagMin; lag <= lagMax; lag += 1) {
      const likeness = likenessAt(samples, start, frame, lag);
      if (likeness > best.likeness) best = { lag, likeness };
    }
    if (best.likeness >= 0.5) found.push(samplesPerSecond / best.lag);
  }
  return found;
}

function likenessAt(samples: Int16Array, start: number, frame: number, lag: number): number {
  let [product, own, other] = [0, 0, 0];
  for (let index = start; index < start + frame; index += 1) {
    const [here, there] = [samples[index] ?? 0, samples[index + lag] ?? 0];
    product += here * there;
    own += here * here;
    other += there * there;
  }
  return own < frame * 100_000 ? 0 : product / Math.sqrt(own * other);
}
