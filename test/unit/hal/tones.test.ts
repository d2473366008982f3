import { describe, expect, it } from 'vitest';
import { renderSignal } from '../../../hal/linux/voice/tone.ts';
import { atPeak, durationMs, encodeWav, isWholeWav, readWav } from '../../../hal/linux/voice/wav.ts';
import { alarmBursts, PEAK_DB, type Priority, reminders, signalOf } from '../../../hal/signals/signals.ts';
import { between, levelDb, peakDb, pulsesIn, strengthAt, strongestHz } from './heard.ts';

interface Standard {
  readonly pulses: number;
  /** The least and the most of: a pulse's effective duration, the spacing of two pulses, the time between bursts. */
  readonly durationMs: readonly [number, number];
  readonly spacingMs: readonly [number, number];
  readonly betweenBurstsMs: readonly [number, number];
}

// IEC 60601-1-8:2006+A1+A2, tables 3 and 4.
const standard: Readonly<Record<Priority, Standard>> = {
  high: { pulses: 10, durationMs: [75, 200], spacingMs: [50, 125], betweenBurstsMs: [2_500, 15_000] },
  medium: { pulses: 3, durationMs: [125, 250], spacingMs: [125, 250], betweenBurstsMs: [2_500, 30_000] },
  low: {
    pulses: 2,
    durationMs: [125, 250],
    spacingMs: [125, 250],
    betweenBurstsMs: [15_000, Number.POSITIVE_INFINITY],
  },
};
const priorities = ['high', 'medium', 'low'] as const;

/** From the end of each pulse to the beginning of the next. */
function spacings(priority: Priority): number[] {
  const pulses = pulsesIn(renderSignal(alarmBursts[priority]));
  return pulses.slice(1).map(({ fromMs }, index) => fromMs - (pulses[index]?.untilMs ?? 0));
}

function expectWithin(value: number, [least, most]: readonly [number, number]): void {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}

describe.each(priorities)('the burst of a %s-priority alarm, measured from its samples', (priority) => {
  const asked = standard[priority];
  const signal = alarmBursts[priority];
  const sound = renderSignal(signal);
  const pulses = pulsesIn(sound);
  const pitchHz = signal.pulses[0]?.pitchHz ?? 0;

  it('has the number of pulses of the standard, each of the right duration', () => {
    expect(pulses).toHaveLength(asked.pulses);
    for (const { fromMs, untilMs } of pulses) expectWithin(untilMs - fromMs, asked.durationMs);
  });

  it('rises within 10–20 % of a pulse, and has fallen before the next one rises', () => {
    for (const [index, { fromMs, untilMs, riseMs, fallMs }] of pulses.entries()) {
      expectWithin(riseMs / (untilMs - fromMs), [0.1, 0.2]);
      const next = pulses[index + 1];
      if (next !== undefined) expect(fallMs).toBeLessThanOrEqual(next.fromMs - untilMs - next.riseMs);
    }
  });

  it('spaces the pulses as the standard does, each spacing within 5 % of the others', () => {
    const all = spacings(priority);
    const even = priority === 'high' ? all.filter((_, index) => ![2, 4, 7].includes(index)) : all;
    const mean = even.reduce((sum, spacing) => sum + spacing, 0) / even.length;
    for (const spacing of even) {
      expectWithin(spacing, asked.spacingMs);
      expectWithin(spacing / mean, [0.95, 1.05]);
    }
  });

  it('leaves the time of the standard between two bursts', () => {
    const [first, last] = [pulses[0], pulses.at(-1)];
    expectWithin(signal.repeatMs - ((last?.untilMs ?? 0) - (first?.fromMs ?? 0)), asked.betweenBurstsMs);
  });

  it('sounds at 150–1000 Hz, with at least four harmonics from 300 to 4000 Hz within 15 dB of it', () => {
    for (const { fromMs, untilMs } of pulses) {
      const pulse = between(sound, fromMs, untilMs);
      const heardHz = strongestHz(pulse, 150, 1000);
      expectWithin(heardHz / pitchHz, [0.98, 1.02]);
      const ground = strengthAt(pulse, pitchHz);
      const harmonics = [2, 3, 4, 5, 6, 7, 8].map((times) => times * pitchHz).filter((hz) => hz >= 300 && hz <= 4000);
      const heard = harmonics.filter((hz) => Math.abs(20 * Math.log10(strengthAt(pulse, hz) / ground)) <= 15);
      expect(heard.length).toBeGreaterThanOrEqual(4);
    }
  });

  it('has no pulse more than 10 dB above another', () => {
    const heights = pulses.map(({ height }) => height);
    expect(20 * Math.log10(Math.max(...heights) / Math.min(...heights))).toBeLessThan(10);
  });
});

