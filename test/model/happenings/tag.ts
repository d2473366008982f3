import { TAG_BATTERY_PERCENT_GOOD, TAG_BATTERY_PERCENT_LOW } from '../../../firmware/machine/tag.ts';
import type { TagEvent } from '../../../hal/ports/tag.ts';
import type { Happening } from '../situation.ts';
import { person } from './people.ts';

const TOLD: readonly (readonly [string, TagEvent, 'tag' | 'tagTrouble'])[] = [
  ['the tag comes near', { type: 'tag.near' }, 'tag'],
  ['the tag goes out of range', { type: 'tag.gone', reason: 'range' }, 'tag'],
  ['the radio fails', { type: 'tag.gone', reason: 'radio' }, 'tagTrouble'],
  ['the button of the tag is pressed', { type: 'tag.pressed' }, 'tag'],
  ['the battery of the tag is low', { type: 'tag.battery', percent: TAG_BATTERY_PERCENT_LOW - 1 }, 'tagTrouble'],
  ['the battery of the tag is new', { type: 'tag.battery', percent: TAG_BATTERY_PERCENT_GOOD }, 'tagTrouble'],
];

/** What the pocket tag tells, at any moment. */
export function* tag(): Generator<Happening> {
  for (const [words, event, family] of TOLD) yield person(family, words, event);
}
