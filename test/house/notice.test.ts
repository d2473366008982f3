import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './planting.ts';

interface Locked {
  readonly dev?: boolean;
  readonly license?: string | readonly string[];
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const locked: Readonly<Record<string, Locked>> = JSON.parse(read('package-lock.json')).packages;
const lines = new Set(
  read('NOTICE')
    .split('\n')
    .map((line) => line.replace(/ \(.*/, '')),
);

/** Types never run, and the builds of one package for other machines share its licence. */
const notRun = /^(@types\/|@cbor-extract\/|typescript$)/;
/** Installed for developers only, but part of the page that ships. */
const bundled = /^(preact|@preact\/.*)$/;

/** Packages that name their licence in a file of its own only. */
const namedOnly = new Map([
  ['jsbi', 'Apache-2.0'],
  ['map-stream', 'MIT'],
  ['temporal', 'MIT'],
]);

const shipped = Object.entries(locked).flatMap(([path, { dev, license }]) => {
  const name = path.split('node_modules/').at(-1) ?? '';
  const ships = name !== '' && !notRun.test(name) && (!dev || bundled.test(name));
  return ships
    ? [`${name}: ${license === undefined ? (namedOnly.get(name) ?? 'unknown') : [license].flat().join(' or ')}`]
    : [];
});

test('NOTICE names every package that ships, with its licence', () => {
  expect(shipped.length).toBeGreaterThan(30);
  expect(shipped.filter((line) => !lines.has(line))).toEqual([]);
});

test('NOTICE names nothing that does not ship', () => {
  const listed = [...lines].filter((line) => /^[@a-z][^ ]*: [A-Z0-9][\w./-]*( or [\w.-]+)?$/.test(line));
  expect(listed.filter((line) => !shipped.includes(line))).toEqual([]);
});
