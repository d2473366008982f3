import type { RollId } from '../../hal/ports/mechanism.ts';
import type { RecoveryCode } from '../../protocol/faults/fault.ts';
import type { UnitFaultCode } from '../../protocol/messages/alarm.ts';
import type { SelfTestPart } from '../../protocol/messages/command.ts';
import type { ConfigReport } from '../../protocol/messages/config-report.ts';
import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { ActRefusal, ServiceEntry } from '../../protocol/messages/service-acts.ts';
import type { ConfigInForce } from '../../protocol/messages/signed-config.ts';
import type { UnitPhase } from '../../protocol/smp/commands/provisioning.ts';
import type { TestOutcome } from '../../protocol/smp/commands/self-test.ts';
import type { TagFacts } from '../../protocol/smp/commands/tag.ts';
import type { ByteSource } from '../domain/byte-source.ts';
import type { DoseKey } from '../domain/dose.ts';
import type { Sachet } from '../domain/stock.ts';
import type { ServiceEvent, Stamp } from '../machine/events.ts';
import type { ImageBank } from '../update/image-bank.ts';

/** `null`: done, or under way. Otherwise why not; nothing has happened then. */
export type Verdict = RefusalCode | null;

/** What whoever holds the cable may know. */
export interface UnitFacts {
  /** `null` on a unit that was never provisioned, or cannot read its own name. */
  readonly device: string | null;
  readonly epoch: number | null;
  readonly phase: UnitPhase;
  readonly firmware: string;
  /** The 16 bytes of the UUID of this kind of device. */
  readonly deviceClass: Uint8Array;
  /** The processor, such as `arm64`. */
  readonly machine: string;
  /** How often it has started. */
  readonly boot: number;
  readonly config: ConfigInForce | null;
  /** Whom to call; `null` before the first configuration. */
  readonly serviceNumber: string | null;
  /** Codes only: never for which dose. */
  readonly faults: readonly (UnitFaultCode | RecoveryCode)[];
}

export interface BelievedClock {
  /** The last instant at which the wall clock was believed, milliseconds since 1970; 0 when it never was. */
  lastBelievedMs(): number;
}

export interface ServicedClock extends BelievedClock {
  set(wallMs: number): Verdict;
}

export interface ServicedConfig {
  /** The document in force, as it was signed for; `null` when there is none. */
  document(): Uint8Array | null;
  /** What became of the last document that was offered, over whatever road. */
  report(): ConfigReport | null;
  /** The same road as the centre's: what comes back is also what the centre is told. */
  offer(signed: Uint8Array): ConfigReport;
}

export const unitFiles = ['log', 'trace', 'ledger', 'journal'] as const;
export type UnitFileName = (typeof unitFiles)[number];

export interface UnitRecord {
  readonly seq: number;
  readonly body: Uint8Array;
}

export interface ServicedHistory {
  readonly lastSeq: number;
  records(after: number, limit: number): readonly UnitRecord[];
  /** `null` where the unit keeps no such file. A copy that is not used any more is simply forgotten. */
  copy(file: UnitFileName): ByteSource | null;
}

export interface ServicedEnrolment {
  /** Makes an empty unit into the one that the centre's enrolment names; the unit checks all of it. */
  provision(enrolment: Uint8Array): Verdict;
}

export interface ServicedHandover {
  /**
   * Locks the unit for good, so that the one with that attestation key can take its place, and no other.
   * @param believes the key ids of those whose word that one takes: without it, nobody could take the place
   */
  give(heir: Uint8Array, believes: readonly Uint8Array[]): Verdict;
  /** What it knew of the citizen's doses when it was handed over, signed; `null` while it has its own place. */
  document(): Uint8Array | null;
  /** Takes the place of the unit that the signed document is about; all of it or nothing. */
  take(document: Uint8Array): Verdict;
}

/** What a bay holds, head first; the first `over` sachets belong to doses that have ended. */
export interface BayContents {
  readonly sachets: readonly Sachet[];
  readonly over: number;
}

export interface TestResult {
  readonly part: SelfTestPart;
  readonly outcome: TestOutcome;
  /** A short word for what was measured, such as `battery-low`. */
  readonly found?: string;
}

export interface ServicedSelfTest {
  parts(): readonly SelfTestPart[];
  /** Begins one part. */
  run(part: SelfTestPart): Verdict;
  report(): readonly TestResult[];
}

export interface ServicedTag {
  /** The pocket tag that the unit keeps, and how far the search for one has come. */
  facts(): TagFacts;
  /** Begins to look for the tag at `address`, or for the nearest; `facts` tells how it goes on. */
  pair(address: string | null): Verdict;
  forget(): Verdict;
}

/** The service events that a cable may cause. None of them releases a dose, takes one out, or lets one pass unseen. */
export type CableEvent = Extract<
  ServiceEvent,
  { readonly type: 'stock.loaded' | 'bin.emptied' | 'fault.repaired' | 'uncertainty.settled' }
>;

export type { ActRefusal, ServiceAct, ServiceEntry } from '../../protocol/messages/service-acts.ts';

/** How many wrong tries to open a session there were since the last right one. Durable. */
export interface TryCounter {
  read(): number;
  /** @throws StoreError when it could not be made durable: then nobody gets in */
  write(count: number): void;
}

/** What the cable is served of every unit, also of one on which no firmware runs: who it is, who may in, its images. */
export interface CableUnit {
  facts(): UnitFacts;
  /** Once the answer has had time to leave, and only when the image bank agrees. `force`: though something is under way. */
  restart(force: boolean): Verdict;
  /** Before the act. Durable when it returns; bounded, the newest are kept. @throws StoreError: then the act is not done */
  journal(entry: ServiceEntry, stamp: Stamp): void;
  /** What came of it; `null`: it was done. @throws StoreError: then nobody is told that it was done */
  conclude(entry: ServiceEntry, refusal: ActRefusal | null): void;
  /** The raw Ed25519 keys (32 bytes) of the centre, by key id. */
  trustedKeys(): readonly { readonly kid: Uint8Array; readonly key: Uint8Array }[];
  readonly tries: TryCounter;
  readonly clock: BelievedClock;
  readonly images: ImageBank;
}

/**
 * The unit as the cable serves it while its firmware runs. Whatever changes something is decided by the machine, the
 * ledger or the image bank behind it, by the same rules as over any other road.
 */
export interface ServicedUnit extends CableUnit {
  /** Group by group, for statistics: doses, link and the like. Whole numbers below 2^32. */
  counters(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Doses of which nobody knows what became of them. */
  doubts(): readonly DoseKey[];
  ask(event: CableEvent): Verdict;
  bay(roll: RollId): BayContents;
  readonly clock: ServicedClock;
  readonly config: ServicedConfig;
  readonly history: ServicedHistory;
  readonly enrolment: ServicedEnrolment;
  readonly handover: ServicedHandover;
  readonly selfTest: ServicedSelfTest;
  readonly tag: ServicedTag;
}
