import type { Clock } from '../../hal/ports/clock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import type { Host } from '../host/host.ts';
import type { ImageBank } from '../update/image-bank.ts';
import { AirLine } from './air-line.ts';
import { AirUpdate } from './air-update.ts';
import { watchedBank } from './watched-bank.ts';

export interface AirOptions {
  readonly device: string;
  readonly mqtt: Mqtt;
  /** Wakes nobody else. */
  readonly clock: Clock;
  readonly images: ImageBank;
  readonly log: Log;
  readonly restartSoon: (reason: string) => void;
}

/** What the dispensing and the cable are given instead, so that firmware can come over the same line. */
export interface Air {
  readonly mqtt: Mqtt;
  readonly images: ImageBank;
  /** Begins, or goes on with, what the ledger of this host says. */
  attend(host: Host): void;
}

/** Makes room on line and bank for firmware over the air; outside of what a trace of the dispensing sees. */
export function airOf({ device, mqtt, clock, images, log, restartSoon }: AirOptions): Air {
  const line = new AirLine(mqtt, device);
  let touchedMonoMs: number | null = null;
  return {
    mqtt: line,
    images: watchedBank(images, () => {
      touchedMonoMs = clock.read().monoMs;
    }),
    attend(host) {
      const around = { line, log, restartSoon, host: () => host, bank: images, clock };
      new AirUpdate({ ...around, cableMonoMs: () => touchedMonoMs }).look();
    },
  };
}
