import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type Board, confirmWhenSound, endForRestart, openBoard, startUnit } from '../../firmware/main.ts';
import { createLog } from '../../hal/linux/log.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { BootFirmware } from '../../sim/device/unit.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { demoConfig } from '../../sim/live/demo-config.ts';
import { LateLine } from '../../sim/live/late-line.ts';
import { LiveUnit, type SavedRolls } from '../../sim/live/live-unit.ts';
import type { PanelFrame } from '../../sim/panel/frames.ts';
import { type PanelServer, PanelServerError, servePanel } from '../../sim/panel/server.ts';
import { trustedKeyOf } from '../image/keys.ts';
import { metronome } from './metronome.ts';
import { readPort } from './options.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  readonly folder: string;
  readonly serial?: string;
  readonly panelPort?: number;
  readonly class: string;
  readonly profile: 'roll' | 'dual-roll';
  readonly imageKey?: readonly string[];
}

const SERVICE_NUMBER = '';

export function deviceCommand(): Command {
  return new Command('device')
    .description(
      'Runs a whole unit, with virtual rolls and motors: the real firmware on files, a real cable and a real line to its centre.',
    )
    .requiredOption('--folder <path>', 'where the unit keeps what is its own; made when missing')
    .option('--serial <path>', 'the serial port of the technician’s cable, e.g. /dev/ttyUSB0')
    .option('--panel-port <number>', 'shows the unit in a browser, to be seen and pressed', readPort)
    .option('--image-key <file...>', 'who signs its firmware, beside those that its enrolment names')
    .option('--class <name>', 'the class of devices that it belongs to', 'dosis-virtual')
    .addOption(
      new Option('--profile <name>', 'how many rolls it has').choices(['dual-roll', 'roll']).default('dual-roll'),
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const folder = resolve(options.folder);
  makeFolder(folder);
  let panel: PanelServer | undefined;
  const { unit, board } = assemble(options, folder, (frame) => panel?.push(frame));
  const saving = setInterval(() => saveRolls(folder, unit.rolls), SAVE_MS);
  const confirming = setInterval(() => {
    if (confirmWhenSound(board()?.images, unit.host)) clearInterval(confirming);
  }, CONFIRM_MS);
  try {
    if (options.panelPort !== undefined) {
      panel = await servePanel({
        port: options.panelPort,
        config: { centreUrl: null, device: usualUnit.device },
        onCommand: (command) => unit.carryOut(command),
        latest: () => unit.frame(),
        bare: true,
      });
      process.stdout.write(`The unit is running. Open it in a browser:\n\n  ${panel.url}\n\n`);
    } else process.stdout.write('The unit is running.\n');
    await untilInterrupted();
  } catch (error) {
    throw error instanceof PanelServerError ? new UsageError(error.message, { cause: error }) : error;
  } finally {
    clearInterval(saving);
    clearInterval(confirming);
    unit.stop();
    saveRolls(folder, unit.rolls);
    board()?.serial?.close();
    await panel?.close();
  }
}

/** Virtual rolls and motors, and everything else real. The board is opened at the first start of the firmware. */
function assemble(options: Options, folder: string, onFrame: (frame: PanelFrame) => void) {
  const imageKeys = (options.imageKey ?? []).map((file) => trustedKeyOf(readText(file), file));
  const mqtt = new LateLine();
  const log = createLog();
  let opened: Board | undefined;
  const boot: BootFirmware = (ports, observe) => {
    opened ??= openBoard({
      folder,
      className: options.class,
      serialPath: options.serial,
      clock: ports.clock,
      imageKeys,
      host: () => unit.host,
    });
    const board = opened;
    const { images, loader } = board;
    return startUnit({
      ...board,
      firmware: images.images().find(({ active }) => active)?.version ?? packageJson.version,
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
    board: {
      boot,
      databasePath: join(folder, 'ledger.db'),
      rolls: readRolls(folder),
      keep: (rolls) => saveRolls(folder, rolls),
    },
    onFrame,
  });
  return { unit, board: () => opened };
}

/** How long an answer may take to leave before the firmware begins anew. */
const RESTART_MS = 300;
/** How soon a roll that hangs half out is remembered; what has moved is at once. */
const SAVE_MS = 250;
const CONFIRM_MS = 1_000;

/** The unit's port goes where the line of its enrolment leads. */
function followed(late: LateLine, port: Mqtt, real: Mqtt): Mqtt {
  late.become(real);
  return port;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--image-key names ${file}, which cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`--folder names ${folder}, which cannot be made: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

const rollsFile = (folder: string) => join(folder, 'rolls.json');
let saved = '';

/** The virtual rolls go on where they were: what a real mechanism does by itself. */
function saveRolls(folder: string, rolls: SavedRolls): void {
  const text = JSON.stringify(rolls);
  if (text === saved) return;
  const next = `${rollsFile(folder)}.next`;
  writeFileSync(next, text);
  renameSync(next, rollsFile(folder));
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
