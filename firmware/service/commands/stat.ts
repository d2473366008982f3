import { stat } from '../../../protocol/smp/commands/stat.ts';
import { smpGroup, statRc } from '../../../protocol/smp/numbers.ts';
import { type Handler, handler, Refused } from '../exchange.ts';
import type { ServicedUnit } from '../unit.ts';

type Counters = Readonly<Record<string, number>>;

/** @param cable what this end of the cable has counted */
export function statHandlers(unit: Pick<ServicedUnit, 'counters'>, cable: () => Counters): readonly Handler[] {
  const all = () => new Map(Object.entries<Counters>({ ...unit.counters(), cable: cable() }));
  return [
    handler(stat.list, () => ({ stat_list: [...all().keys()] })),
    handler(stat.data, ({ name }) => {
      const fields = all().get(name);
      return fields === undefined ? Refused.inGroup(smpGroup.stat, statRc.invalidName) : { name, fields };
    }),
  ];
}
