import { StoreError } from '../../hal/ports/store.ts';
import type { TagPairing } from '../../hal/ports/tag-pairing.ts';
import type { Vault, VaultName } from '../../hal/ports/vault.ts';
import { lockdownFaults } from '../../protocol/faults/catalogue.ts';
import type { UnitFaultCode } from '../../protocol/messages/alarm.ts';
import type { Enrolment } from '../../protocol/messages/enrolment.ts';
import { type ByteSource, sourceOfBytes } from '../domain/byte-source.ts';
import { epochSecondsAt } from '../domain/civil-time.ts';
import { sachetsLeft } from '../domain/stock.ts';
import type { Host, HostState } from '../host/host.ts';
import { mayRestart } from '../host/may-restart.ts';
import type { Ports } from '../host/ports.ts';
import { logFile } from '../ledger/log-file.ts';
import type { ActRefusal, ServicedUnit, ServiceEntry, UnitFacts, UnitFileName, Verdict } from '../service/unit.ts';
import type { FieldTrace } from '../trace/field-trace.ts';
import type { ImageBank } from '../update/image-bank.ts';
import { ServiceJournal } from '../vault/journal.ts';
import { triesIn } from '../vault/tries.ts';
import { askingOf } from './asking.ts';
import { readNewcomer } from './enrolling.ts';
import { bayOf, servicedHandover } from './handing-over.ts';
import { PairedTag } from './paired-tag.ts';
import { SelfTest } from './self-test.ts';
import type { TriedSigns } from './tried-signs.ts';

/** The unit as a program on a board puts it together, as far as the cable asks. */
export interface Serviced {
  readonly host: () => Host;
  readonly ports: Ports;
  /** Lamp, sounder and lock, for whoever tries them. */
  readonly signs: TriedSigns;
  readonly vault: Vault;
  readonly images: ImageBank;
  readonly enrolment: Enrolment | null;
  readonly trace: FieldTrace | null;
  readonly firmware: string;
  readonly machine: string;
  readonly deviceClass: { readonly name: string; readonly id: Uint8Array };
  readonly serviceNumber: string;
  /** Finds pocket tags; absent on a board without Bluetooth. */
  readonly tagPairing?: TagPairing | undefined;
  /** Why certificates and key of an enrolment do not belong together; undefined when they do. */
  readonly problemWith: (enrolment: Enrolment) => string | undefined;
  /** Begins the unit anew as soon as what was answered has left. */
  readonly restartSoon: (reason: string) => void;
  /** Sets the board's clock; absent on a board whose clock the firmware may not set. */
  readonly setClock?: ((wallMs: number) => void) | undefined;
}

/** The service's view of the host: what it asks is decided by the machine, the ledger and the image bank. */
export function servicedHost(serviced: Serviced): ServicedUnit {
  const { host, ports, vault, images } = serviced;
  const journal = new ServiceJournal(vault);
  const ask = askingOf(host);
  const memory = () => host().state.memory;
  const note = ({ act, pass }: ServiceEntry, refusal?: ActRefusal) =>
    host().receive({ type: 'service.noted', act, pass, ...(refusal === undefined ? {} : { refusal }) });
  tellCutOff(journal, host(), ports.log);
  return {
    facts: () => factsOf(serviced),
    counters: () => countersOf(host()),
    doubts: () => [...(memory()?.doses.values() ?? [])].flatMap(({ key, fate }) => (fate === 'uncertain' ? [key] : [])),
    ask: (event) => ask(event),
    bay: bayOf(host),
    restart(force) {
      if (!force && !mayRestart(host().state)) return 'dose-open';
      const granted = images.prepareRestart();
      if (!granted.ok && !force) return granted.refusal === 'not-now' ? 'dose-open' : 'busy';
      serviced.restartSoon('A restart was asked for over the cable.');
      return null;
    },
    journal(entry, stamp) {
      if (journal.add(entry, epochSecondsAt(stamp.wallMs))) note(entry);
    },
    conclude(entry, refusal) {
      journal.conclude(entry, refusal, () => note(entry, refusal ?? undefined));
    },
    trustedKeys: () => serviced.enrolment?.centreKeys ?? [],
    tries: triesIn(vault),
    clock: {
      lastBelievedMs: () => host().ledger?.lastSeenWallMs ?? 0,
      set(wallMs) {
        if (serviced.setClock === undefined) return 'unsupported';
        serviced.setClock(wallMs);
        host().receive({ type: 'tick' });
        return null;
      },
    },
    config: {
      document: () => host().ledger?.orders.config()?.bytes ?? null,
      report: () => host().report,
      offer: (signed) => host().offerConfig(signed),
    },
    history: {
      get lastSeq() {
        return host().ledger?.log.lastSeq ?? 0;
      },
      records: (after, limit) => host().ledger?.log.unsent(after, limit) ?? [],
      copy: (file) => copyOf(serviced, file),
    },
    enrolment: {
      provision: (bytes) => provision(serviced, bytes),
    },
    handover: servicedHandover({ host, enrolment: serviced.enrolment, signatures: ports.signatures, ask }),
    selfTest: new SelfTest({ ports, signs: serviced.signs, host, ask }),
    tag: new PairedTag({ vault, pairing: serviced.tagPairing, state: () => host().state.tag ?? null, log: ports.log }),
    images,
  };
}

