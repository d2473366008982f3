import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { TrustedKey } from '../../protocol/cose/sign1.ts';
import type { ConfigReport } from '../../protocol/messages/config-report.ts';
import type { Memory } from '../domain/memory.ts';
import type { Outcome } from '../domain/orders.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { InboxEvent } from '../machine/events.ts';
import type { TagState } from '../machine/tag.ts';
import type { ChartValue } from '../machine/view.ts';
import { causeOf } from './causes.ts';
import { type LockdownCause, lockDown } from './lockdown.ts';
import type { Observation } from './observation.ts';
import type { Ports } from './ports.ts';
import { RunningHost } from './running-host.ts';

export interface HostOptions {
  readonly device: string;
  /** The firmware's own version, as it reports it. */
  readonly firmware: string;
  /** Printed on the unit; shown even when nothing can be read from the ledger. */
  readonly serviceNumber: string;
  readonly ports: Ports;
  /** Whose configurations and commands are obeyed; nobody's unless told. */
  readonly centreKeys?: readonly TrustedKey<Uint8Array>[];
  /** Whether somebody fetches and tries the firmware that a command asks for; nobody does unless told. */
  readonly updates?: boolean;
  /** How often a connected, idle unit says that it is there; every 8 s unless told. */
  readonly aliveMs?: number;
  readonly observe?: (observation: Observation) => void;
  /** What the unit is built with; every part unless told. */
  readonly parts?: Capabilities;
}

/** A running unit, as seen from outside. */
export interface Host {
  /**
   * Hands an event to the inbox; returns when it, and all it led to, has been handled. Answers what became of it, or why
   * the machine has no answer to it now; null when it waits behind another.
   */
  receive(event: InboxEvent): Outcome | null;
  /** A signed configuration, whatever road it came by. */
  offerConfig(signed: Uint8Array): ConfigReport;
  readonly state: HostState;
  /** What is written down, for whoever reads it at the cable; null while it cannot be trusted. */
  readonly ledger: Ledger | null;
  /** What became of the last configuration that was offered since the start. */
  readonly report: ConfigReport | null;
  /** Lets go of the ports; what is durable stays. */
  stop(): void;
}

export interface HostState {
  /** `lockedDown`: the ledger or the store cannot be trusted; only a restart or a technician helps. */
  readonly phase: 'running' | 'lockedDown' | 'stopped';
  readonly cause: LockdownCause | null;
  /** The chart's state per region; empty unless running. */
  readonly chart: Readonly<Partial<ChartValue>>;
  readonly memory: Memory | null;
  /** The wall time of the last event that was handled; 0 unless running. */
  readonly nowMs: number;
  /** What is known of the pocket tag; absent unless running with one. */
  readonly tag?: TagState | null;
  /** A self-test waits for what the mechanism's sensors say. */
  readonly testing?: boolean;
  /** Acknowledgements since the start that were for another connection, unit or ledger; 0 unless running. */
  readonly strayAcks: number;
}

/**
 * Starts a unit on its ledger. Never throws for what the ledger holds: a damaged one leaves the unit locked, saying
 * so on its panel and to the centre.
 */
export function bootHost(options: HostOptions): Host {
  try {
    return new RunningHost(options, new Ledger(options.ports.store, options.ports.digest));
  } catch (error) {
    return lockDown(options, causeOf(error));
  }
}
