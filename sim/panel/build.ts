import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const panelDir = fileURLToPath(new URL('.', import.meta.url));

/**
 * Bundles the panel's page into `outDir` (index.html, panel.js, panel.css) as `page.json` says. The server looks in the
 * folder `static` beside itself: `sim/panel/static` when run from source, `dist/sim/panel/static` when shipped.
 */
export async function buildPanel(outDir = `${panelDir}static/`): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const options = JSON.parse(await readFile(`${panelDir}page.json`, 'utf8')) as BuildOptions;
  await build({ ...options, absWorkingDir: panelDir, outdir: outDir, logLevel: 'warning' });
  await copyFile(`${panelDir}web/index.html`, `${outDir}/index.html`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPanel(process.argv[2]);
