import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { PlantedBug } from './bugs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the whole simulator with one bug planted in the firmware, and says which rules its rounds find broken. */
export async function rulesBrokenBy(bug: PlantedBug | null): Promise<readonly string[]> {
  const outfile = `${root}node_modules/.cache/dosis-planted/${bug === null ? 'sound' : bug.title.replace(/\W+/g, '-')}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL('./rounds.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    define: { STORIES_FOLDER: JSON.stringify(`${root}sim/scenarios`) },
    plugins: bug === null ? [] : [plant(bug)],
  });
  const rounds = (await import(pathToFileURL(outfile).href)) as typeof import('./rounds.ts');
  rmSync(outfile);
  return rounds.brokenRules(bug === null ? null : bug.breaks);
}

function plant({ file, find, plant: planted }: PlantedBug): Plugin {
  return {
    name: 'plant',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== `${root}${file}`) return undefined;
        return { contents: readFileSync(path, 'utf8').replace(find, () => planted), loader: 'ts' };
      });
    },
  };
}

/** How often the place of a bug stands in its file. */
export function placesOf({ file, find }: PlantedBug): number {
  return readFileSync(`${root}${file}`, 'utf8').split(find).length - 1;
}