describe('the burst of a high-priority alarm', () => {
  it('groups its pulses three, two, three, two', () => {
    const all = spacings('high');
    const [x = 0] = all;
    const duration = 150;
    for (const index of [2, 7]) expectWithin((all[index] ?? 0) / (2 * x + duration), [0.95, 1.05]);
    expectWithin(all[4] ?? 0, [350, 1300]);
  });
});

describe('reminders', () => {
  const levels = [1, 2, 3] as const;

  it('are a tune of rising notes, which no alarm is', () => {
    for (const level of levels) {
      const pitches = reminders[level].pulses.map(({ pitchHz }) => pitchHz);
      expect(new Set(pitches).size).toBeGreaterThan(1);
      expect(pitches[1]).toBeGreaterThan(pitches[0] ?? 0);
    }
    for (const { pulses } of Object.values(alarmBursts))
      expect(new Set(pulses.map(({ pitchHz }) => pitchHz)).size).toBe(1);
  });

  it('grow by at least 6 dB a level, and come oftener', () => {
    const heard = levels.map((level) => levelDb(atPeak(renderSignal(reminders[level]), PEAK_DB[level])));
    expect((heard[1] ?? 0) - (heard[0] ?? 0)).toBeGreaterThan(6);
    expect((heard[2] ?? 0) - (heard[1] ?? 0)).toBeGreaterThan(6);
    const repeats = levels.map((level) => reminders[level].repeatMs);
    expect(repeats).toEqual([...repeats].sort((one, other) => other - one));
  });

  it('end before they begin anew, and sound within 150–1000 Hz', () => {
    for (const level of levels) {
      const { pulses, repeatMs } = reminders[level];
      const sound = renderSignal(reminders[level]);
      expect(durationMs(sound)).toBeLessThan(repeatMs);
      for (const { atMs, durationMs: longMs, pitchHz } of pulses) {
        const note = between(sound, atMs, atMs + longMs + 100);
        expectWithin(strongestHz(note, 150, 1000) / pitchHz, [0.96, 1.04]);
      }
    }
  });
});

describe('what sounds with a picture', () => {
  it('is nothing while sound is paused, whatever the lamp', () => {
    for (const lamp of ['off', 'ready', 'call', 'warn', 'alarm'] as const) expect(signalOf(lamp, 0, 'high')).toBeNull();
  });

  it('is the burst of the alarm’s priority, else what the lamp says; a call never is an alarm', () => {
    expect(signalOf('alarm', 3, null)).toBe(alarmBursts.high);
    expect(signalOf('alarm', 1, 'medium')).toBe(alarmBursts.medium);
    expect(signalOf('warn', 1, 'low')).toBe(alarmBursts.low);
    expect(signalOf('warn', 2, null)).toBe(alarmBursts.medium);
    expect(signalOf('call', 2, 'high')).toBe(reminders[2]);
    expect(signalOf('ready', 1, null)).toBe(reminders[1]);
  });
});

describe('a sound as a file', () => {
  const sound = atPeak(renderSignal(alarmBursts.medium), -6);

  it('reads back as it was, also from a pipe whose header promises too much', () => {
    const bytes = encodeWav(sound);
    expect(readWav(bytes)).toEqual(sound);
    expect(peakDb(sound)).toBeCloseTo(-6, 2);
    new DataView(bytes.buffer).setUint32(40, 0x7fff_f000, true);
    expect(readWav(bytes)).toEqual(sound);
    expect(isWholeWav(bytes)).toBe(false);
  });

  it('is known not to be whole wherever it was cut off, and to be none when it is something else', () => {
    const bytes = encodeWav(sound);
    expect(isWholeWav(bytes)).toBe(true);
    for (const length of [0, 4, 43, 44, 45, bytes.length - 1])
      expect(isWholeWav(bytes.subarray(0, length))).toBe(false);
    expect(readWav(new Uint8Array(100))).toBeUndefined();
    expect(isWholeWav(new Uint8Array(bytes.length))).toBe(false);
  });
});
