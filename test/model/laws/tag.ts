import { chartValue } from '../situation.ts';
import type { Laws } from './law.ts';

const CALLING: ReadonlySet<string> = new Set(['gentle', 'firm', 'urgent', 'lastCall']);

/** What the pocket tag may do, and may not. */
export const TAG_LAWS: Laws = {
  'the tag calls only while a dose calls': ({ after }) => {
    const { tag, reminder } = chartValue(after);
    return tag === 'soft' || tag === 'loud' ? whether(CALLING.has(reminder), `it is ${tag} at ${reminder}`) : null;
  },

  'the tag was told what the chart says of it': ({ before, after, decision }) => {
    const { tag } = chartValue(after);
    const told = decision.effects.flatMap((effect) => (effect.type === 'tag.alert' ? [effect.level] : [])).at(-1);
    if (told === undefined) {
      const was = before === null ? 'absent' : chartValue(before).tag;
      return whether(was === tag, `it went from ${was} to ${tag} and was told nothing`);
    }
    return whether(told === { absent: 0, silent: 0, soft: 1, loud: 2 }[tag], `it is ${tag} and was told ${told}`);
  },

  'what the tag tells touches no dose': ({ event, decision }) => {
    if (!event.startsWith('tag.')) return null;
    // A clock that was set back shows with the next event, whichever that is, and the reminder speaks then.
    const effect = decision.effects.find(({ type }) => type.startsWith('mechanism.') || type === 'lock.set');
    const change = decision.changes.find(({ set }) => set === 'dose' || set === 'intent' || set === 'roll');
    return whether(effect === undefined && change === undefined, `${event} led to ${effect?.type ?? change?.set}`);
  },
};

function whether(holds: boolean, otherwise: string): string | null {
  return holds ? null : otherwise;
}
