import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { type ConfigDocument, configProblems, type Language } from '../../protocol/messages/config.ts';
import { problemOf } from '../centre/orders/order-error.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { DocumentRefusal } from './centre-client.ts';
import { centreWords } from './centre-words.ts';

/** What somebody wrote; whether it may be a configuration is another question. */
export type Draft = Readonly<Record<string, unknown>>;

/** Ten times the largest document. */
const FILE_CHARS_MAX = 2 * 1024 * 1024;

/** A map in YAML or JSON. @throws UsageError */
export function readMap(file: string, language: Language): Draft {
  const t = centreWords[language].config;
  const text = textOf(file, language);
  if (text.length > FILE_CHARS_MAX) throw new UsageError(t.fileTooLong(file));
  const document = parseDocument(text, { stringKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line = 1, col = 1 } = problem.linePos?.[0] ?? {};
    throw new UsageError(t.fileTorn(file, line, col));
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Draft;
  throw new UsageError(t.fileNoMap(file));
}

/** The whole document without its version, which the centre gives. @throws DocumentRefusal with every problem */
export function checkedDocument(draft: Draft, language: Language): Draft {
  const { version: _version, ...document } = draft;
  const problems = configProblems({ ...document, version: 1 });
  if (problems.length > 0) {
    const told = problems.map(problemOf);
    throw new DocumentRefusal(told.map(({ path, said }) => ({ path, sentence: said[language] })));
  }
  return document;
}

export interface Difference {
  /** Slots go by their id, so that one more in between is not a change of all that follow. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is not the same in two documents, apart from their versions; undefined where there is nothing. */
export function differences(before: Draft | ConfigDocument, after: Draft | ConfigDocument): Difference[] {
  const old = leaves(before);
  const now = leaves(after);
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => path !== 'version');
  return paths
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

function leaves(value: unknown, path = '', found = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || (Array.isArray(value) && !value.every(isNamed))) {
    found.set(path, value);
    return found;
  }
  const entries: [string, unknown][] = Array.isArray(value)
    ? (value as { id: string }[]).map((member) => [member.id, member])
    : Object.entries(value);
  for (const [key, member] of entries) leaves(member, path === '' ? key : `${path}.${key}`, found);
  return found;
}

function isNamed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { id?: unknown }).id === 'string';
}

function textOf(file: string, language: Language): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(centreWords[language].config.fileUnreadable(file, codeOf(error)), { cause: error });
  }
}
