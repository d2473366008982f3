import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { commands } from '../../tools/cli/commands.ts';
import { root } from './planting.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const all = (pattern: RegExp) => [...readme.matchAll(pattern)].map((match) => match[1] ?? '');

test('the README names no command that does not exist, and no command stays unnamed', () => {
  const named = new Set(all(/npx dosis ([a-z]+)/g));
  expect([...named].sort()).toEqual(commands.map(({ name }) => name).sort());
});

test('the README names no script that does not exist', () => {
  const named = ['start', 'test', ...all(/npm run ([a-z]+)/g)];
  expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([]);
});

test('every link in the README leads somewhere', () => {
  const links = all(/\]\(([^)#]+)\)/g).filter((link) => !link.startsWith('http'));
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
});

test('the README tells truly which packages are installed and which are not', () => {
  const installed = { ...packageJson.dependencies, ...packageJson.devDependencies };
  const rows = all(/^\| ([a-z-]+(?:, [a-z-]+)*) \| .*`(?:firmware|hal|protocol|tools|npm run)/gm);
  const named = rows.flatMap((row) => row.split(', '));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in installed))).toEqual([]);
  expect(readme).toContain('johnny-five');
});
