import { expect, it, vi } from 'vitest';
import { createSerial } from '../../hal/linux/serial.ts';
import { SimCable, soundCable } from '../../sim/device/serial.ts';
import { Random } from '../../sim/kernel/random.ts';
import { Timeline } from '../../sim/kernel/timeline.ts';
import { findCable, noSocat } from './cable.ts';
import { type SerialPair, serialContract } from './serial-suite.ts';

/** Long enough for anything that a cable does. */
const simulatedMsMax = 3_600_000;

function simulated(): SerialPair {
  const timeline = new Timeline(0);
  const cable = new SimCable(timeline, Random.stream(1, 'cable'), { ...soundCable(), plugged: false });
  return {
    device: cable.device,
    laptop: cable.laptop,
    plug: async () => cable.plug(),
    unplug: async () => cable.unplug(),
    async until(holds) {
      for (const endMs = timeline.nowMs + simulatedMsMax; !holds(); ) {
        if (timeline.nextMs > endMs || !timeline.step()) throw new Error('It did not come to pass.');
      }
    },
    remove: async () => undefined,
  };
}

function joined(): SerialPair {
  const cable = findCable();
  const options = { reopenMsMin: 20, reopenMsMax: 100 };
  return {
    ...cable,
    device: createSerial({ ...options, path: cable.device }),
    laptop: createSerial({ ...options, path: cable.laptop }),
    until: (holds) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 60_000, interval: 5 }),
  };
}

serialContract('simulated', simulated);
if (noSocat === undefined) serialContract('pseudo terminals', joined);
else it.skipIf(process.env.CI !== 'true')(`serial contract: pseudo terminals (${noSocat})`, () => expect.fail(noSocat));
