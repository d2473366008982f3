#!/usr/bin/env node
// Starts the compiled program, on the Node this package brings along when the host's own is too old. This file itself
// must run on old ones.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 24;
const main = new URL('../../dist/tools/cli/main.js', import.meta.url);

if (!existsSync(main)) {
  refuse('dosis is not compiled yet; run "npm ci" (or "npm run build") in its folder first.');
} else if (Number.parseInt(process.versions.node, 10) >= nodeMajorMin) {
  module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/dosis', import.meta.url)));
  await import(main.href);
} else {
  restartOn(packagedNode());
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}

/** The runtime that npm installed for this kind of machine (package.json, optionalDependencies). */
function packagedNode() {
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const file = join(folder, 'bin', windows ? 'node.exe' : 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function restartOn(node) {
  if (node === undefined) {
    refuse(
      `dosis needs Node ${nodeMajorMin} or newer, and this is ${process.version}; run "npm ci" in its folder, which brings one along for Linux and Windows, or install it.`,
    );
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well; a second copy would count as the person's second press.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`dosis could not start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
