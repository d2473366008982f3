/** One sound: a single channel of 16-bit samples. */
export interface Sound {
  readonly samples: Int16Array;
  readonly samplesPerSecond: number;
}

/** What espeak-ng speaks at; the tones keep to it, so that a sound card never has to change its pace. */
export const SAMPLES_PER_SECOND = 22_050;

const HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;
const PCM = 1;
const FULL = 32_767;

export function durationMs({ samples, samplesPerSecond }: Sound): number {
  return (1000 * samples.length) / samplesPerSecond;
}

/** A RIFF/WAVE file (Microsoft and IBM, 1991) with a format and a data chunk. */
export function encodeWav({ samples, samplesPerSecond }: Sound): Uint8Array {
  const dataBytes = samples.length * SAMPLE_BYTES;
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii('RIFF'), 0);
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  bytes.set(ascii('WAVEfmt '), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, samplesPerSecond, true);
  view.setUint32(28, samplesPerSecond * SAMPLE_BYTES, true);
  view.setUint16(32, SAMPLE_BYTES, true);
  view.setUint16(34, 8 * SAMPLE_BYTES, true);
  bytes.set(ascii('data'), 36);
  view.setUint32(40, dataBytes, true);
  for (const [index, sample] of samples.entries()) view.setInt16(HEADER_BYTES + index * SAMPLE_BYTES, sample, true);
  return bytes;
}

/**
 * Reads what `encodeWav` or espeak-ng wrote. A program that writes to a pipe does not know the length when it writes the
 * header, and promises too much: the samples then run to the end. Undefined for anything else.
 */
export function readWav(bytes: Uint8Array): Sound | undefined {
  if (bytes.length < HEADER_BYTES || text(bytes, 0) !== 'RIFF' || text(bytes, 8) !== 'WAVE') return undefined;
  if (text(bytes, 12) !== 'fmt ' || text(bytes, 36) !== 'data') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isMono16 =
    view.getUint16(20, true) === PCM && view.getUint16(22, true) === 1 && view.getUint16(34, true) === 16;
  if (!isMono16) return undefined;
  const dataBytes = Math.min(view.getUint32(40, true), bytes.length - HEADER_BYTES);
  const samples = new Int16Array(Math.floor(dataBytes / SAMPLE_BYTES));
  for (const index of samples.keys()) samples[index] = view.getInt16(HEADER_BYTES + index * SAMPLE_BYTES, true);
  return { samples, samplesPerSecond: view.getUint32(24, true) };
}

/** Whether a file holds all that its header promises: one that a power cut left half written does not. */
export function isWholeWav(bytes: Uint8Array): boolean {
  if (readWav(bytes) === undefined) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length > HEADER_BYTES && view.getUint32(40, true) === bytes.length - HEADER_BYTES;
}

/** The same sound with its highest peak at `peakDb` below full scale (dBFS, ≤ 0). Silence stays silence. */
export function atPeak({ samples, samplesPerSecond }: Sound, peakDb: number): Sound {
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  if (peak === 0) return { samples, samplesPerSecond };
  const gain = (FULL * 10 ** (peakDb / 20)) / peak;
  return { samples: samples.map((sample) => Math.round(sample * gain)), samplesPerSecond };
}

function ascii(letters: string): Uint8Array {
  return new TextEncoder().encode(letters);
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
