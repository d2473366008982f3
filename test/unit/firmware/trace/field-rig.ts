import { EVERY_PART } from '../../../../firmware/domain/parts.ts';
import { bootHost, type Host } from '../../../../firmware/host/host.ts';
import type { Observation } from '../../../../firmware/host/observation.ts';
import { FieldTrace, TRACE_LIMITS, type TraceLimits } from '../../../../firmware/trace/field-trace.ts';
import { traced } from '../../../../firmware/trace/tap.ts';
import { SimTraceStore } from '../../../../sim/device/trace-store.ts';
import { type ReplayResult, replayTrace } from '../../../../sim/run/replay.ts';
import { readTrace } from '../../../../sim/run/trace-file.ts';
import { CENTRE } from '../centre-desk.ts';
import { Rig, type RigOptions, SECOND } from '../rig.ts';

const ALIVE_MS = 8_000;
const unit = { device: 'DD-0042', firmware: '0.1.0', serviceNumber: '70 12 34 56' };

/**
 * A unit on a table that keeps a trace, as one in the field does. Its first start is not recorded; each `boot` after it
 * begins a segment.
 */
export class FieldRig extends Rig {
  traces = new SimTraceStore();
  trace: FieldTrace | null = null;
  limits: TraceLimits = TRACE_LIMITS;
  running: Host | null = null;

  constructor(options: RigOptions = {}) {
    super(options);
    this.cutPower();
    this.boot();
  }

  override get host(): Host {
    return this.running ?? super.host;
  }

  override boot(): void {
    // The rig itself boots before this class has its fields.
    if (this.traces === undefined) return super.boot();
    this.running?.stop();
    const trace = new FieldTrace(this.traces, this.limits);
    this.trace = trace;
    const observe = (observation: Observation): void => void this.observed.push(observation);
    const boot = traced(
      (ports, onlooker) => bootHost({ ...unit, aliveMs: ALIVE_MS, centreKeys: [CENTRE], ports, observe: onlooker }),
      { of: unit.device, ...unit, aliveMs: ALIVE_MS, parts: EVERY_PART },
      trace,
    );
    this.running = boot(this.ports, observe);
    this.pass(SECOND);
  }

  /** The process begins anew. */
  restart(): void {
    this.cutPower();
    this.boot();
  }

  /** All that the unit has kept. */
  get text(): string {
    const { bytes, read } = (this.trace as FieldTrace).copy();
    return new TextDecoder().decode(read(0, bytes));
  }

  replay(text = this.text): ReplayResult {
    return replayTrace(readTrace(text, 'trace'), 'trace');
  }
}
