// Checks who imports whom (.dependency-cruiser.js) and that the checker has seen every source file: with a TypeScript
// it cannot load, dependency-cruiser reads no module at all and is content.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

const folders = ['protocol', 'firmware', 'hal', 'sim', 'tools', 'test'];

export interface LayerReport {
  /** One sentence each; empty when the layers hold. */
  readonly problems: readonly string[];
  readonly modules: number;
  readonly imports: number;
}

export async function checkLayers(root: string): Promise<LayerReport> {
  const { default: rules } = await import(pathToFileURL(join(root, '.dependency-cruiser.js')).href);
  const sources = sourcesBelow(root);
  const { output } = await cruise(
    folders.filter((folder) => sources.some((source) => source.startsWith(`${folder}/`))),
    { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true, baseDir: root },
  );
  const { modules, summary } = output as ICruiseResult;
  const importsOf = new Map(modules.map((module) => [module.source, module.dependencies.length]));
  const breaches = summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}. ${commentOn(rule.name, rules.forbidden)}`,
  );
  return {
    problems: [...breaches, ...unseen(sources, importsOf)],
    modules: sources.length,
    imports: countImports(sources, importsOf),
  };
}

function sourcesBelow(root: string): readonly string[] {
  return globSync(`{${folders.join(',')}}/**/*.{ts,tsx,js}`, {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|static)$/.test(path),
  }).sort();
}

/** What the checker should have read but did not. `importsOf`: how many imports it found in each module it read. */
export function unseen(sources: readonly string[], importsOf: ReadonlyMap<string, number>): readonly string[] {
  const skipped = sources.filter((source) => !importsOf.has(source)).map((source) => `not checked: ${source}`);
  if (countImports(sources, importsOf) > 0) return skipped;
  return [...skipped, 'not checked: no import was found in any file, so the sources were not parsed'];
}

function countImports(sources: readonly string[], importsOf: ReadonlyMap<string, number>): number {
  return sources.reduce((sum, source) => sum + (importsOf.get(source) ?? 0), 0);
}

function commentOn(name: string, rules: readonly { readonly name: string; readonly comment: string }[]): string {
  return rules.find((rule) => rule.name === name)?.comment ?? '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, modules, imports } = await checkLayers(fileURLToPath(new URL('..', import.meta.url)));
  for (const problem of problems) console.log(problem);
  console.log(`${modules} files, ${imports} imports, ${problems.length} against the layers`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
