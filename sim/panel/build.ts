import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const webDir = fileURLToPath(new URL('./web/', import.meta.url));

/**
 * Bundles the panel's page into `outDir` (index.html, panel.js, panel.css). The server looks in the folder `static`
 * beside itself: `sim/panel/static` when run from source, `dist/sim/panel/static` when shipped.
 */
export async function buildPanel(outDir = fileURLToPath(new URL('./static/', import.meta.url))): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await build({
    entryPoints: [
      { in: `${webDir}main.tsx`, out: 'panel' },
      { in: `${webDir}panel.css`, out: 'panel' },
    ],
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  await copyFile(`${webDir}index.html`, `${outDir}/index.html`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPanel(process.argv[2]);
