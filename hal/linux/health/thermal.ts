import type { Finding } from './finding.ts';
import { entriesOf, numberOf, textOf } from './sysfs.ts';

/** Where the kernel tells how hot the board's parts are (Linux ABI, sysfs-class-thermal). */
const THERMAL_ZONES = '/sys/class/thermal';

/** A board that is this close to the heat at which its kernel switches it off needs air. */
const MARGIN_C = 10;
/** Where no such heat is told: most processors slow themselves down from here. */
const HOT_C = 80;
/** A sensor that tells something else is broken, and tells nothing of the heat. */
const PLAUSIBLE_C = { min: -40, max: 150 };

/** Zones too hot to go on for long. Attributes are in thousandths of a degree Celsius. */
export function judgeHeat(folder = THERMAL_ZONES): readonly Finding[] {
  return entriesOf(folder).flatMap((zone) => {
    const heatC = numberOf(zone, 'temp') / 1000;
    if (Number.isNaN(heatC) || heatC < PLAUSIBLE_C.min || heatC > PLAUSIBLE_C.max || heatC < limitC(zone)) return [];
    const says = `${textOf(zone, 'type') || zone} is at ${Math.round(heatC)} °C.`;
    return [{ code: 'overheated' as const, says }];
  });
}

function limitC(zone: string): number {
  const critical = entriesOf(zone)
    .filter((path) => /trip_point_\d+_type$/.test(path) && textOf(path) === 'critical')
    .map((path) => numberOf(path.replace(/type$/, 'temp')) / 1000)
    .filter((heatC) => heatC > 0);
  return critical.length === 0 ? HOT_C : Math.min(...critical) - MARGIN_C;
}
