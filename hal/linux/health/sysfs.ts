import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The entries of a folder of sysfs by name; none where there is no such folder. */
export function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The text of an attribute; empty where it is missing, or its driver refuses to be read. */
export function textOf(...path: readonly string[]): string {
  try {
    return readFileSync(join(...path), 'utf8').trim();
  } catch {
    return '';
  }
}

/** The number of an attribute, decimal or `0x…`; not a number where there is none. */
export function numberOf(...path: readonly string[]): number {
  const text = textOf(...path);
  return text === '' ? Number.NaN : Number(text);
}
