import type { ClockReading } from '../../hal/ports/clock.ts';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import type { DoorState, Placement, Power } from '../../hal/ports/sensors.ts';
import type { ByteSource } from '../domain/byte-source.ts';
import type { Ports } from '../host/ports.ts';
import type { Entrance } from './format.ts';

/** What is heard at the doors of the firmware. */
export interface PortEars {
  /** `event` gives what may be written down of it. */
  readonly enter: (entrance: Entrance, event: (() => unknown) | undefined, act: () => void) => void;
  readonly call: <T>(act: () => T) => T;
  readonly read: (reading: ClockReading) => void;
  readonly drawn: (number: number) => void;
  readonly seen: (
    state: { readonly power: Power } | { readonly door: DoorState } | { readonly placement: Placement },
  ) => void;
  /** So many bytes of the trace were asked for and are there. */
  readonly opened: (bytes: number) => void;
  /** What has come over the air, as it may be written down. */
  readonly recorded: (event: MqttEvent) => unknown;
}

type Listen<E> = (listener: (event: E) => void) => void;

/** The same ports, the store apart. */
export function tappedPorts(ports: Ports, ears: PortEars): Ports {
  const { enter, call } = ears;
  const { clock, entropy, sensors, mechanism, mqtt, panel, speech, lock, watchdog, traceFile, tag } = ports;
  const listening =
    <E>(entrance: Entrance, listen: Listen<E>, recorded: (event: E) => unknown): Listen<E> =>
    (listener) =>
      call(() =>
        listen((event) =>
          enter(
            entrance,
            () => recorded(event),
            () => listener(event),
          ),
        ),
      );
  return {
    ...ports,
    clock: {
      read: () => heard(clock.read(), ears.read),
      wakeAfter: (delayMs, wake) => clock.wakeAfter(delayMs, () => enter('wake', undefined, wake)),
    },
    entropy: { below: (bound) => heard(entropy.below(bound), ears.drawn) },
    sensors: {
      listen: listening('sensor', (listener) => sensors.listen(listener), asItIs),
      power: () => heard(sensors.power(), (power) => ears.seen({ power })),
      door: () => heard(sensors.door(), (door) => ears.seen({ door })),
      placement: () => heard(sensors.placement(), (placement) => ears.seen({ placement })),
    },
    mechanism: {
      listen: listening('mechanism', (listener) => mechanism.listen(listener), asItIs),
      release: (move) => call(() => mechanism.release(move)),
      swallow: (move) => call(() => mechanism.swallow(move)),
      retract: (move) => call(() => mechanism.retract(move)),
      stop: () => call(() => mechanism.stop()),
      inspect: () => call(() => mechanism.inspect()),
    },
    mqtt: {
      listen: listening('mqtt', (listener) => mqtt.listen(listener), ears.recorded),
      connect: (session) => call(() => mqtt.connect(session)),
      publish: (id, message) => call(() => mqtt.publish(id, message)),
      disconnect: () => call(() => mqtt.disconnect()),
    },
    panel: { show: (view) => call(() => panel.show(view)) },
    speech: { say: (phrase, params) => call(() => speech.say(phrase, params)) },
    lock: { set: (locked) => call(() => lock.set(locked)) },
    watchdog: { kick: () => watchdog.kick(), restart: (reason) => call(() => watchdog.restart(reason)) },
    ...(tag === undefined
      ? {}
      : {
          tag: {
            listen: listening('tag', (listener) => tag.listen(listener), asItIs),
            open: () => call(() => tag.open()),
            alert: (level) => call(() => tag.alert(level)),
            close: () => call(() => tag.close()),
          },
        }),
    ...(traceFile === undefined ? {} : { traceFile: (bytesMax) => heardFile(() => traceFile(bytesMax), ears) }),
  };
}

function heard<T>(value: T, ear: (value: T) => void): T {
  ear(value);
  return value;
}

/** Of a trace that is sent only its size is recorded: it would hold itself. */
function heardFile(open: () => ByteSource, { call, opened }: PortEars): ByteSource {
  const { bytes, read } = call(open);
  opened(bytes);
  return { bytes, read: (offset, length) => call(() => read(offset, length)) };
}

function asItIs<E>(event: E): E {
  return event;
}
