import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

/** A path on the command line leads to no story. The message is one sentence. */
export class NoScenarioError extends Error {
  override readonly name = 'NoScenarioError';
}

/**
 * The stories in files and folders (all `.yaml` and `.yml` below them), in order of their names.
 * @throws NoScenarioError @throws ScenarioError
 */
export function findScenarios(paths: readonly string[]): Scenario[] {
  return paths.flatMap(filesAt).map((file) => readScenario(readFileSync(file, 'utf8'), file));
}

function filesAt(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new NoScenarioError(`There is no file or folder "${path}"; name a scenario file or a folder of them.`);
  if (!stats.isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0)
    throw new NoScenarioError(`The folder "${path}" has no scenario in it; scenarios end in .yaml.`);
  return files;
}
