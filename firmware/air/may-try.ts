import { nextDose } from '../domain/agenda.ts';
import type { HostState } from '../host/host.ts';
import { mayRestart } from '../host/may-restart.ts';
import { TRIAL_MS_MAX } from '../update/trial.ts';

/** Two starts, and what else a board may take before the old firmware serves again. */
const BACK_MS_MAX = 5 * 60_000;
/** Nobody has a hand in the unit, and no take-out goes on. */
const AT_REST: ReadonlySet<string> = new Set(['locked', 'fault']);

/**
 * Whether new firmware may be tried while nobody stands beside the unit: also when the trial fails, the old one is back
 * before the next dose opens.
 */
export function mayTry(state: HostState, nowMs: number): boolean {
  const { memory, chart } = state;
  if (memory === null || !mayRestart(state) || !AT_REST.has(chart.custody ?? '')) return false;
  if (memory.registers.presence.mode !== 'home') return true;
  const next = nextDose(memory, nowMs);
  return next === null || next.opensMs > nowMs + TRIAL_MS_MAX + BACK_MS_MAX;
}
