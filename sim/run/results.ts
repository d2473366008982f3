import type { FaultName } from '../kernel/fault-plan.ts';

/** Step by step what a story's run found. The shape of `dosis sim run --json`. */
export interface Failure {
  readonly step: string;
  readonly expected: string;
  readonly actual: string;
}

/** Something a unit said of itself: its type, the instant in RFC 3339 with the zone's offset, and what belongs to it. */
export interface ReportedEvent {
  readonly at: string;
  readonly type: string;
  readonly dose?: string;
  readonly [field: string]: unknown;
}

export interface ScenarioResult {
  readonly name: string;
  readonly file: string;
  readonly seed: number;
  readonly passed: boolean;
  readonly failures: readonly Failure[];
  readonly simulatedSeconds: number;
  readonly wallMs: number;
  readonly traceHash: string;
  readonly events: readonly ReportedEvent[];
}

/** A story that cannot be played on the electronics that were asked for, and why. */
export interface LeftOut {
  readonly name: string;
  readonly because: string;
}

export interface RunReport {
  readonly passed: number;
  readonly failed: number;
  readonly scenarios: readonly ScenarioResult[];
  /** With emulated electronics alone. */
  readonly leftOut?: readonly LeftOut[];
}

export interface ReportedViolation {
  readonly invariant: string;
  readonly at: string;
  readonly detail: string;
  /** The one command that shows it again. */
  readonly replay: string;
}

/** The shape of `dosis sim soak --json`. */
export interface SoakReport {
  readonly seed: number;
  readonly deviceYears: number;
  readonly doses: number;
  readonly faultsInjected: Readonly<Partial<Record<FaultName, number>>>;
  readonly violations: readonly ReportedViolation[];
  readonly deviceYearsPerSecond: number;
  readonly traceHash: string;
}
