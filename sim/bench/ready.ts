import { IN_PLACE } from '../../firmware/domain/placement.ts';
import { bootHost } from '../../firmware/host/host.ts';
import type { Ports } from '../../firmware/host/ports.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import type { Clock } from '../../hal/ports/clock.ts';
import type { MechanismEvent } from '../../hal/ports/mechanism.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { FOUR_A_DAY } from './four-a-day.ts';

const DEVICE = 'dosis-bench';

export function provisionFile(path: string, nowMs: number): void {
  const store = openStore({ path });
  provision(store, { device: DEVICE, config: FOUR_A_DAY, atMs: nowMs, epoch: 1 });
  store.close();
}

/** Starts the firmware on a ledger file and a mechanism that answers at once; returns when it is ready to remind. */
export function startToReady(path: string, clock: Clock): string {
  let answer: (event: MechanismEvent) => void = () => {};
  const evidence = { fed: { A: 0, B: 0 }, binned: 0, cup: 'empty', gate: 'clear' } as const;
  const ignore = (): void => {};
  const ports: Ports = {
    clock,
    store: openStore({ path }),
    mechanism: {
      listen: (listener) => {
        answer = listener;
      },
      inspect: () => answer({ type: 'mechanism.inspected', evidence }),
      release: ignore,
      swallow: ignore,
      retract: ignore,
      stop: ignore,
    },
    sensors: {
      listen: ignore,
      power: () => ({ source: 'mains', batteryPercent: 100 }),
      door: () => 'closed',
      placement: () => IN_PLACE,
    },
    panel: { show: ignore },
    speech: { say: ignore },
    lock: { set: ignore },
    mqtt: { listen: ignore, connect: ignore, publish: ignore, disconnect: ignore },
    entropy: { below: () => 0 },
    signatures,
    log: { write: ignore },
    watchdog: { kick: ignore, restart: ignore },
  };
  const host = bootHost({ device: DEVICE, firmware: '0.1.0', serviceNumber: FOUR_A_DAY.serviceNumber, ports });
  return host.state.chart.custody ?? host.state.phase;
}
