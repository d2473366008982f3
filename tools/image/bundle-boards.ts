import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { BundleFile } from '../../hal/linux/bundle.ts';

/** The source that reads a board's file; it looks for it in the folder `boards` beside the program. */
const readerSource = /(^|[\\/])hal[\\/]johnny-five[\\/]board-file\.ts$/;
const boardsFolder = 'boards';

/**
 * Every board that a program can be told to drive; nothing for one that reads no board's file.
 * @param inputs files that went into the program, absolute or from the working directory
 */
export function boardsFor(inputs: readonly string[]): readonly BundleFile[] {
  const reader = inputs.find((input) => readerSource.test(input));
  if (reader === undefined) return [];
  const home = join(dirname(resolve(reader)), boardsFolder);
  const names = globSync('*.yaml', { cwd: home }).sort();
  return names.map((name) => ({ path: `${boardsFolder}/${name}`, bytes: readFileSync(join(home, name)) }));
}
