import type { BaseIssue } from 'valibot';
import { actorNames } from './deeds.ts';

/** Turns what the schema found into words for the story's author. */
export function wordsFor(issue: BaseIssue<unknown>): { path: (string | number)[]; sentence: string } {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const name = nameOf(path);
  if (issue.expected === 'never') return { path, sentence: unknownKey(path) };
  if (issue.received === 'undefined') return { path: path.slice(0, -1), sentence: `${name} is missing; add it` };
  if (issue.kind === 'schema' && issue.message.startsWith('Invalid type')) {
    const given = issue.received.startsWith('"') || issue.received === 'null' ? issue.received : `a ${issue.received}`;
    return { path, sentence: `${name} must be ${kindWords[issue.expected ?? ''] ?? 'something else'}, not ${given}` };
  }
  if (issue.type === 'min_length') return { path, sentence: `${name} is empty; write at least one` };
  if (issue.message.startsWith('Invalid')) {
    return { path, sentence: `${name} is ${issue.received}, but must be ${issue.expected}` };
  }
  return {
    path,
    sentence: issue.received.startsWith('"')
      ? `${name} is ${issue.received}: ${issue.message}`
      : `${name}: ${issue.message}`,
  };
}

const kindWords: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'a list of "name: value" lines',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

/** `steps.3.citizen` becomes `"citizen" in step 4`. */
function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the file';
  const [first, index, ...rest] = path;
  if (first === 'steps' && typeof index === 'number') {
    return rest.length === 0 ? `step ${index + 1}` : `"${rest.join(' ')}" in step ${index + 1}`;
  }
  return `"${path.join('.')}"`;
}

function unknownKey(path: readonly (string | number)[]): string {
  const key = String(path.at(-1));
  const known = knownKeys(path);
  const near = known.find((name) => distance(name, key) <= 2);
  const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
  return `"${key}" is not known${path[0] === 'steps' ? ` in step ${Number(path[1]) + 1}` : ''}; ${hint}`;
}

function knownKeys(path: readonly (string | number)[]): readonly string[] {
  if (path[0] === 'steps' && path.length === 3)
    return ['at', 'after', 'note', ...actorNames, 'expect', 'expect centre'];
  if (path[0] === 'steps' && path[2] === 'expect')
    return [
      'dose',
      'fate',
      'released',
      'binned',
      'cup',
      'panel',
      'light',
      'sound',
      'button',
      'reminder',
      'alarm',
      'no alarm',
      'spoken',
    ];
  if (path[0] === 'steps') return ['dose', 'fate', 'alarm', 'no alarm', 'online', 'up to date'];
  if (path[0] === 'regimen') return ['at', 'before', 'after', 'days', 'sachets', 'roll'];
  if (path[0] === 'settings') return ['take-out', 'quiet', 'present', 'minimum interval', 'battery', 'bin'];
  if (path[0] === 'unit') return ['speech', 'cup sensor'];
  if (path[0] === 'people') return ['citizen', 'nurse', 'technician'];
  return ['name', 'story', 'device', 'zone', 'start', 'until', 'regimen', 'settings', 'unit', 'people', 'steps'];
}

/** Levenshtein's distance, for a hint at a misspelt word. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, replace));
    }
    row = next;
  }
  return row[b.length] as number;
}
