// The program that a unit's service manager starts: it keeps verified firmware running (firmware/update/README.md).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Loader, type LoaderLimits, loaderLimits } from '../../firmware/update/loader.ts';
import { unitTrust } from '../../firmware/update/unit-trust.ts';
import { imageKeysIn } from '../../firmware/vault/enrolment.ts';
import { imageKeyFrom } from '../../hal/crypto/image-key.ts';
import { fitsHere } from '../../hal/linux/bundle.ts';
import { createChild } from '../../hal/linux/child.ts';
import { createClock } from '../../hal/linux/clock.ts';
import { deviceClassId } from '../../hal/linux/device-class.ts';
import { openFlash } from '../../hal/linux/flash.ts';
import { createLedgerCopies } from '../../hal/linux/ledger-copies.ts';
import { createLog } from '../../hal/linux/log.ts';
import { endRemembered } from '../../hal/linux/pid-file.ts';
import { serviceManagerTerms } from '../../hal/linux/service-manager.ts';
import { openVault } from '../../hal/linux/vault.ts';
import { createWatchdog } from '../../hal/linux/watchdog.ts';
import { sha256, trustedKeyOf } from '../image/keys.ts';
import { report } from '../program/exit.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { UsageError } from '../program/usage-error.ts';
import { createRecovery } from './recovery.ts';

const usage =
  'loader --folder FOLDER --ledger FILE --class NAME --key FILE… [--factory IMAGE] [--serial PORT] [--watchdog DEVICE] [-- what the firmware is told]';

try {
  await run();
} catch (error) {
  process.exitCode = report(error);
}

async function run(): Promise<void> {
  const { folder, ledger, deviceClass, keys, factory, serialPath, watchdog, limits, args } = readCommandLine();
  const log = createLog();
  await beAlone(folder);
  const pidFile = join(folder, 'program.pid');
  // Firmware that outlived its loader would write the same boot record, and hold the same cable.
  await endRemembered(pidFile);
  const clock = createClock();
  const vault = openVault(join(folder, 'vault'));
  const serviceManager = serviceManagerTerms(process.env);
  const dog = createWatchdog({ log, serviceManager, ...(watchdog !== undefined && { device: watchdog }) });
  const loader = new Loader({
    flash: openFlash(join(folder, 'flash')),
    clock,
    child: createChild({ folder: join(folder, 'programs'), pidFile, args }),
    copies: createLedgerCopies(ledger, join(folder, 'ledgers')),
    log,
    watchdog: dog,
    recovery: createRecovery({ vault, factory, serialPath, deviceClass, clock, log }),
    trust: unitTrust({ sha256, deviceClass, keys, enrolledKeys: () => imageKeysIn(vault).map(imageKeyFrom) }),
    limits,
    fits: fitsHere,
    stopped: () => {
      dog.close();
      process.exit(exitCodes.held);
    },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => loader.stop());
  loader.start();
}

function readCommandLine() {
  const { values, positionals } = parse();
  const { folder, ledger, class: className, key = [], factory, serial: serialPath, watchdog } = values;
  if (folder === undefined || ledger === undefined || className === undefined || key.length === 0) {
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
  const files = { folder: resolve(folder), ledger, factory, serialPath, watchdog };
  return { ...files, deviceClass: deviceClassId(className), keys, limits, args: positionals };
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
        serial: { type: 'string' },
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
