import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLayers, unseen } from '../../tools/layers.ts';
import { plant, root } from './planting.ts';

const value = 'export const value = 1;';

/** What each import must be called, by the importing file. Every file stands alone, so one breach cannot hide another. */
const breaches: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['protocol', 'protocol/a.ts', 'node:fs'],
  ['protocol', 'protocol/b.ts', 'xstate'],
  ['protocol', 'protocol/c.ts', '../hal/ports/clock.ts'],
  ['protocol', 'protocol/d.ts', '../firmware/domain/dose.ts'],
  ['protocol-generate', 'protocol/generate.ts', '../firmware/domain/dose.ts'],
  ['hal-ports', 'hal/ports/a.ts', './clock.ts'],
  ['hal-ports', 'hal/ports/b.ts', 'node:os'],
  ['firmware', 'firmware/a.ts', 'node:timers'],
  ['firmware', 'firmware/b.ts', 'better-sqlite3'],
  ['firmware', 'firmware/c.ts', '../hal/linux/speaker.ts'],
  ['firmware', 'firmware/d.ts', '../sim/kernel/time.ts'],
  ['firmware', 'firmware/e.ts', './main.ts'],
  ['firmware/domain', 'firmware/domain/a.ts', '../machine/chart.ts'],
  ['firmware/update', 'firmware/update/a.ts', '../unit/whole.ts'],
  ['firmware/vault', 'firmware/vault/a.ts', '../unit/whole.ts'],
  ['firmware/recovery', 'firmware/recovery/a.ts', '../unit/whole.ts'],
  ['firmware/air', 'firmware/air/a.ts', '../unit/whole.ts'],
  ['firmware/unit', 'firmware/unit/a.ts', '../recovery/cable.ts'],
  ['firmware-known', 'firmware/cellar/a.ts', '../domain/dose.ts'],
  ['firmware-main', 'firmware/main.ts', '../sim/kernel/time.ts'],
  ['hal-sqlite', 'hal/sqlite/a.ts', 'mqtt'],
  ['hal-sqlite', 'hal/sqlite/b.ts', '../linux/speaker.ts'],
  ['hal-linux', 'hal/linux/a.ts', '../../firmware/domain/dose.ts'],
  ['hal-yaml', 'hal/yaml/a.ts', '../ports/clock.ts'],
  ['hal-known', 'hal/gpio/a.ts', '../ports/clock.ts'],
  ['sim', 'sim/kernel/a.ts', '../../hal/linux/speaker.ts'],
  ['sim', 'sim/kernel/b.ts', '../../tools/cli/c.ts'],
  ['sim', 'sim/kernel/c.ts', '../../firmware/main.ts'],
  ['sim', 'sim/kernel/d.ts', '../panel/web/page.ts'],
  ['sim-prescription', 'sim/prescription/a.ts', '../kernel/time.ts'],
  ['sim-prescription', 'sim/prescription/b.ts', '../oracle/rule.ts'],
  ['sim-oracle', 'sim/world/a.ts', '../oracle/rule.ts'],
  ['sim-panel-web', 'sim/panel/web/a.ts', 'node:fs'],
  ['sim-panel-web', 'sim/panel/web/b.ts', 'ws'],
  ['sim-panel-web', 'sim/panel/web/c.ts', '../../../firmware/domain/dose.ts'],
  ['tools', 'tools/cli/a.ts', '../../firmware/machine/chart.ts'],
  ['tools', 'tools/cli/b.ts', '../../firmware/domain/dose.ts'],
  ['tools-loader', 'tools/loader/a.ts', '../../firmware/unit/whole.ts'],
  ['tools/program', 'tools/program/a.ts', '../cli/c.ts'],
  ['tools/technician', 'tools/technician/a.ts', '../cli/c.ts'],
  ['tools/centre', 'tools/centre/c.ts', '../cli/c.ts'],
  ['tools-known', 'tools/cellar/a.ts', '../cli/c.ts'],
  ['tools-sim', 'tools/centre/a.ts', '../../sim/kernel/time.ts'],
  ['nobody-test', 'tools/cli/d.ts', '../../test/unit/helper.ts'],
  ['no-circle', 'protocol/left.ts', './right.ts'],
  ['no-unresolved', 'protocol/e.ts', './nowhere.ts'],
  ['no-dev-dependency', 'tools/centre/b.ts', 'fast-check'],
];

