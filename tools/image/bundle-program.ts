import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import type { BundleFile } from '../../hal/linux/bundle.ts';
import { UsageError } from '../program/usage-error.ts';
import { boardsFor } from './bundle-boards.ts';
import { pageFor } from './bundle-page.ts';
import { licencesOf } from './licences.ts';

/** The machines that every native package of ours brings an add-on for, with glibc. */
export const architectures = ['x64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** The file that a loader starts. */
export const programEntry = 'firmware.mjs';

/** What esbuild leaves as `require` (native add-ons, Node's own modules in CommonJS packages) finds a `require`. */
const banner =
  "import { createRequire as dosisRequire } from 'node:module'; const require = dosisRequire(import.meta.url); " +
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;';

/**
 * One ESM file with everything that the entry needs, and beside it what cannot be bundled: native add-ons for that
 * machine, WebAssembly, the page of a program that shows a face, the files of the boards that it can drive, and the licences
 * of all of it. The same sources give the same bytes.
 * @throws UsageError when esbuild is not installed, or refuses the entry
 */
export async function bundleProgram(entry: string, arch: Architecture): Promise<readonly BundleFile[]> {
  const { build } = await loadEsbuild();
  const outdir = join(dirname(fileURLToPath(import.meta.url)), 'out');
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [{ in: entry, out: basename(programEntry, '.mjs') }],
      outdir,
      write: false,
      metafile: true,
      outExtension: { '.js': '.mjs' },
      assetNames: '[name]-[hash]',
      loader: { '.node': 'copy', '.wasm': 'copy' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'eof',
      banner: { js: banner },
      // cbor-x tries it and goes on without; it is faster on long texts, which our messages have none of.
      external: ['cbor-extract'],
      plugins: [nativeAddons(arch), leftOut],
      tsconfigRaw: {},
      logLevel: 'silent',
    });
    const files = outputFiles.map(({ path, contents }) => ({ path: relative(outdir, path), bytes: contents }));
    const inputs = Object.keys(metafile.inputs)
      .filter((input) => !input.startsWith('left-out:'))
      .map((input) => input.replace(/^prebuilt:/, ''));
    const page = await pageFor(inputs, build);
    return [...files, ...page.files, ...boardsFor(inputs), licencesOf([...inputs, ...page.inputs])];
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (first === undefined) throw error;
    const place = first.location === null ? entry : `${first.location.file}:${first.location.line}`;
    throw new UsageError(`${place} cannot be bundled: ${first.text}.`, { cause: error });
  }
}

async function loadEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (error) {
    throw new UsageError(
      'Building an image needs esbuild, which only developers have; run "npm ci" in the sources of dosis and build there.',
      { cause: error },
    );
  }
}

/** Leads each native package to its add-on for one machine; what they search for at run time does not exist there. */
function nativeAddons(arch: Architecture): Plugin {
  return {
    name: 'native-addons',
    setup(build) {
      build.onResolve({ filter: /^better-sqlite3$/ }, ({ importer }) => ({
        path: createRequire(importer).resolve(`better-sqlite3/linux-${arch}`),
      }));
      build.onResolve({ filter: /^node-gyp-build$/ }, ({ importer }) => ({
        path: prebuiltFor(importer, arch),
        namespace: 'prebuilt',
      }));
      build.onLoad({ filter: /.*/, namespace: 'prebuilt' }, ({ path }) => ({
        contents: `module.exports = () => require(${JSON.stringify(path)});`,
        resolveDir: dirname(path),
      }));
    },
  };
}

/**
 * What a package of ours wants for a part that no unit has: nanotimer, which johnny-five plays a piezo with, and which says
 * nothing of its licence; x11, which dbus-next finds the bus of a desktop with; usocket, with which it hands files over.
 */
const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    build.onResolve({ filter: /^(nanotimer|x11|usocket)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = undefined;' }));
  },
};

function prebuiltFor(importer: string, arch: Architecture): string {
  const home = dirname(importer);
  const folder = join(home, '..', 'prebuilds', `linux-${arch}`);
  const name = readdirSync(folder).find((file) => file.endsWith('.glibc.node'));
  if (name === undefined) throw new UsageError(`${folder} holds no add-on for glibc; run "npm ci".`);
  return join(folder, name);
}
