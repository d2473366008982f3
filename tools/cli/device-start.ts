import { join } from 'node:path';
import { type Board, startUnit, tagOf } from '../../firmware/main.ts';
import { createTagPairing } from '../../hal/ble/pairing.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import type { LinuxClock } from '../../hal/linux/clock.ts';
import { createEntropy } from '../../hal/linux/entropy.ts';
import { withHealth } from '../../hal/linux/health/health-sensors.ts';
import { createSigns, type Signs } from '../../hal/linux/signs.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import { DARK, type PanelView } from '../../hal/ports/panel.ts';
import { shownPriority } from '../../protocol/faults/shown.ts';
import { phrase } from '../../protocol/phrases.ts';
import { saidAhead } from '../../protocol/said-ahead.ts';
import { firmwareOf } from './device-board.ts';
import { openLedger } from './device-ledger.ts';
import type { UnitElectronics } from './unit-electronics.ts';
import type { UnitFile } from './unit-file.ts';

type Host = ReturnType<typeof startUnit>;

export interface StartParts {
  readonly folder: string;
  readonly file: UnitFile;
  readonly board: Board;
  readonly electronics: UnitElectronics;
  readonly clock: LinuxClock;
  readonly log: Log;
  /** A sign of life of the firmware. */
  readonly kick: () => void;
  /** The firmware asks to be begun anew. */
  readonly restart: (reason: string) => void;
}

export interface RunningUnit {
  readonly host: Host;
  /** Motors off and locked before anything else; then all that this start has opened. */
  close(): Promise<void>;
}

/** The enrolment tells it; before that nobody is called. */
const SERVICE_NUMBER = '';

/** One start of the firmware on a real board. @throws StoreError when another unit runs on the ledger, or the vault fails */
export function startOnBoard(parts: StartParts): RunningUnit {
  const { folder, file, board, electronics, clock, log, kick, restart } = parts;
  const store = openLedger(folder, log);
  let host: Host | undefined;
  const signs = signsOf(parts, () => host);
  const waiting = untilBegun(signs);
  const sensors = withHealth(signs.sensors, { log, folder });
  const entropy = createEntropy();
  const tag = tagOf(board.vault, { entropy, log });
  let line: Mqtt | undefined;
  host = startUnit({
    ...board,
    firmware: firmwareOf(board),
    serviceNumber: SERVICE_NUMBER,
    parts: { speech: file.sound !== null, cupSensor: electronics.hasCupSensor },
    ports: {
      ...{ clock, store, log, signatures, entropy },
      ...{ mechanism: electronics.mechanism, lock: electronics.lock, sensors },
      ...{ panel: waiting.panel, speech: waiting.speech, watchdog: { kick, restart } },
      ...(tag !== undefined && { tag }),
    },
    tagPairing: createTagPairing({ log }),
    mqttOf: (enrolment) => {
      line = board.mqttOf(enrolment);
      return line;
    },
    restartSoon: restart,
    // Nobody at the cable sets the clock: it is the system's, which its service may not set, and is told so.
  });
  waiting.begun();
  const begun = host;
  return {
    host,
    async close() {
      begun.stop();
      electronics.mechanism.stop();
      electronics.lock.set(true);
      // It must not look as if all was well.
      electronics.panel.show(DARK);
      // Nobody is left who would silence it.
      tag?.alert(0);
      const tagClosed = tag?.close();
      clock.stop();
      sensors.close();
      board.serial?.close();
      line?.disconnect();
      await Promise.all([tagClosed, signs.close()]);
      store.close();
    },
  };
}

/** Until it has a plan, which names its citizen's language, a unit speaks that of its file. */
function signsOf({ folder, file, electronics, log }: StartParts, host: () => Host | undefined): Signs {
  const language = () => {
    const settings = host()?.state.memory?.settings;
    return settings === undefined || settings.version === 0 ? file.language : settings.language;
  };
  return createSigns({
    ...{ log, language, saidAhead, words: phrase, board: electronics },
    priorityOf: ({ message, params }) => shownPriority(message, params),
    phraseFolder: file.phrases ?? join(folder, 'phrases'),
    ...(file.sound !== 'default' && { soundDevice: file.sound }),
    ...(file.display !== undefined && { display: { port: file.display, portNamed: file.named('display') } }),
  });
}

/** What is shown and said while the firmware still reads its ledger waits: nobody knows yet in which language. */
function untilBegun({ panel, speech }: Signs) {
  let waiting: (() => void)[] | null = [];
  const soon = (act: () => void): void => {
    if (waiting === null) act();
    else waiting.push(act);
  };
  return {
    panel: { show: (view: PanelView) => soon(() => panel.show(view)) },
    speech: { say: (said: string, params: Readonly<Record<string, string>>) => soon(() => speech.say(said, params)) },
    begun: () => {
      const acts = waiting ?? [];
      waiting = null;
      for (const act of acts) act();
    },
  };
}
