import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './planting.ts';
import { tidyRules } from './tidy.ts';

const lines = (count: number) => 'line\n'.repeat(count);
const place = ['', 'home', 'anna', 'dosis'].join('/');
const [timer, timers] = ['setTimeout', 'node:timers'];
const enrolled = ['indm', 'eldt'].join('');
const host = ['registry', 'npmjs', 'org'].join('.');

/** For every rule one text that breaks it and one that just does not. */
const plants: Readonly<Record<string, readonly { path: string; bad: string; good: string }[]>> = {
  'a file has at most 400 lines': [{ path: 'sim/kernel/a.ts', bad: lines(401), good: lines(400) }],
  'a folder README has at most 15 lines': [{ path: 'sim/README.md', bad: lines(16), good: lines(15) }],
  'a test waits for what it needs, not for time to pass': [
    {
      path: 'test/unit/a.test.ts',
      bad: `await new Promise((resolve) => ${timer}(resolve, 50));`,
      good: 'await vi.waitFor(() => expect(received).toBe(true));',
    },
    {
      path: 'test/e2e/a.test.ts',
      bad: `import { setTimeout } from '${timers}/promises';`,
      good: 'const deadline = setTimeout(() => child.kill(), 10_000);',
    },
  ],
  'no file names a place on somebody’s machine': [
    {
      path: 'README.md',
      bad: `Run it in ${place}`,
      good: 'Run it at http://127.0.0.1:8080/home/page or in ./home/anna',
    },
  ],
  'no file names a package registry': [
    { path: 'package-lock.json', bad: `"resolved": "https://${host}/x"`, good: '"integrity": "sha512-x"' },
  ],
  'the pure folders open no way around their rules': [
    { path: 'protocol/a.ts', bad: '/// <reference types="node" />', good: '// A reference to the standard.' },
    { path: 'firmware/a.ts', bad: 'declare const process: any;', good: 'const declared = true;' },
    { path: 'hal/ports/a.ts', bad: '// @ts-ignore', good: '/** @throws StoreError */' },
    {
      path: 'firmware/b.ts',
      bad: '// biome-ignore lint/style/noRestrictedGlobals: just once',
      good: '// biome-ignore lint/style/noNestedTernary: it reads as a table',
    },
  ],
  'Danish has one word for enrolment, indskrivning': [
    { path: 'tools/a.ts', bad: `'Apparatet er ${enrolled}'`, good: "'Apparatet er indskrevet'" },
  ],
};

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const texts = tracked.map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);

describe.each(Object.entries(tidyRules))('%s', (name, rule) => {
  test.each(plants[name] ?? [])('a breach in $path is seen', ({ path, bad, good }) => {
    expect(rule(path, bad)).toEqual(expect.any(String));
    expect(rule(path, good)).toBeUndefined();
  });

  test('holds everywhere', () => {
    expect(plants[name]).toBeDefined();
    const breaches = texts.flatMap(([path, text]) => {
      const breach = rule(path, text);
      return breach === undefined ? [] : [`${path}: ${breach}`];
    });
    expect(breaches).toEqual([]);
  });
});

test.each(['protocol', 'firmware', 'hal', 'sim', 'tools', 'test'])('%s has a README', (folder) => {
  expect(tracked).toContain(`${folder}/README.md`);
});

test('the lock file installs the same from any registry', () => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  expect(lock.match(/"resolved": "http.*/)).toBeNull();
});
