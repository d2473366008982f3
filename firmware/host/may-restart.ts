import { openDose } from '../domain/agenda.ts';
import { doseIn, openIntent } from '../domain/memory.ts';
import type { HostState } from './host.ts';

const UNDER_WAY = ['releasing', 'presented', 'uncertain'] as const;

/** Whether a restart for an update comes between nobody and a dose: none is open, moving, in the cup or in doubt. */
export function mayRestart(state: HostState | undefined): boolean {
  const memory = state?.memory;
  // What runs no machine keeps no dose from anybody.
  if (memory == null) return true;
  if (openIntent(memory) !== null || UNDER_WAY.some((fate) => doseIn(memory, fate) !== null)) return false;
  const { lastDoseMs, presence } = memory.registers;
  const nowMs = state?.nowMs ?? lastDoseMs ?? 0;
  return presence.mode !== 'home' || openDose(memory, nowMs) === null;
}
