import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { createLog } from '../../hal/linux/log.ts';
import type { TrustedKey } from '../../protocol/image/trust.ts';
import { trustedKeyOf } from '../image/keys.ts';
import { kindOfFile } from '../program/file-kind.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { otherFile } from '../technician/other-file.ts';
import { techWords } from '../technician/words.ts';
import { connectBoard } from './connect-board.ts';
import { runOnBoard } from './device-electronics.ts';
import { makeOwnFolder } from './device-folder.ts';
import { runVirtually } from './device-virtual.ts';
import { readCablePort, readPort } from './options.ts';
import type { ConnectBoard } from './unit-electronics.ts';
import { readUnitFile, unitFileHelp } from './unit-file.ts';

interface Options {
  readonly folder: string;
  readonly config?: string;
  readonly serial?: string;
  readonly panelPort?: number;
  readonly class?: string;
  readonly profile: 'roll' | 'dual-roll';
  readonly imageKey?: readonly string[];
}

const classNames = { real: 'dosis-reference', virtual: 'dosis-virtual' } as const;

/** What only a unit with virtual rolls and motors is told. */
const virtualOnly = (option: Option): Option => option.conflicts('config');

export function deviceCommand(connect: ConnectBoard = connectBoard): Command {
  return new Command('device')
    .description(
      'Runs a whole unit: the real firmware on files, a real cable and a real line to its centre. With --config on the electronics of a real board, without on virtual rolls and motors.',
    )
    .requiredOption('--folder <path>', 'where the unit keeps what is its own; made when missing')
    .option('--config <file>', 'what a real board is built of: its electronics, ports and sound card')
    .addOption(
      virtualOnly(
        new Option(
          '--serial <path>',
          'the serial port of the technician’s cable where no file names it, e.g. /dev/ttyUSB0',
        ).argParser(readCablePort),
      ),
    )
    .addOption(
      virtualOnly(
        new Option('--panel-port <number>', 'shows virtual rolls in a browser, to be seen and pressed').argParser(
          readPort,
        ),
      ),
    )
    .option('--image-key <file...>', 'who signs its firmware, beside those that its enrolment names')
    .option(
      '--class <name>',
      `the class of devices that it belongs to (default: "${classNames.virtual}", with --config "${classNames.real}")`,
    )
    .addOption(
      virtualOnly(
        new Option('--profile <name>', 'how many virtual rolls it has')
          .choices(['dual-roll', 'roll'])
          .default('dual-roll'),
      ),
    )
    .addHelpText('after', unitFileHelp)
    .action((options: Options) => run(options, connect));
}

async function run(options: Options, connect: ConnectBoard): Promise<void> {
  const { config, class: className, serial, panelPort, profile } = options;
  const file = config === undefined ? undefined : readUnitFile(config);
  const folder = resolve(options.folder);
  makeOwnFolder(folder);
  const imageKeys = (options.imageKey ?? []).map(readKey);
  const shared = { folder, imageKeys, log: createLog() };
  if (file !== undefined) return runOnBoard({ ...shared, className: className ?? classNames.real, file, connect });
  return runVirtually({
    ...shared,
    className: className ?? classNames.virtual,
    serialPath: serial,
    panelPort,
    profile,
  });
}

function readKey(file: string): TrustedKey {
  const bytes = readIn(file);
  const other = kindOfFile(bytes) === 'privateKey' ? undefined : otherFile(techWords.en, { file, bytes }, 'publicKey');
  if (other !== undefined) throw other;
  return trustedKeyOf(bytes.toString('utf8'), file);
}

function readIn(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const sentence = `--image-key names ${file}, which cannot be read (${codeOf(error)}); name a file that exists.`;
    throw new UsageError(sentence, { cause: error });
  }
}
