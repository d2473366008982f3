import { CableRecovery } from '../../../../firmware/recovery/cable-recovery.ts';
import type { RecoveryCall } from '../../../../firmware/update/mending.ts';
import { signatures } from '../../../../hal/crypto/ed25519.ts';
import type { SerialEvent } from '../../../../hal/ports/serial.ts';
import { StoreError } from '../../../../hal/ports/store.ts';
import type { Vault, VaultName } from '../../../../hal/ports/vault.ts';
import type { RecoveryCode } from '../../../../protocol/faults/fault.ts';
import { type Enrolment, encodeEnrolment } from '../../../../protocol/messages/enrolment.ts';
import type { SmpFrame } from '../../../../protocol/smp/header.ts';
import { SerialDecoder } from '../../../../protocol/smp/serial-decoder.ts';
import { attestation } from '../../protocol/attestation.ts';
import { trust } from '../../protocol/image-keys.ts';
import { kid } from '../../protocol/signing.ts';
import { issuedAt } from '../../protocol/smp-session-samples.ts';
import { bytesOf } from '../../protocol/thrown.ts';
import { Bench } from '../service/bench.ts';
import { MemoryBank } from '../service/memory-bank.ts';

export const enrolment: Enrolment = {
  device: 'DK-0042',
  deviceClass: 'dispenser',
  broker: 'mqtts://broker.example:8883',
  authority: Uint8Array.of(1),
  certificate: Uint8Array.of(2),
  privateKey: Uint8Array.of(3),
  centreKeys: [{ kid, key: bytesOf('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a') }],
  imageKeys: [],
  serviceNumber: '+45 70 12 34 56',
  issuedAt,
  expiresAt: issuedAt + 365 * 86_400,
  attestationKey: attestation(1).attestationKey,
  predecessors: [],
};

/** Files that can be damaged, and a medium that fails to read or to write. */
export class TestVault implements Vault {
  readonly files: Map<VaultName, Uint8Array>;
  readonly failing = new Set<'read' | VaultName>();

  constructor(enrolled = enrolment) {
    this.files = new Map([['enrolment', encodeEnrolment(enrolled)]]);
  }

  read = (name: VaultName) => {
    if (this.failing.has('read')) throw new StoreError('io', 'the medium is gone');
    return this.files.get(name) ?? null;
  };
  write = (name: VaultName, bytes: Uint8Array) => {
    if (this.failing.has(name)) throw new StoreError('io', 'the medium is full of holes');
    this.files.set(name, bytes);
  };
  erase = (name: VaultName) => void this.files.delete(name);
}

/** A loader's recovery with its cable, and a laptop before it. */
export class RecoveryBench extends Bench {
  readonly vault = new TestVault();
  readonly bank = new MemoryBank(trust);
  readonly log: string[] = [];
  /** What was done to the port. */
  readonly port: string[] = [];
  retried = 0;
  readonly soon: (() => void)[] = [];
  #tell: (event: SerialEvent) => void = () => undefined;
  #answers: Uint8Array[] = [];
  readonly recovery: CableRecovery;

  constructor() {
    super();
    this.recovery = new CableRecovery({
      vault: this.vault,
      log: { write: (level, text) => this.log.push(`${level}: ${text}`) },
      serial: {
        listen: (listener) => {
          this.#tell = listener;
        },
        open: () => void this.port.push('opened'),
        close: () => void this.port.push('closed'),
        write: (bytes) => this.#answers.push(bytes) > 0,
      },
      clock: { read: () => ({ ...this.stamp, source: 'rtc' }), wakeAfter: () => undefined },
      entropy: { below: (bound) => 7919 % bound },
      signatures,
      machine: 'arm64',
      deviceClass: trust.deviceClass,
      soon: (act) => this.soon.push(act),
    });
  }

  /** As the loader opens it. */
  begin(cause: RecoveryCode = 'firmware-missing'): this {
    const retry = () => {
      this.retried += 1;
    };
    this.recovery.open({ bank: this.bank, cause, retry } satisfies RecoveryCall);
    return this;
  }

  unplug(): void {
    this.#tell({ type: 'serial.closed', reason: 'the port is gone' });
  }

  override raw(bytes: Uint8Array): SmpFrame[] {
    this.#answers = [];
    this.#tell({ type: 'serial.received', bytes });
    return this.#answers.flatMap((answer) => new SerialDecoder(65_533).push(answer));
  }
}