const allowed: Readonly<Record<string, readonly string[]>> = {
  'protocol/leaf.ts': ['cbor-x', 'valibot'],
  'firmware/domain/dose.ts': ['temporal-polyfill', '../../protocol/leaf.ts', '../../hal/ports/clock.ts'],
  'firmware/machine/chart.ts': ['xstate', '../domain/dose.ts'],
  'firmware/update/slots.ts': ['../../hal/ports/clock.ts'],
  'firmware/recovery/cable.ts': ['../update/slots.ts'],
  'firmware/unit/whole.ts': ['../machine/chart.ts', '../update/slots.ts'],
  'hal/ports/clock.ts': [],
  'hal/sqlite/store.ts': ['better-sqlite3', 'node:fs', '../ports/clock.ts'],
  'hal/linux/speaker.ts': ['mqtt', 'node:child_process', '../ports/clock.ts'],
  'sim/kernel/time.ts': ['yaml', 'node:fs', '../../firmware/machine/chart.ts', '../../hal/sqlite/store.ts'],
  'sim/prescription/dose.ts': ['../../protocol/leaf.ts'],
  'sim/oracle/rule.ts': ['../kernel/time.ts', '../prescription/dose.ts'],
  'sim/panel/frames.ts': [],
  'sim/panel/web/page.ts': ['preact', '@preact/signals', '../frames.ts', '../../../protocol/leaf.ts'],
  'tools/cli/c.ts': ['commander', '../../sim/kernel/time.ts', '../../hal/linux/speaker.ts', '../../protocol/leaf.ts'],
  'tools/loader/main.ts': ['../../firmware/recovery/cable.ts', '../../firmware/update/slots.ts'],
  'test/unit/helper.ts': ['../../firmware/machine/chart.ts', '../../sim/kernel/time.ts', 'fast-check'],
};

const importing = (specifiers: readonly string[]) =>
  [...specifiers.map((specifier) => `import '${specifier}';`), value].join('\n');

describe('the layer check', () => {
  let uproot = () => {};
  let problems: readonly string[] = [];

  beforeAll(async () => {
    const tree = plant({
      ...Object.fromEntries(Object.entries(allowed).map(([file, specifiers]) => [file, importing(specifiers)])),
      ...Object.fromEntries(breaches.map(([, file, imported]) => [file, importing([imported])])),
      'protocol/right.ts': importing(['./left.ts']),
    });
    uproot = tree.uproot;
    problems = (await checkLayers(tree.dir)).problems;
  });
  afterAll(() => uproot());

  test.each(breaches)('%s refuses that %s imports %s', (rule, file) => {
    expect(problems.filter((problem) => problem.startsWith(`${rule}: ${file} → `))).toHaveLength(1);
  });

  test.each(Object.keys(allowed))('allows what the design allows to %s', (file) => {
    expect(problems.filter((problem) => problem.includes(`: ${file} → `))).toEqual([]);
  });
});

describe('a checker that does not see', () => {
  test('fails when it has skipped a file', () => {
    expect(unseen(['protocol/a.ts', 'protocol/b.ts'], new Map([['protocol/a.ts', 2]]))).toEqual([
      'not checked: protocol/b.ts',
    ]);
  });

  test('fails when it has parsed nothing', () => {
    expect(unseen(['protocol/a.ts'], new Map([['protocol/a.ts', 0]]))).toHaveLength(1);
  });
});

test('every file of the house is seen, and most of them import something', async () => {
  const { modules, imports } = await checkLayers(root);
  expect(modules).toBeGreaterThan(100);
  expect(imports).toBeGreaterThan(modules);
});
