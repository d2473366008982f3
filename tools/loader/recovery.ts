import { readFileSync } from 'node:fs';
import { CableRecovery } from '../../firmware/recovery/cable-recovery.ts';
import type { ImageBank } from '../../firmware/update/image-bank.ts';
import type { Recovery, RecoveryCall } from '../../firmware/update/mending.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import { createEntropy } from '../../hal/linux/entropy.ts';
import { createSerial } from '../../hal/linux/serial.ts';
import type { Clock } from '../../hal/ports/clock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { sha256 } from '../image/keys.ts';

export interface RecoveryOptions {
  readonly vault: Vault;
  /** The image that the unit was delivered with. */
  readonly factory: string | undefined;
  /** The serial port of the technician's cable. */
  readonly serialPath: string | undefined;
  readonly deviceClass: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
}

const chunkBytes = 1024 * 1024;
/** How long an answer may take to leave over the slowest cable. */
const answerLeavesMs = 300;

/**
 * With no firmware to start, the image that the unit was delivered with is put in, as far as its security counter still
 * allows; otherwise, and when firmware ends again and again, the technician's cable is served from here.
 */
export function createRecovery(options: RecoveryOptions): Recovery {
  let cable: CableRecovery | null = null;
  return {
    restock(call) {
      const isDone = call.cause === 'firmware-missing' && isFactoryPutIn(options, call);
      if (isDone) setImmediate(call.retry);
      return isDone;
    },
    open(call) {
      cable ??= openCable(options);
      cable?.open(call);
    },
    busy: () => cable?.busy() ?? false,
    close: () => cable?.close(),
  };
}

function openCable({ vault, serialPath, deviceClass, clock, log }: RecoveryOptions): CableRecovery | null {
  if (serialPath === undefined) return null;
  try {
    return new CableRecovery({
      serial: createSerial({ path: serialPath }),
      entropy: createEntropy(),
      machine: process.arch,
      soon: (act) => setTimeout(act, answerLeavesMs),
      ...{ vault, signatures, deviceClass, clock, log },
    });
  } catch (error) {
    // Without the cable the loader still starts what can be started.
    log.write('error', `The cable cannot be served: ${(error as Error).message}`);
    return null;
  }
}

function isFactoryPutIn({ factory, log }: RecoveryOptions, { bank }: RecoveryCall): boolean {
  if (factory === undefined) return false;
  const refusal = install(bank, factory);
  if (refusal === null) log.write('info', `There is no firmware to start; the image ${factory} is put in.`);
  else log.write('error', `The image ${factory} cannot be put in: ${refusal}.`);
  return refusal === null;
}

/** Puts a file in and has it tried. @returns why not, or null */
function install(bank: ImageBank, path: string): string | null {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    return (error as Error).message;
  }
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
