import { stat } from '../../../protocol/smp/commands/stat.ts';
import { smpGroup, statRc } from '../../../protocol/smp/numbers.ts';
import { type Handler, handler, Refused } from '../exchange.ts';
import type { ServicedUnit } from '../unit.ts';

type Counters = Readonly<Record<string, number>>;

/** @param cable what this end of the cable has counted */
export function statHandlers(cable: () => Counters): readonly Handler[] {
  const all = (unit: ServicedUnit) => new Map(Object.entries<Counters>({ ...unit.counters(), cable: cable() }));
  return [
    handler(stat.list, (_, { unit }) => ({ stat_list: [...all(unit).keys()] })),
    handler(stat.data, ({ name }, { unit }) => {
      const fields = all(unit).get(name);
      return fields === undefined ? Refused.inGroup(smpGroup.stat, statRc.invalidName) : { name, fields };
    }),
  ];
}
