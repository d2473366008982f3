import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { BuildOptions, build } from 'esbuild';
import type { BundleFile } from '../../hal/linux/bundle.ts';

/** The source that serves the panel; it looks for the page in the folder `static` beside the program. */
const serverSource = /(^|[\\/])sim[\\/]panel[\\/]server\.ts$/;
const pageFolder = 'static';

/**
 * The panel's page, built anew, for a program that serves it; nothing for any other.
 * @param inputs files that went into the program, absolute or from the working directory
 */
export async function pageFor(
  inputs: readonly string[],
  bundle: typeof build,
): Promise<{ readonly files: readonly BundleFile[]; readonly inputs: readonly string[] }> {
  const server = inputs.find((input) => serverSource.test(input));
  if (server === undefined) return { files: [], inputs: [] };
  const home = dirname(resolve(server));
  const outdir = join(home, pageFolder);
  const plan = JSON.parse(readFileSync(join(home, 'page.json'), 'utf8')) as BuildOptions;
  const own = { absWorkingDir: home, outdir, write: false, metafile: true, logLevel: 'silent' } as const;
  const { outputFiles, metafile } = await bundle({ ...plan, ...own });
  const files = [
    { path: 'index.html', bytes: readFileSync(join(home, 'web', 'index.html')) },
    ...outputFiles.map(({ path, contents }) => ({ path: relative(outdir, path), bytes: contents })),
  ];
  return {
    files: files.map(({ path, bytes }) => ({ path: `${pageFolder}/${path}`, bytes })),
    inputs: Object.keys(metafile.inputs).map((input) => resolve(home, input)),
  };
}
