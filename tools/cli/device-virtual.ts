import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Board, endForRestart, openBoard, startUnit } from '../../firmware/main.ts';
import { writeWhole } from '../../hal/linux/whole-file.ts';
import type { Clock } from '../../hal/ports/clock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import type { TrustedKey } from '../../protocol/image/trust.ts';
import type { BootFirmware } from '../../sim/device/unit.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { demoConfig } from '../../sim/live/demo-config.ts';
import type { SavedRolls } from '../../sim/live/kept-rolls.ts';
import { LateLine } from '../../sim/live/late-line.ts';
import { LiveUnit } from '../../sim/live/live-unit.ts';
import type { PanelFrame } from '../../sim/panel/frames.ts';
import { type PanelServer, PanelServerError, servePanel } from '../../sim/panel/server.ts';
import { UsageError } from '../program/usage-error.ts';
import { confirming, firmwareOf } from './device-board.ts';
import { type WatchedCable, watchedCable } from './device-cable.ts';
import { startedIn } from './device-folder.ts';
import { metronome } from './metronome.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface VirtualOptions {
  /** Exists already. */
  readonly folder: string;
  readonly imageKeys: readonly TrustedKey[];
  readonly className: string;
  /** The serial port of the technician's cable. */
  readonly serialPath: string | undefined;
  readonly panelPort: number | undefined;
  readonly profile: 'roll' | 'dual-roll';
  readonly log: Log;
}

const SERVICE_NUMBER = '';

/** A unit with virtual rolls and motors, until it is interrupted. @throws UsageError */
export async function runVirtually(options: VirtualOptions): Promise<void> {
  const { folder, serialPath, panelPort, log } = options;
  let panel: PanelServer | undefined;
  const { unit, board, cable } = startedIn(folder, () => assemble(options, (frame) => panel?.push(frame)));
  const saving = setInterval(() => saveRolls(folder, unit.rolls), SAVE_MS);
  const endConfirming = confirming(
    () => board()?.images,
    () => unit.host,
  );
  try {
    const trouble = serialPath === undefined ? null : await (await cable).first;
    // A person at a terminal mends it; the loader would start again and again what serves its dose without a cable too.
    if (trouble !== null && board()?.loader === null) throw new UsageError(trouble);
    if (trouble !== null) log.write('warning', trouble);
    if (panelPort !== undefined) {
      panel = await servePanel({
        port: panelPort,
        config: { centreUrl: null, device: usualUnit.device },
        onCommand: (command) => unit.carryOut(command),
        latest: () => unit.frame(),
        bare: true,
      });
      if (panel.page) process.stdout.write(`The unit is running. Open it in a browser:\n\n  ${panel.url}\n\n`);
      else process.stdout.write(`The unit is running. Its program was built without a page; ${panel.url} has none.\n`);
    } else process.stdout.write('The unit is running.\n');
    await untilInterrupted();
  } catch (error) {
    if (!(error instanceof PanelServerError)) throw error;
    throw new UsageError(error.message.replace('--port', '--panel-port'), { cause: error });
  } finally {
    clearInterval(saving);
    endConfirming();
    unit.stop();
    saveRolls(folder, unit.rolls);
    board()?.serial?.close();
    await panel?.close();
  }
}

/** Virtual rolls and motors, and everything else real. The board is opened at the first start of the firmware. */
function assemble(options: VirtualOptions, onFrame: (frame: PanelFrame) => void) {
  const { folder, className, serialPath, imageKeys, log } = options;
  const mqtt = new LateLine();
  let opened: Board | undefined;
  let laid: (cable: WatchedCable) => void = () => undefined;
  const cable = new Promise<WatchedCable>((resolve) => {
    laid = resolve;
  });
  const open = (clock: Clock): Board => {
    const board = openBoard({ folder, className, serialPath, clock, imageKeys, host: () => unit.host });
    if (board.serial === null || serialPath === undefined) return board;
    const watched = watchedCable(board.serial, { path: serialPath, named: '--serial', log });
    laid(watched);
    return { ...board, serial: watched.serial };
  };
  const boot: BootFirmware = (ports, observe) => {
    opened ??= open(ports.clock);
    const board = opened;
    const { loader } = board;
    return startUnit({
      ...board,
      firmware: firmwareOf(board),
      serviceNumber: SERVICE_NUMBER,
      ports: { ...ports, log, watchdog: { ...ports.watchdog, kick: () => loader?.alive() } },
      mqttOf: (enrolment) => followed(mqtt, ports.mqtt, board.mqttOf(enrolment)),
      restartSoon: (why) => (loader === null ? setTimeout(() => unit.restart(why), RESTART_MS) : endForRestart()),
      observe,
    });
  };
  const unit: LiveUnit = new LiveUnit({
    device: usualUnit.device,
    config: { ...demoConfig(options.profile), version: 0, regimen: { slots: [] } },
    startMs: Date.now(),
    seed: Date.now() % 0x7fff_ffff,
    mqtt,
    metronome,
    onFiles: {
      boot,
      databasePath: join(folder, 'ledger.db'),
      rolls: readRolls(folder),
      keep: (rolls) => saveRolls(folder, rolls),
    },
    onFrame,
  });
  return { unit, board: () => opened, cable };
}

/** How long an answer may take to leave before the firmware begins anew. */
const RESTART_MS = 300;
/** How soon a roll that hangs half out is remembered; what has moved is at once. */
const SAVE_MS = 250;

/** The unit's port goes where the line of its enrolment leads. */
function followed(late: LateLine, port: Mqtt, real: Mqtt): Mqtt {
  late.become(real);
  return port;
}

const rollsFile = (folder: string) => join(folder, 'rolls.json');
let saved = '';

/** The virtual rolls go on where they were: what a real mechanism does by itself. */
function saveRolls(folder: string, rolls: SavedRolls): void {
  const text = JSON.stringify(rolls);
  if (text === saved) return;
  writeWhole(rollsFile(folder), text);
  saved = text;
}

function readRolls(folder: string): SavedRolls | undefined {
  try {
    return JSON.parse(readFileSync(rollsFile(folder), 'utf8')) as SavedRolls;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`${rollsFile(folder)} cannot be read; delete it, and fit the rolls anew.`, { cause: error });
  }
}