/** What had begun when the unit stopped, the centre has not heard of; it does once there is a ledger to tell it by. */
function tellCutOff(journal: ServiceJournal, host: Host, log: Ports['log']): void {
  if (host.state.memory === null) return;
  try {
    journal.cutOff(({ act, pass = null }) => host.receive({ type: 'service.noted', act, pass, cutOff: true }));
  } catch (error) {
    // Doses are given though nobody can read who was at the cable.
    if (!(error instanceof StoreError)) throw error;
    log.write('warning', `What was begun over the cable is not known: ${error.message}`);
  }
}

function runningPhase({ phase, memory }: HostState): UnitFacts['phase'] {
  if (phase === 'lockedDown') return 'lockedDown';
  return memory === null || memory.registers.handedOver === null ? 'running' : 'replaced';
}

function factsOf({ host, enrolment, firmware, machine, deviceClass, serviceNumber }: Serviced): UnitFacts {
  const { state, ledger } = host();
  const { memory, cause } = state;
  const config = memory?.configHash ? { version: memory.settings.version, hash: memory.configHash } : null;
  return {
    device: enrolment?.device ?? null,
    epoch: ledger?.identity.epoch ?? null,
    phase: enrolment === null ? 'unprovisioned' : runningPhase(state),
    firmware,
    deviceClass: deviceClass.id,
    machine,
    boot: ledger?.boots ?? 0,
    config,
    serviceNumber: memory?.settings.serviceNumber || serviceNumber || null,
    faults: memory === null ? lockdownFault(cause) : [...new Set([...memory.alarms.values()].map(({ code }) => code))],
  };
}

function lockdownFault(cause: Host['state']['cause']): readonly UnitFaultCode[] {
  return cause === null ? [] : [lockdownFaults[cause.fault]];
}

function countersOf({ state, ledger }: Host): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const { memory } = state;
  if (memory === null || ledger === null) return {};
  const doses: Record<string, number> = {};
  for (const { fate } of memory.doses.values()) doses[fate] = (doses[fate] ?? 0) + 1;
  const stock: Record<string, number> = { bin: memory.registers.inBin };
  for (const roll of memory.rolls.values()) stock[roll.id] = sachetsLeft(roll);
  const waiting = ledger.log.lastSeq - memory.registers.ackedThrough;
  const link = { records: ledger.log.lastSeq, waiting, strayAcks: state.strayAcks };
  return { doses, stock, link, alarms: { standing: memory.alarms.size } };
}

function copyOf({ host, trace, ports, vault }: Serviced, file: UnitFileName): ByteSource | null {
  if (file === 'trace') return trace?.copy() ?? null;
  if (file === 'journal') return sourceIn(vault, 'journal');
  const { ledger } = host();
  if (ledger === null) return null;
  return file === 'log' ? logFile(ledger.log) : sourceOfBytes(ports.store.image());
}

function sourceIn(vault: Vault, name: VaultName): ByteSource | null {
  const bytes = vault.read(name);
  return bytes === null ? null : sourceOfBytes(bytes);
}

function provision({ vault, enrolment, deviceClass, problemWith, restartSoon }: Serviced, bytes: Uint8Array): Verdict {
  if (enrolment !== null) return 'not-permitted';
  const newcomer = readNewcomer(bytes, deviceClass.name, problemWith);
  if (typeof newcomer === 'string') return newcomer;
  vault.write('newcomer', bytes);
  restartSoon(`Set up as ${newcomer.device}.`);
  return null;
}
