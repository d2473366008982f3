import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const rules = [
  '.dependency-cruiser.js',
  '.gitignore',
  'biome.json',
  'machine.grit',
  'package.json',
  'pure-globals.d.ts',
  'pure.grit',
  'tsconfig.json',
  'tsconfig.pure.json',
];

/** A throwaway tree with the house's own rules and packages, and only the given files (text by path) in it. */
export function plant(files: Readonly<Record<string, string>>): { readonly dir: string; uproot(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'dosis-house-'));
  for (const rule of rules) cpSync(join(root, rule), join(dir, rule));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), `${text}\n`);
  }
  return { dir, uproot: () => rmSync(dir, { recursive: true, force: true }) };
}
