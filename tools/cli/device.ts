import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type Board, confirmWhenSound, endForRestart, openBoard, startUnit } from '../../firmware/main.ts';
import { createLog } from '../../hal/linux/log.ts';
import { makeFolder, writeWhole } from '../../hal/linux/whole-file.ts';
import type { Clock } from '../../hal/ports/clock.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import { StoreError } from '../../hal/ports/store.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { BootFirmware } from '../../sim/device/unit.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { demoConfig } from '../../sim/live/demo-config.ts';
import { LateLine } from '../../sim/live/late-line.ts';
import { LiveUnit, type SavedRolls } from '../../sim/live/live-unit.ts';
import type { PanelFrame } from '../../sim/panel/frames.ts';
import { type PanelServer, PanelServerError, servePanel } from '../../sim/panel/server.ts';
import { trustedKeyOf } from '../image/keys.ts';
import { kindOfFile } from '../program/file-kind.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { otherFile } from '../technician/other-file.ts';
import { techWords } from '../technician/words.ts';
import { type WatchedCable, watchedCable } from './device-cable.ts';
import { metronome } from './metronome.ts';
import { readCablePort, readPort } from './options.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface Options {
  readonly folder: string;
  readonly serial?: string;
  readonly panelPort?: number;
  readonly class: string;
  readonly profile: 'roll' | 'dual-roll';
  readonly imageKey?: readonly string[];
}

const SERVICE_NUMBER = '';
const log = createLog();

export function deviceCommand(): Command {
  return new Command('device')
    .description(
      'Runs a whole unit, with virtual rolls and motors: the real firmware on files, a real cable and a real line to its centre.',
    )
    .requiredOption('--folder <path>', 'where the unit keeps what is its own; made when missing')
    .option('--serial <path>', 'the serial port of the technician’s cable, e.g. /dev/ttyUSB0', readCablePort)
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
  makeOwnFolder(folder);
  let panel: PanelServer | undefined;
  const { unit, board, cable } = startedIn(folder, () => assemble(options, folder, (frame) => panel?.push(frame)));
  const saving = setInterval(() => saveRolls(folder, unit.rolls), SAVE_MS);
  const confirming = setInterval(() => {
    if (confirmWhenSound(board()?.images, unit.host)) clearInterval(confirming);
  }, CONFIRM_MS);
  try {
    const trouble = options.serial === undefined ? null : await (await cable).first;
    // A person at a terminal mends it; the loader would start again and again what serves its dose without a cable too.
    if (trouble !== null && board()?.loader === null) throw new UsageError(trouble);
    if (trouble !== null) log.write('warning', trouble);
    if (options.panelPort !== undefined) {
      panel = await servePanel({
        port: options.panelPort,
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
    clearInterval(confirming);
    unit.stop();
    saveRolls(folder, unit.rolls);
    board()?.serial?.close();
    await panel?.close();
  }
}

/** Virtual rolls and motors, and everything else real. The board is opened at the first start of the firmware. */
function assemble(options: Options, folder: string, onFrame: (frame: PanelFrame) => void) {
  const imageKeys = (options.imageKey ?? []).map((file) => trustedKeyOf(readKey(file), file));
  const mqtt = new LateLine();
  let opened: Board | undefined;
  let laid: (cable: WatchedCable) => void = () => undefined;
  const cable = new Promise<WatchedCable>((resolve) => {
    laid = resolve;
  });
  const open = (clock: Clock): Board => {
    const { class: className, serial: serialPath } = options;
    const board = openBoard({ folder, className, serialPath, clock, imageKeys, host: () => unit.host });
    if (board.serial === null || serialPath === undefined) return board;
    const watched = watchedCable(board.serial, serialPath, log);
    laid(watched);
    return { ...board, serial: watched.serial };
  };
  const boot: BootFirmware = (ports, observe) => {
    opened ??= open(ports.clock);
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
  return { unit, board: () => opened, cable };
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

function readKey(file: string): string {
  const bytes = readIn(file);
  const other = kindOfFile(bytes) === 'privateKey' ? undefined : otherFile(techWords.en, { file, bytes }, 'publicKey');
  if (other !== undefined) throw other;
  return bytes.toString('utf8');
}

function readIn(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `--image-key names ${file}, which cannot be read (${codeOf(error)}); name a file that exists.`,
      {
        cause: error,
      },
    );
  }
}

/** What is wrong with the ledger at the very start is for whoever named its folder. */
function startedIn<T>(folder: string, start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const sentence = /another process has it open/.test(error.message)
      ? `--folder names ${folder}, and another unit runs on it; end that one, or name another folder.`
      : `--folder names ${folder}, whose ledger cannot be used (${error.message}); keep it for whoever looks into it, and name another folder.`;
    throw new UsageError(sentence, { cause: error });
  }
}

function makeOwnFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new UsageError(`--folder names ${folder}, which cannot be made (${codeOf(error)}); name another place.`, {
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
