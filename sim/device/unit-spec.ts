import { EVERY_PART } from '../../firmware/domain/parts.ts';
import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { BatterySpec } from './battery.ts';

/** The build of one unit: what it can hold and how it starts. */
export interface UnitSpec {
  readonly device: string;
  readonly firmware: string;
  readonly binCapacity: number;
  readonly battery: BatterySpec;
  /** What it is built with. */
  readonly parts: Capabilities;
  /** From power to running firmware. */
  readonly bootMs: number;
  /** After a crash the watchdog waits so long. */
  readonly crashRebootMs: number;
  /** The citizen carries a pocket tag that was paired with it. */
  readonly hasTag?: true;
}

export const usualUnit: UnitSpec = {
  device: 'dosis-sim-1',
  firmware: '0.1.0-sim',
  binCapacity: 120,
  battery: { runHours: 24, chargeHours: 6 },
  parts: EVERY_PART,
  bootMs: 4_000,
  crashRebootMs: 30_000,
};
