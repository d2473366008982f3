import type { Power } from '../../ports/sensors.ts';
import type { Finding } from './finding.ts';
import { entriesOf, numberOf, textOf } from './sysfs.ts';

/** Where the kernel tells of batteries, UPS and mains (Linux ABI, sysfs-class-power). */
export const POWER_SUPPLIES = '/sys/class/power_supply';

/** What a driver without a fuel gauge tells instead of a percentage. */
const levels: Readonly<Record<string, number>> = { Critical: 5, Low: 20, Normal: 60, High: 80, Full: 100 };

/** A battery that holds less than this share of what it was made for is worn out. */
const WORN_BELOW = 0.5;

/**
 * How the board is fed: by mains when a supply says that it is there, or when a battery says that it is not being
 * emptied. Undefined where the kernel knows no battery of the board: what hangs on it, such as a mouse, is none.
 */
export function readPower(folder = POWER_SUPPLIES): Power | undefined {
  const supplies = suppliesIn(folder);
  const batteries = supplies.filter(isBattery);
  const percents = batteries.map(percentOf).filter((percent) => !Number.isNaN(percent));
  if (percents.length === 0) return undefined;
  const mains = supplies.filter((supply) => !isBattery(supply));
  const isFed =
    mains.length > 0
      ? mains.some((supply) => numberOf(supply, 'online') > 0)
      : batteries.every((battery) => textOf(battery, 'status') !== 'Discharging');
  return { source: isFed ? 'mains' : 'battery', batteryPercent: Math.round(Math.min(...percents)) };
}

/** Batteries that cannot do their work any more. */
export function judgeBatteries(folder = POWER_SUPPLIES): readonly Finding[] {
  return suppliesIn(folder)
    .filter(isBattery)
    .flatMap((battery) => {
      const health = textOf(battery, 'health');
      const share = shareLeft(battery);
      if (['Dead', 'Unspecified failure', 'Over voltage', 'Overheat'].includes(health))
        return [{ code: 'battery-worn' as const, says: `${battery}/health says ${health}.` }];
      if (share >= WORN_BELOW || Number.isNaN(share)) return [];
      const percent = Math.round(100 * share);
      return [{ code: 'battery-worn' as const, says: `${battery} holds ${percent} % of what it was made for.` }];
    });
}

function suppliesIn(folder: string): readonly string[] {
  return entriesOf(folder).filter((supply) => textOf(supply, 'scope') !== 'Device' && textOf(supply, 'type') !== '');
}

function isBattery(supply: string): boolean {
  return ['Battery', 'UPS'].includes(textOf(supply, 'type'));
}

/** A battery that was taken out is an empty one. */
function percentOf(battery: string): number {
  if (textOf(battery, 'present') === '0') return 0;
  const capacity = numberOf(battery, 'capacity');
  const share = ratioOf(battery, 'now', 'full');
  const told = [capacity, 100 * share, levels[textOf(battery, 'capacity_level')] ?? Number.NaN];
  const percent = told.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  return Math.min(100, Math.max(0, percent));
}

function shareLeft(battery: string): number {
  return ratioOf(battery, 'full', 'full_design');
}

/** Drivers count in energy (µWh) or in charge (µAh). */
function ratioOf(battery: string, one: string, other: string): number {
  const ratios = ['energy', 'charge'].map(
    (unit) => numberOf(battery, `${unit}_${one}`) / numberOf(battery, `${unit}_${other}`),
  );
  return ratios.find((ratio) => Number.isFinite(ratio)) ?? Number.NaN;
}
