import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import { type AlarmCode, alarmNumber } from '../../protocol/messages/alarm.ts';
import { encodeState } from '../../protocol/messages/state.ts';
import { topicOf } from '../../protocol/topics.ts';
import type { PhraseKey } from '../domain/phrases.ts';
import type { LedgerFault } from '../ledger/errors.ts';
import type { Host, HostOptions } from './host.ts';

export interface LockdownCause {
  readonly fault: LedgerFault | 'storage' | 'internal';
  /** One sentence for the technician. */
  readonly detail: string;
}

const MESSAGE: Readonly<Record<LockdownCause['fault'], PhraseKey>> = {
  damaged: 'ledger-damaged',
  contradiction: 'ledger-damaged',
  newer: 'ledger-damaged',
  empty: 'not-provisioned',
  storage: 'storage-fault',
  internal: 'fault',
};

/** How long a locked-down unit waits before it tries to reach the centre again. */
const RECONNECT_MS = 60_000;
/** A fault of the medium may pass; the unit restarts and reads everything anew. */
const RESTART_MS = 10 * 60_000;

/**
 * What is left when the ledger cannot be trusted: nothing moves, the door is locked, the panel says what to do and
 * whom to call, and the centre is told the fault. The file is not touched.
 */
export function lockDown({ device, firmware, serviceNumber, ports }: HostOptions, cause: LockdownCause): Host {
  const { mechanism, lock, panel, speech, mqtt, log, clock, watchdog, entropy } = ports;
  const message = MESSAGE[cause.fault];
  const code: AlarmCode = cause.fault === 'internal' ? 'internal-fault' : 'storage-fault';
  let stopped = false;

  mechanism.stop();
  lock.set(true);
  log.write('error', cause.detail);
  const params = { device, number: serviceNumber, code: String(alarmNumber(code)) };
  panel.show({ message, params, lamp: 'alarm', sound: 0, button: 'idle', device, serviceNumber });
  speech.say(message, params);

  const session = 1 + entropy.below(0xffff_fffe);
  const topic = topicOf(device, 'up/state');
  const connect = (): void =>
    mqtt.connect({ will: { topic, payload: encodeState({ online: false, session }) }, subscriptions: [] });

  let connected = false;
  mqtt.listen((event: MqttEvent) => {
    if (event.type === 'mqtt.disconnected') connected = false;
    if (stopped || event.type !== 'mqtt.connected') return;
    connected = true;
    const standing = { epoch: 0, boot: 0, configVersion: 0, firstSeq: 1, lastSeq: 0, fault: code };
    mqtt.publish(1, { topic, payload: encodeState({ online: true, session, firmware, ...standing }) });
  });
  connect();

  const startedMonoMs = clock.read().monoMs;
  const watch = (): void => {
    if (stopped) return;
    watchdog.kick();
    if (!connected) connect();
    if (cause.fault === 'storage' && clock.read().monoMs - startedMonoMs >= RESTART_MS) watchdog.restart(cause.detail);
    else clock.wakeAfter(RECONNECT_MS, watch);
  };
  clock.wakeAfter(RECONNECT_MS, watch);

  return {
    receive: () => {},
    state: { phase: 'lockedDown', cause, chart: {}, memory: null },
    stop: () => {
      stopped = true;
    },
  };
}
