import { enumeration } from '../../../protocol/smp/commands/enumeration.ts';
import { groupName } from '../../../protocol/smp/error-name.ts';
import { enumRc, smpGroup } from '../../../protocol/smp/numbers.ts';
import { type Handler, handler, Refused } from '../exchange.ts';

/** @param all every handler of the server, these too */
export function enumerationHandlers(all: () => readonly Handler[]): readonly Handler[] {
  const groups = () => [...new Set(all().map(({ address }) => address.group))].sort((one, other) => one - other);
  return [
    handler(enumeration.count, () => ({ count: groups().length })),
    handler(enumeration.list, () => ({ groups: groups() })),
    handler(enumeration.single, ({ index = 0 }) => {
      const known = groups();
      const group = known[index];
      if (group === undefined) return Refused.inGroup(smpGroup.enum, enumRc.indexTooLarge);
      return index === known.length - 1 ? { group, end: true } : { group };
    }),
    handler(enumeration.details, ({ groups: asked }) => ({
      groups: groups()
        .filter((group) => asked === undefined || asked.includes(group))
        .map((group) => ({ group, name: groupName(group), handlers: commandsOf(group, all()) })),
    })),
  ];
}

/** Reading and writing one number is one command, as Zephyr counts. */
function commandsOf(group: number, all: readonly Handler[]): number {
  const numbers = all.filter(({ address }) => address.group === group).map(({ address }) => address.command);
  return new Set(numbers).size;
}
