import { IN_PLACE } from '../../firmware/domain/placement.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
// A unit in a process of its own, to be killed: the firmware on a ledger file, its hardware at the other end of a pipe.

import { bootHost } from '../../firmware/host/host.ts';
import type { InboxEvent } from '../../firmware/machine/events.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';

/** What the world tells the unit: the time, and what happened at that time. */
export interface Happening {
  readonly wallMs: number;
  readonly monoMs: number;
  /** Null: nothing but that time has passed. */
  readonly event: InboxEvent | null;
}

/** What the unit does to the world. `rest` says when it wants to be woken. */
export type Deed =
  | { readonly do: 'release' | 'swallow' | 'retract'; readonly intent: number; readonly roll: 'A' | 'B' }
  | { readonly do: 'inspect' }
  | { readonly do: 'rest'; readonly delayMs: number; readonly calls: boolean };

const send = (deed: Deed): void => void process.send?.(deed);
const ignore = (): void => {};
let now: Happening = { wallMs: 0, monoMs: 0, event: null };
let wake = ignore;
let delayMs = 0;
let calls = false;
let host: ReturnType<typeof bootHost> | undefined;
let enter: (event: never) => void = ignore;

function start(): void {
  host = bootHost({
    device: 'DD-KILL',
    firmware: '0.1.0',
    serviceNumber: '70 12 34 56',
    ports: {
      clock: {
        read: () => ({ wallMs: now.wallMs, monoMs: now.monoMs, source: 'rtc' }),
        wakeAfter: (ms, run) => {
          delayMs = ms;
          wake = run;
        },
      },
      store: openStore({ path: process.argv[2] as string }),
      mechanism: {
        listen: (listener) => {
          enter = listener as typeof enter;
        },
        release: (move) => send({ do: 'release', ...move }),
        swallow: (move) => send({ do: 'swallow', ...move }),
        retract: (move) => send({ do: 'retract', ...move }),
        inspect: () => send({ do: 'inspect' }),
        stop: ignore,
      },
      sensors: {
        listen: ignore,
        power: () => ({ source: 'mains', batteryPercent: 100 }),
        door: () => 'closed',
        placement: () => IN_PLACE,
      },
      panel: {
        show: (view) => {
          calls = view.button === 'release' && view.sound > 0;
        },
      },
      speech: { say: ignore },
      lock: { set: ignore },
      mqtt: { listen: ignore, connect: ignore, publish: ignore, disconnect: ignore },
      entropy: { below: () => 0 },
      signatures,
      log: { write: ignore },
      watchdog: { kick: ignore, restart: ignore },
    },
  });
}

process.on('message', (happening: Happening) => {
  now = happening;
  if (host === undefined) start();
  else if (happening.event === null) wake();
  else if (happening.event.type.startsWith('mechanism.')) enter(happening.event as never);
  else host.receive(happening.event);
  send({ do: 'rest', delayMs, calls });
});
