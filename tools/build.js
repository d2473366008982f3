// Compiles to dist/: TypeScript 7 for the sources, the panel's own bundler for its page, and the files that are no code.
// Also runs as `prepare` (after npm ci, but also where npm has installed nothing), so it says nothing when all is well.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/typescript-native/bin/tsc');
const pageDir = 'sim/panel/static';

if (!fs.existsSync(compiler)) {
  // As `prepare` this is how an install without development packages goes; the program itself says when it is missing.
  if (process.env.npm_lifecycle_event !== 'prepare') stop('The compiler is not installed; run "npm ci" first.');
} else if (Number.parseInt(process.versions.node, 10) < nodeMajorMin) {
  stop(
    `Compiling needs Node ${nodeMajorMin} or newer, and this is ${process.version}; install that, then run "npm ci" again.`,
  );
} else {
  await build();
}

function stop(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

/** Builds beside dist and then takes its place, so that a running program never misses a file of its own. */
async function build() {
  const [fresh, dist, old] = ['dist.new', 'dist', 'dist.old'].map((name) => join(root, name));
  for (const folder of [fresh, old]) fs.rmSync(folder, { recursive: true, force: true });
  const [compiled] = await Promise.all([compile(fresh), bundlePage(fresh)]);
  for (const file of dataFiles()) fs.cpSync(join(root, file), join(fresh, file));
  if (!compiled) {
    fs.rmSync(fresh, { recursive: true, force: true });
    process.exitCode = 1;
    return;
  }
  if (fs.existsSync(dist)) fs.renameSync(dist, old);
  fs.renameSync(fresh, dist);
  fs.rmSync(old, { recursive: true, force: true });
}

/** @returns whether the sources are sound */
function compile(outDir) {
  return new Promise((resolve) => {
    const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', outDir];
    spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (code) => resolve(code === 0));
  });
}

/** Once beside the source, for `npm run dev`, and once for what ships. */
async function bundlePage(outDir) {
  const { buildPanel } = await import('../sim/panel/build.ts');
  await buildPanel(join(root, pageDir));
  fs.cpSync(join(root, pageDir), join(outDir, pageDir), { recursive: true });
}

/** What the compiled program reads at run time and the compiler does not emit. */
function dataFiles() {
  return fs.globSync('{protocol,firmware,hal,sim,tools}/**/*.{yaml,json,cddl,sql}', {
    cwd: root,
    exclude: (path) => /(^|\/)(static|web|node_modules)$/.test(path),
  });
}
