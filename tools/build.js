// Compiles to dist/: TypeScript 7 for the sources, the panel's own bundler for its page, and the files that are no code.
// Also runs as `prepare` (after npm ci, but also where npm has installed nothing), so it says nothing when all is well.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/typescript-native/bin/tsc');
const pageDir = 'sim/panel/static';
/** A process of another container cannot be seen from here; a build takes seconds. */
const leftoverMsMin = 10 * 60_000;
const attemptsMax = 100;
/** What a rename meets when another build was there first; EPERM on Windows. */
const swapped = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM']);

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

/**
 * Builds in a folder of its own beside dist and then takes the place of dist, so that a running program never misses a
 * file of its own and other builds may run at the same time.
 */
async function build() {
  removeLeftovers();
  const own = fs.mkdtempSync(join(root, `dist.new-${process.pid}-`));
  const [fresh, page] = [join(own, 'dist'), join(own, 'page')];
  try {
    const [compiled, bundled] = await Promise.allSettled([compile(fresh), bundlePage(join(fresh, pageDir))]);
    if (bundled.status === 'rejected') throw bundled.reason;
    if (!compiled.value) {
      process.exitCode = 1;
      return;
    }
    for (const file of dataFiles()) fs.cpSync(join(root, file), join(fresh, file));
    // `npm run dev` serves the page from beside its source.
    fs.cpSync(join(fresh, pageDir), page, { recursive: true });
    takePlace(fresh, join(root, 'dist'), own);
    takePlace(page, join(root, pageDir), own);
  } finally {
    fs.rmSync(own, { recursive: true, force: true });
  }
}

/** Puts `fresh` where `place` is and the old one aside. Another build may do the same in between: the last one stays. */
function takePlace(fresh, place, own) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (fs.existsSync(place)) fs.renameSync(place, join(own, `${basename(place)}.old-${attempt}`));
      fs.renameSync(fresh, place);
      return;
    } catch (error) {
      if (attempt === attemptsMax || !swapped.has(error.code)) throw error;
    }
  }
}

/** Removes what killed builds have left: their process is gone, and nobody works there any more. */
function removeLeftovers() {
  for (const name of fs.readdirSync(root)) {
    const [, pid] = /^dist\.new-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid)) || ageMs(join(root, name)) < leftoverMsMin) continue;
    fs.rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Since its build began to write, or 0 when somebody else has removed it. */
function ageMs(folder) {
  const stats = fs.statSync(folder, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

/** @returns whether the sources are sound */
function compile(outDir) {
  return new Promise((resolve) => {
    const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', outDir];
    spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (code) => resolve(code === 0));
  });
}

async function bundlePage(outDir) {
  const { buildPanel } = await import('../sim/panel/build.ts');
  await buildPanel(outDir);
}

/** What the compiled program reads at run time and the compiler does not emit. */
function dataFiles() {
  return fs.globSync('{protocol,firmware,hal,sim,tools}/**/*.{yaml,json,cddl,sql,hex}', {
    cwd: root,
    exclude: (path) => /(^|\/)(static|web|node_modules)$/.test(path),
  });
}
