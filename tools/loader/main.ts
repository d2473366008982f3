// The program that a unit's service manager starts: it keeps verified firmware running (firmware/update/README.md).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImageBank } from '../../firmware/update/image-bank.ts';
import { Loader, type LoaderLimits, loaderLimits, type Recovery } from '../../firmware/update/loader.ts';
import { fitsHere } from '../../hal/linux/bundle.ts';
import { createChild } from '../../hal/linux/child.ts';
import { createClock } from '../../hal/linux/clock.ts';
import { deviceClassId } from '../../hal/linux/device-class.ts';
import { openFlash } from '../../hal/linux/flash.ts';
import { createLedgerCopies } from '../../hal/linux/ledger-copies.ts';
import { createLog } from '../../hal/linux/log.ts';
import { createWatchdog } from '../../hal/linux/watchdog.ts';
import type { Log } from '../../hal/ports/log.ts';
import { exitCodes, report } from '../cli/exit.ts';
import { UsageError } from '../cli/usage-error.ts';
import { sha256, trustedKeyOf } from '../image/keys.ts';

const usage =
  'loader --folder FOLDER --ledger FILE --class NAME --key FILE… [--factory IMAGE] [--watchdog DEVICE] [-- what the firmware is told]';
const chunkBytes = 1024 * 1024;

try {
  await run();
} catch (error) {
  process.exitCode = report(error);
}

async function run(): Promise<void> {
  const { folder, ledger, deviceClass, keys, factory, watchdog, limits, args } = readCommandLine();
  const log = createLog();
  await beAlone(folder);
  const clock = createClock();
  const loader = new Loader({
    flash: openFlash(join(folder, 'flash')),
    clock,
    child: createChild({ folder: join(folder, 'programs'), pidFile: join(folder, 'program.pid'), args }),
    copies: createLedgerCopies(ledger, join(folder, 'ledgers')),
    log,
    watchdog: createWatchdog({ log, ...(watchdog !== undefined && { device: watchdog }) }),
    recovery: factoryRecovery(factory, log),
    trust: { sha256, keys, deviceClass: deviceClassId(deviceClass) },
    limits,
    fits: fitsHere,
    stopped: () => process.exit(exitCodes.held),
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => loader.stop());
  loader.start();
}

function readCommandLine() {
  const { values, positionals } = parse();
  const { folder, ledger, class: deviceClass, key = [], factory, watchdog } = values;
  if (folder === undefined || ledger === undefined || deviceClass === undefined || key.length === 0) {
    throw new UsageError(`The loader needs a folder, a ledger, a class and a key: ${usage}`);
  }
  const limits: LoaderLimits = {
    ...loaderLimits,
    ...milliseconds('firstAliveMsMax', values['first-alive-ms']),
    ...milliseconds('aliveMsMax', values['alive-ms']),
    ...milliseconds('confirmMsMax', values['confirm-ms']),
    ...milliseconds('pauseMsMin', values['pause-ms']),
  };
  const keys = key.map((file) => trustedKeyOf(readFileSync(file, 'utf8'), file));
  return { folder: resolve(folder), ledger, deviceClass, keys, factory, watchdog, limits, args: positionals };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        folder: { type: 'string' },
        ledger: { type: 'string' },
        class: { type: 'string' },
        key: { type: 'string', multiple: true },
        factory: { type: 'string' },
        watchdog: { type: 'string' },
        'first-alive-ms': { type: 'string' },
        'alive-ms': { type: 'string' },
        'confirm-ms': { type: 'string' },
        'pause-ms': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}. The loader is told: ${usage}`, { cause: error });
  }
}

function milliseconds(name: keyof LoaderLimits, text: string | undefined): Partial<LoaderLimits> {
  if (text === undefined) return {};
  const ms = Number(text);
  if (!Number.isInteger(ms) || ms <= 0)
    throw new UsageError(`"${text}" is no number of milliseconds; write 5000 for 5 s.`);
  return { [name]: ms };
}

/** A name in the kernel that is free again as soon as this process is gone, however it went. @throws UsageError */
function beAlone(folder: string): Promise<void> {
  return new Promise((settle, refuse) => {
    createServer()
      .once('error', (error) =>
        refuse(new UsageError(`Another loader runs on ${folder}; stop it first.`, { cause: error })),
      )
      .listen(`\0dosis-loader:${folder}`, settle)
      .unref();
  });
}

/**
 * With no firmware to start, the image that the unit was delivered with is put in, as far as its security counter still
 * allows. Whoever serves the cable takes the same bank.
 */
function factoryRecovery(factory: string | undefined, log: Log): Recovery {
  return {
    open({ bank, retry }) {
      if (factory === undefined) return;
      const refusal = install(bank, readFileSync(factory));
      if (refusal === null) setImmediate(retry);
      else log.write('error', `The image ${factory} cannot be put in either: ${refusal}.`);
    },
    busy: () => false,
    close: () => undefined,
  };
}

/** Puts a file in and has it tried. @returns why not, or null */
function install(bank: ImageBank, file: Uint8Array): string | null {
  const hash = sha256(file);
  let answer = bank.begin({ bytes: file.length, sha256: hash });
  while (answer.ok && !answer.value.complete) {
    const { offset } = answer.value;
    answer = bank.write(offset, file.subarray(offset, offset + chunkBytes));
  }
  if (!answer.ok) return answer.refusal;
  const held = bank.images().find(({ slot }) => slot === 1);
  const tested = bank.test(held?.hash ?? hash);
  const granted = tested.ok ? bank.prepareRestart() : tested;
  return granted.ok ? null : granted.refusal;
}
