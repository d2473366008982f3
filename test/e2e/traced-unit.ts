// A unit in a process of its own that keeps a trace: the firmware on a ledger file, a folder of traces, the real clock
// and real chance. What stands around it comes by a pipe; its mechanism does at once what it is asked.

import { EVERY_PART } from '../../firmware/domain/parts.ts';
import { IN_PLACE } from '../../firmware/domain/placement.ts';
import { bootHost, type Host } from '../../firmware/host/host.ts';
import type { InboxEvent } from '../../firmware/machine/events.ts';
import { FieldTrace } from '../../firmware/trace/field-trace.ts';
import { traced } from '../../firmware/trace/tap.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import { createClock } from '../../hal/linux/clock.ts';
import { createEntropy } from '../../hal/linux/entropy.ts';
import { createLog } from '../../hal/linux/log.ts';
import { openTraceFolder } from '../../hal/linux/trace-store.ts';
import type { Evidence, MechanismEvent, Move, RollId } from '../../hal/ports/mechanism.ts';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import type { SensorEvent } from '../../hal/ports/sensors.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';

/** What the world does to the unit. */
export type Happening =
  | { readonly do: 'sense'; readonly event: SensorEvent }
  | { readonly do: 'ask'; readonly event: InboxEvent }
  | { readonly do: 'hear'; readonly event: MqttEvent }
  | { readonly do: 'offer'; readonly signed: string };

/** What the world sees of the unit. */
export type Sight =
  | { readonly see: 'panel'; readonly message: string; readonly button: string }
  | { readonly see: 'moved'; readonly what: string; readonly fed: number }
  | { readonly see: 'sent'; readonly topic: string };

interface Beginning {
  readonly ledger: string;
  readonly traces: string;
  readonly fed: number;
  readonly cup: Evidence['cup'];
  /** The motor turns, and the process is killed before it hears of it. */
  readonly mute: boolean;
}

const { ledger, traces, mute, ...found } = JSON.parse(process.argv[2] as string) as Beginning;
const unit = { device: 'DD-TRACE', firmware: '0.1.0', serviceNumber: '70 12 34 56' };
const aliveMs = 8_000;
const see = (sight: Sight): void => void process.send?.(sight);
const ignore = (): void => {};
const fed: Record<RollId, number> = { A: found.fed, B: 0 };
let { cup } = found;
let answer: (event: MechanismEvent) => void = ignore;
let sense: (event: SensorEvent) => void = ignore;
let hear: (event: MqttEvent) => void = ignore;

const evidence = (): Evidence => ({ fed: { ...fed }, binned: 0, cup, gate: 'clear' });
function move(what: string, { intent, roll }: Move): void {
  fed[roll] += 1;
  cup = 'occupied';
  see({ see: 'moved', what, fed: fed[roll] });
  if (!mute) setImmediate(() => answer({ type: 'mechanism.moved', intent, evidence: evidence() }));
}

const boot = traced(
  (ports, observe) => bootHost({ ...unit, aliveMs, ports, observe }),
  { of: unit.device, ...unit, aliveMs, parts: EVERY_PART },
  new FieldTrace(openTraceFolder(traces)),
);
const host: Host = boot(
  {
    clock: createClock({ assume: 'rtc' }),
    store: openStore({ path: ledger }),
    mechanism: {
      listen: (listener) => {
        answer = listener;
      },
      release: (asked) => move('release', asked),
      swallow: (asked) => move('swallow', asked),
      retract: (asked) => move('retract', asked),
      inspect: () => void setImmediate(() => answer({ type: 'mechanism.inspected', evidence: evidence() })),
      stop: ignore,
    },
    sensors: {
      listen: (listener) => {
        sense = listener;
      },
      power: () => ({ source: 'mains', batteryPercent: 100 }),
      door: () => 'closed',
      placement: () => IN_PLACE,
    },
    panel: { show: ({ message, button }) => see({ see: 'panel', message, button }) },
    speech: { say: ignore },
    lock: { set: ignore },
    mqtt: {
      listen: (listener) => {
        hear = listener;
      },
      connect: ignore,
      publish: (_id, { topic }) => see({ see: 'sent', topic }),
      disconnect: ignore,
    },
    entropy: createEntropy(),
    signatures,
    log: createLog(),
    watchdog: { kick: ignore, restart: ignore },
  },
  ignore,
);

process.on('message', (happening: Happening) => {
  if (happening.do === 'sense') {
    if (happening.event.type === 'cup.emptied') cup = 'empty';
    sense(happening.event);
  } else if (happening.do === 'ask') host.receive(happening.event);
  else if (happening.do === 'hear') hear(happening.event);
  else host.offerConfig(Buffer.from(happening.signed, 'base64'));
});
