// What a program on a Linux board joins to the dispensing: vault, images, cable and the line to the centre.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createTag, type RadioTag } from '../hal/ble/tag.ts';
import { imageKeyFrom } from '../hal/crypto/image-key.ts';
import { fitsHere } from '../hal/linux/bundle.ts';
import { deviceClassId } from '../hal/linux/device-class.ts';
import { openFlash } from '../hal/linux/flash.ts';
import { answerLoader, type LoaderCall } from '../hal/linux/loader-line.ts';
import { createMqtt } from '../hal/linux/mqtt.ts';
import { identityOf, problemWithCredentials } from '../hal/linux/mqtt-identity.ts';
import { createSerial } from '../hal/linux/serial.ts';
import { openTraceFolder } from '../hal/linux/trace-store.ts';
import { openVault } from '../hal/linux/vault.ts';
import { RESTART_EXIT_CODE } from '../hal/linux/watchdog.ts';
import type { Clock } from '../hal/ports/clock.ts';
import type { Entropy } from '../hal/ports/entropy.ts';
import type { Log } from '../hal/ports/log.ts';
import type { Mqtt } from '../hal/ports/mqtt.ts';
import type { Serial } from '../hal/ports/serial.ts';
import type { Vault } from '../hal/ports/vault.ts';
import { openStore } from '../hal/sqlite/open-store.ts';
import type { TrustedKey } from '../protocol/image/trust.ts';
import type { Enrolment } from '../protocol/messages/enrolment.ts';
import type { Host, HostState } from './host/host.ts';
import { mayRestart } from './host/may-restart.ts';
import { Ledger } from './ledger/ledger.ts';
import { FieldTrace } from './trace/field-trace.ts';
import { noImages } from './unit/no-images.ts';
import type { ImageBank } from './update/image-bank.ts';
import { RecordKeeper } from './update/record-keeper.ts';
import { SlotBank } from './update/slot-bank.ts';
import { unitTrust } from './update/unit-trust.ts';
import { imageKeysIn } from './vault/enrolment.ts';
import { tagIn } from './vault/tag.ts';

export { startUnit, type UnitOptions } from './unit/unit.ts';

export interface BoardOptions {
  /** Where the unit keeps what is its own: `vault`, `flash`. */
  readonly folder: string;
  readonly className: string;
  /** The serial port of the technician's cable; none: the board has none. */
  readonly serialPath?: string | undefined;
  readonly clock: Clock;
  /** Whose images the unit starts from the factory on, beside those its enrolment names. */
  readonly imageKeys: readonly TrustedKey[];
  /** The host that runs, once there is one. */
  readonly host: () => Host | undefined;
}

export interface Board {
  readonly vault: Vault;
  readonly images: ImageBank;
  readonly serial: Serial | null;
  readonly trace: FieldTrace;
  readonly loader: LoaderCall | null;
  readonly machine: string;
  readonly deviceClass: { readonly name: string; readonly id: Uint8Array };
  mqttOf(enrolment: Enrolment): Mqtt;
  problemWith(enrolment: Enrolment): string | undefined;
}

/** How long an answer may take to leave over the slowest cable. */
const ANSWER_LEAVES_MS = 300;

/**
 * Opens a board. Under the loader a first trial of an image is rehearsed on a copy of the ledger before anything else.
 * @throws StoreError, FlashError when the folder cannot be used; LedgerError when the rehearsal fails
 */
export function openBoard(options: BoardOptions): Board {
  const { folder, className, serialPath, clock } = options;
  const loader = answerLoader(() => process.exit(RESTART_EXIT_CODE));
  if (loader?.rehearsal != null) rehearse(loader.rehearsal);
  const vault = openVault(join(folder, 'vault'));
  const deviceClass = { name: className, id: deviceClassId(className) };
  return {
    vault,
    deviceClass,
    loader,
    images: loader === null ? noImages : slots(options, deviceClass.id, vault, loader),
    trace: new FieldTrace(openTraceFolder(join(folder, 'traces'))),
    serial: serialPath === undefined ? null : createSerial({ path: serialPath }),
    machine: process.arch,
    mqttOf: (enrolment) =>
      createMqtt({
        url: enrolment.broker,
        clientId: enrolment.device,
        tls: identityOf(enrolment),
        clockBelieved: () => clock.read().source !== 'lost',
      }),
    problemWith: problemWithCredentials,
  };
}

/** The pocket tag that was paired with this unit, for its ports; undefined when it has none. @throws StoreError */
export function tagOf(
  vault: Vault,
  { entropy, log }: { readonly entropy: Entropy; readonly log: Log },
): RadioTag | undefined {
  const kept = tagIn(vault).read();
  return kept === null ? undefined : createTag({ address: kept.address, entropy, log });
}

/**
 * A firmware on trial that has come up, read its ledger and looked at its mechanism, or that is nobody yet, is kept.
 * @returns whether there is nothing left to confirm
 */
export function confirmWhenSound(images: ImageBank | undefined, host: Host | undefined): boolean {
  if (images === undefined) return false;
  const running = images.images().find(({ active }) => active);
  if (running === undefined || running.confirmed) return true;
  if (host === undefined || !isSound(host.state)) return false;
  return images.confirm(null).ok;
}

function isSound({ phase, cause, chart }: HostState): boolean {
  if (phase === 'lockedDown') return cause?.fault === 'empty';
  return phase === 'running' && chart.custody !== 'inspecting';
}

/** Ends the process for whoever starts it anew, once what was answered has left. */
export function endForRestart(): void {
  setTimeout(() => process.exit(RESTART_EXIT_CODE), ANSWER_LEAVES_MS);
}

/** What a migration breaks is found on the copy, while the ledger is still as it was. */
function rehearse(copy: string): void {
  const store = openStore({ path: copy });
  try {
    new Ledger(store).recall();
  } finally {
    store.close();
  }
}

function slots(
  { folder, imageKeys, host }: BoardOptions,
  deviceClass: Uint8Array,
  vault: Vault,
  loader: LoaderCall,
): SlotBank {
  const flash = openFlash(join(folder, 'flash'));
  return new SlotBank({
    flash,
    keeper: new RecordKeeper(flash, sha256),
    trust: unitTrust({
      sha256,
      deviceClass,
      keys: imageKeys,
      enrolledKeys: () => imageKeysIn(vault).map(imageKeyFrom),
    }),
    running: true,
    mayRestart: () => mayRestart(host()?.state),
    fits: fitsHere,
    confirmed: () => loader.confirmed(),
  });
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
