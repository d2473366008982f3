import type { Ports } from '../../firmware/host/ports.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import type { MechanismEvent } from '../../hal/ports/mechanism.ts';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import type { SensorEvent } from '../../hal/ports/sensors.ts';
import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { Tag, TagEvent } from '../../hal/ports/tag.ts';
import type { ReplayScript } from './replay-script.ts';

/** Whom the firmware has asked to be woken and told. */
export interface Listeners {
  sensor?: (event: SensorEvent) => void;
  mechanism?: (event: MechanismEvent) => void;
  mqtt?: (event: MqttEvent) => void;
  tag?: (event: TagEvent) => void;
  wake?: () => void;
}

/** Ports that answer from a trace; only the store is real. */
export function replayPorts(store: Store, script: () => ReplayScript, listeners: Listeners): Ports {
  const call = (): void => script().call();
  const quiet = (): void => undefined;
  return {
    clock: {
      read: () => script().reading(),
      wakeAfter: (_delayMs, wake) => {
        listeners.wake = wake;
      },
    },
    entropy: { below: () => script().draw() },
    signatures,
    sensors: {
      listen: (listener) => {
        listeners.sensor = listener;
        call();
      },
      power: () => script().power,
      door: () => script().door,
      placement: () => script().placement,
    },
    mechanism: {
      listen: (listener) => {
        listeners.mechanism = listener;
        call();
      },
      release: call,
      swallow: call,
      retract: call,
      stop: call,
      inspect: call,
    },
    mqtt: {
      listen: (listener) => {
        listeners.mqtt = listener;
        call();
      },
      connect: call,
      publish: call,
      disconnect: call,
    },
    panel: { show: call },
    speech: { say: call },
    lock: { set: call },
    log: { write: quiet },
    watchdog: { kick: quiet, restart: call },
    traceFile: () => {
      call();
      const bytes = script().file;
      const read = (offset: number, length: number): Uint8Array => {
        call();
        return new Uint8Array(Math.min(length, bytes - offset));
      };
      return { bytes, read };
    },
    store: replayStore(store, script),
  };
}

/** The pocket tag of a unit that had one when it started. */
export function replayTag(script: () => ReplayScript, listeners: Listeners): Tag {
  const call = (): void => script().call();
  return {
    listen: (listener) => {
      listeners.tag = listener;
      call();
    },
    ...{ open: call, alert: call, close: call },
  };
}

function replayStore(store: Store, script: () => ReplayScript): Store {
  const read = <T>(act: () => T): T => script().read(act);
  const replayed = (statement: SqlStatement): SqlStatement => ({
    run: (...values) => read(() => statement.run(...values)),
    get: (...values) => read(() => statement.get(...values)),
    all: (...values) => read(() => statement.all(...values)),
  });
  return {
    prepare: (sql) => replayed(read(() => store.prepare(sql))),
    exec: (sql) => read(() => store.exec(sql)),
    transaction: (body) =>
      script().transaction((last) =>
        store.transaction(() => {
          const value = body();
          last();
          return value;
        }),
      ),
    integrityProblems: () => read(() => script().problems),
    image: () => store.image(),
    close: () => undefined,
  };
}
