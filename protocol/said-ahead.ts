import { faults } from './faults/catalogue.ts';
import type { Language } from './messages/config.ts';
import { PHRASES, type PhraseKey, phrase } from './phrases.ts';

export interface Speaker {
  readonly language: Language;
  /** The unit's name. */
  readonly device: string;
  readonly serviceNumber: string;
}

/** What must be heard without delay comes first. */
const urgent: readonly PhraseKey[] = [
  'remind-gentle',
  'remind-firm',
  'remind-urgent',
  'remind-lastCall',
  'take-the-sachet',
  'doubt',
];

const known: ReadonlySet<string> = new Set(['number', 'device', 'code']);

/**
 * Every sentence that a unit can say and whose gaps are known before it does, most urgent first, each once: so that it
 * can be rendered ahead. A phrase with a fault's number comes once for each fault that is told by it. Times of day and
 * what the centre writes are not known.
 */
export function saidAhead({ language, device, serviceNumber }: Speaker): readonly string[] {
  const keys = Object.keys(PHRASES) as PhraseKey[];
  const ordered = [...urgent, ...keys.filter((key) => !urgent.includes(key))];
  const sentences = ordered
    .filter((key) => gapsOf(key).every((gap) => known.has(gap)))
    .flatMap((key) => codesOf(key).map((code) => phrase(key, language, { number: serviceNumber, device, code })));
  return [...new Set(sentences)];
}

function gapsOf(key: PhraseKey): readonly string[] {
  return [...PHRASES[key].da.matchAll(/\{(\w+)\}/g)].map(([, gap = '']) => gap);
}

/** The numbers that a phrase may be said with; one without any is said as it is. */
function codesOf(key: PhraseKey): readonly string[] {
  if (!gapsOf(key).includes('code')) return [''];
  return faults.filter(({ sees, hears }) => [...sees, ...hears].includes(key)).map(({ number }) => String(number));
}
