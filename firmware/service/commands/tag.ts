import { tag } from '../../../protocol/smp/commands/tag.ts';
import { ownGroup } from '../../../protocol/smp/numbers.ts';
import { granted, type Handler, handler } from '../exchange.ts';
import type { ServicedUnit } from '../unit.ts';

/** The citizen's pocket tag: which one it is, and how another becomes it. */
export const tagHandlers = (unit: Pick<ServicedUnit, 'tag'>): readonly Handler[] => [
  handler(tag.state, () => unit.tag.facts()),
  handler(tag.pair, ({ address }, { journal }) => {
    journal('tag-pair', address ?? '');
    return granted(ownGroup.tag, unit.tag.pair(address ?? null));
  }),
  handler(tag.forget, (_, { journal }) => {
    journal('tag-forget');
    return granted(ownGroup.tag, unit.tag.forget());
  }),
];
