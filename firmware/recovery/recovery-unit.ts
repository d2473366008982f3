import type { Log } from '../../hal/ports/log.ts';
import { StoreError } from '../../hal/ports/store.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { RecoveryCode } from '../../protocol/faults/fault.ts';
import type { Enrolment } from '../../protocol/messages/enrolment.ts';
import { epochSecondsAt } from '../domain/civil-time.ts';
import type { CableUnit, ServiceEntry, UnitFacts, Verdict } from '../service/unit.ts';
import type { ImageBank } from '../update/image-bank.ts';
import { enrolmentOf } from '../vault/enrolment.ts';
import { ServiceJournal } from '../vault/journal.ts';
import { triesIn } from '../vault/tries.ts';

/** A unit on which no firmware runs, as the loader knows it. */
export interface Recovering {
  readonly vault: Vault;
  readonly log: Log;
  readonly images: ImageBank;
  readonly cause: RecoveryCode;
  readonly machine: string;
  readonly deviceClass: Uint8Array;
  /** Starts what the bank was asked to try, as soon as what was answered has left. */
  readonly restartSoon: () => void;
  /** Somebody tries to open a session. */
  readonly tried: () => void;
}

/**
 * The cable's view of a unit without firmware: who it is, why nothing runs, and its images. Passes are believed by the
 * enrolment in the vault; a unit whose enrolment cannot be read is nobody's (`isAllowed`).
 */
export function recoveryUnit(recovering: Recovering): CableUnit {
  const { vault, log, images, restartSoon, tried } = recovering;
  const enrolment = readableEnrolment(vault, log);
  const journal = new ServiceJournal(vault);
  const { read, write } = triesIn(vault);
  const noting = ({ act, detail, pass }: ServiceEntry, note: () => void) => {
    try {
      note();
    } catch (error) {
      // A vault that takes nothing any more must not keep a technician from mending the unit.
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', `The cable: ${act} ${detail} by ${pass ?? 'nobody'}, in no journal.`);
    }
  };
  return {
    facts: () => factsOf(recovering, enrolment),
    restart(): Verdict {
      if (!images.prepareRestart().ok) return 'busy';
      restartSoon();
      return null;
    },
    journal: (entry, { wallMs }) => noting(entry, () => journal.add(entry, epochSecondsAt(wallMs))),
    conclude: (entry, refusal) => noting(entry, () => journal.conclude(entry, refusal, () => undefined)),
    trustedKeys: () => enrolment?.centreKeys ?? [],
    tries: {
      read,
      write(count) {
        tried();
        write(count);
      },
    },
    // No ledger is opened here, so an earlier time is not known.
    clock: { lastBelievedMs: () => 0 },
    images,
  };
}

function readableEnrolment(vault: Vault, log: Log): Enrolment | null {
  try {
    return enrolmentOf(vault);
  } catch (error) {
    if (!(error instanceof StoreError) && !isProtocolError(error)) throw error;
    log.write('error', `Whose unit this is cannot be read: ${error.message}`);
    return null;
  }
}

function factsOf({ cause, machine, deviceClass }: Recovering, enrolment: Enrolment | null): UnitFacts {
  return {
    device: enrolment?.device ?? null,
    epoch: null,
    phase: 'recovery',
    firmware: 'loader',
    deviceClass,
    machine,
    boot: 0,
    config: null,
    serviceNumber: enrolment?.serviceNumber ?? null,
    faults: [cause],
  };
}
