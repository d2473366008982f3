import { sha256 } from '@noble/hashes/sha2.js';
import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import { faultNumber, lockdownFaults } from '../../protocol/faults/catalogue.ts';
import type { ConfigReport } from '../../protocol/messages/config-report.ts';
import { encodeState } from '../../protocol/messages/state.ts';
import type { PhraseKey } from '../../protocol/phrases.ts';
import { isDeviceId, topicOf } from '../../protocol/topics.ts';
import { refused } from '../domain/orders.ts';
import type { LedgerFault } from '../ledger/errors.ts';
import { ALIVE_MS } from '../link/link.ts';
import type { Host, HostOptions } from './host.ts';
import { LockedPanel } from './locked-panel.ts';

export interface LockdownCause {
  readonly fault: LedgerFault | 'storage' | 'internal';
  /** One sentence for the technician. */
  readonly detail: string;
}

/** What the centre is told; alarms come first, for a centre that does not know the causes yet. */
const TOLD = {
  damaged: { fault: 'storage-fault', cause: 'ledger-damaged' },
  contradiction: { fault: 'storage-fault', cause: 'ledger-contradiction' },
  newer: { fault: 'storage-fault', cause: 'ledger-newer' },
  empty: { fault: 'storage-fault', cause: 'not-provisioned' },
  storage: { fault: 'storage-fault' },
  internal: { fault: 'internal-fault' },
} as const satisfies Readonly<Record<LockdownCause['fault'], object>>;

/** How long a locked-down unit waits before it tries to reach the centre again. */
const RECONNECT_MS = 60_000;
/** The watchdog wants to be kicked at least this often, also by a unit that has nobody to tell. */
const LOOK_MS = 15_000;
/** A fault of the medium may pass; the unit restarts and reads everything anew. */
const RESTART_MS = 10 * 60_000;

/**
 * What is left when the ledger cannot be trusted: nothing moves, the door is locked, the panel says what to do and
 * whom to call, and the centre is told the fault, again and again. The file is not touched.
 */
export function lockDown(options: HostOptions, cause: LockdownCause): Host {
  const { device, firmware, ports, aliveMs = ALIVE_MS } = options;
  const { mechanism, lock, mqtt, log, clock, watchdog, entropy } = ports;
  let stopped = false;

  mechanism.stop();
  lock.set(true);
  ports.tag?.alert(0);
  log.write('error', cause.detail);
  const panel = callPeople(options, cause);
  // A unit that is nobody yet has no centre to tell.
  const topic = isDeviceId(device) ? topicOf(device, 'up/state') : null;
  let session = 0;
  let state: 'away' | 'connected' | 'publishing' = 'away';
  let triedMonoMs = 0;
  let toldMonoMs = 0;

  const connect = (): void => {
    triedMonoMs = clock.read().monoMs;
    if (topic === null) return;
    state = 'away';
    session = 1 + entropy.below(0xffff_fffe);
    mqtt.connect({ will: { topic, payload: encodeState({ online: false, session }) }, subscriptions: [] });
  };
  const tell = (): void => {
    if (topic === null) return;
    state = 'publishing';
    toldMonoMs = clock.read().monoMs;
    mqtt.publish(1, { topic, payload: encodeState({ online: 'lockedDown', session, firmware, ...TOLD[cause.fault] }) });
  };
  mqtt.listen((event: MqttEvent) => {
    if (stopped) return;
    if (event.type === 'mqtt.disconnected') state = 'away';
    if (event.type === 'mqtt.published' && state === 'publishing') state = 'connected';
    if (event.type === 'mqtt.connected') tell();
    sleep();
  });

  /** A clock may wake sooner than it was asked to, so what is due goes by its reading. */
  const dueMonoMs = (): number => {
    if (state === 'connected') return toldMonoMs + aliveMs;
    // A broker that has not answered for so long is left for a new attempt.
    return (state === 'publishing' ? toldMonoMs : triedMonoMs) + RECONNECT_MS;
  };
  const startedMonoMs = clock.read().monoMs;
  const sleep = (): void => {
    const dueMs = dueMonoMs() - clock.read().monoMs;
    clock.wakeAfter(Math.max(0, Math.min(LOOK_MS, panel.refresh(), dueMs)), watch);
  };
  const watch = (): void => {
    if (stopped) return;
    watchdog.kick();
    const { monoMs } = clock.read();
    if (cause.fault === 'storage' && monoMs - startedMonoMs >= RESTART_MS) return watchdog.restart(cause.detail);
    if (monoMs >= dueMonoMs()) {
      if (state === 'connected') tell();
      else connect();
    }
    sleep();
  };
  connect();
  sleep();

  return {
    receive: () => refused('storage-fault'),
    offerConfig: lockedReport,
    ledger: null,
    report: null,
    state: { phase: 'lockedDown', cause, chart: {}, memory: null, nowMs: 0, strayAcks: 0 },
    stop: () => {
      stopped = true;
      panel.stop();
    },
  };
}

/** What is shown, heard and said to whoever stands before the unit. One that is nobody yet has no citizen to call. */
function callPeople({ device, serviceNumber, ports }: HostOptions, { fault }: LockdownCause): LockedPanel {
  const code = lockdownFaults[fault];
  const message: PhraseKey = code === 'internal-fault' ? 'fault' : code;
  const params = { device, number: serviceNumber, code: String(faultNumber(code)) };
  const view = {
    message,
    params,
    lamp: 'alarm',
    light: 3,
    choices: [],
    button: 'idle',
    device,
    serviceNumber,
  } as const;
  const panel = new LockedPanel(ports, view, { isHeard: fault !== 'empty' || isDeviceId(device) });
  panel.refresh();
  ports.speech.say(message, params);
  return panel;
}

/** Nothing is taken in by a unit that cannot keep it. */
export function lockedReport(signed: Uint8Array): ConfigReport {
  return { status: 'rejected', version: 0, hash: sha256(signed), errors: [{ path: '', code: 'storage-fault' }] };
}
