import { wrapped } from '../program/wrapped.ts';
import type { ToldFault } from '../technician/fault-words.ts';
import type { TechWords } from '../technician/words.ts';

/** All that is known of a fault, for whoever stands before it. */
export function faultLines(t: TechWords, told: ToldFault): string[] {
  const words = t.fault;
  const { parts, steps } = told;
  return [
    words.heading(told.number, told.title),
    ...wrapped(told.meaning, '  '),
    '',
    ...labelled(words.medicine, `${told.medicine}.`),
    ...labelled(words.priority, told.priority),
    ...quoted(t, words.sees, told.sees),
    ...quoted(t, words.hears, told.hears),
    ...(parts.length === 0 ? [] : labelled(words.part, t.list(parts))),
    '',
    `  ${words.doThis}`,
    ...(steps.length === 0 ? wrapped(words.nothingToMend, '     ') : stepLines(steps)),
    '',
    ...labelled(words.ends, told.ends),
  ];
}

/** Why a unit gives no medicine any more, and what is done about it, for whoever has just done something else. */
export function lockLines({ fault: words }: TechWords, told: ToldFault): string[] {
  return [
    ...wrapped(words.lockedNow(told.number, told.title), ''),
    ...wrapped(told.meaning, '  '),
    ...stepLines(told.steps),
    ...labelled(words.ends, told.ends),
  ];
}

function stepLines(steps: readonly string[]): string[] {
  return steps.flatMap((step, place) => wrapped(step, '     ', `  ${place + 1}. `));
}

function quoted({ fault }: TechWords, label: string, texts: readonly string[]): string[] {
  return texts.flatMap((text, place) => labelled(place === 0 ? label : '', fault.quote(text)));
}

const LABEL_COLUMNS = 18;

function labelled(label: string, text: string): string[] {
  return wrapped(text, ' '.repeat(LABEL_COLUMNS), `  ${label}`.padEnd(LABEL_COLUMNS));
}
