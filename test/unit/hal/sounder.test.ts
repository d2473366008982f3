import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sounder } from '../../../hal/linux/voice/sounder.ts';
import type { Sound } from '../../../hal/linux/voice/wav.ts';
import type { Level, PanelView } from '../../../hal/ports/panel.ts';
import { PEAK_DB, reminders } from '../../../hal/signals/signals.ts';
import { peakDb } from './heard.ts';

const picture = (sound: Level): PanelView => ({
  message: 'dose-call',
  params: {},
  lamp: 'call',
  light: 1,
  sound,
  soundPaused: false,
  choices: [],
  button: 'release',
  device: 'DD-0042',
  serviceNumber: '70 12 34 56',
});

describe('the sounds of a picture', () => {
  const rung: Sound[] = [];
  let stopped = 0;
  let speaking = false;
  let sounder: Sounder;

  beforeEach(() => {
    vi.useFakeTimers();
    rung.length = 0;
    stopped = 0;
    speaking = false;
    const ring = (sound: Sound) => {
      if (!speaking) rung.push(sound);
      return !speaking;
    };
    const stopTone = () => {
      stopped += 1;
    };
    sounder = new Sounder({ ring, stopTone }, () => null);
  });
  afterEach(() => {
    sounder.close();
    vi.useRealTimers();
  });

  it('begin at once and repeat at the pace of their level, at the loudness of their level', () => {
    sounder.show(picture(1));
    vi.advanceTimersByTime(3 * reminders[1].repeatMs);
    expect(rung).toHaveLength(4);
    expect(rung.map((sound) => Math.round(peakDb(sound)))).toEqual(Array(4).fill(PEAK_DB[1]));
    sounder.show(picture(3));
    expect(rung).toHaveLength(5);
    expect(Math.round(peakDb(rung[4] as Sound))).toBe(PEAK_DB[3]);
  });

  it('go on as they were when the same picture is shown again, or another that sounds the same', () => {
    sounder.show(picture(2));
    const before = stopped;
    for (let round = 0; round < 10; round += 1) sounder.show({ ...picture(2), message: 'take-the-sachet' });
    expect(rung).toHaveLength(1);
    expect(stopped).toBe(before);
    vi.advanceTimersByTime(reminders[2].repeatMs);
    expect(rung).toHaveLength(2);
  });

  it('stop at once, and for good, when the sound is paused', () => {
    sounder.show(picture(3));
    const before = stopped;
    sounder.show(picture(0));
    expect(stopped).toBe(before + 1);
    vi.advanceTimersByTime(3_600_000);
    expect(rung).toHaveLength(1);
  });

  it('wait for a phrase to end and then go on', () => {
    speaking = true;
    sounder.show(picture(1));
    vi.advanceTimersByTime(5_000);
    expect(rung).toEqual([]);
    speaking = false;
    vi.advanceTimersByTime(400);
    expect(rung).toHaveLength(1);
  });
});
