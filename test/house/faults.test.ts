import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeFaultPage } from '../../firmware/machine/fault-page.ts';
import { faults } from '../../protocol/faults/catalogue.ts';
import type { FaultCode } from '../../protocol/faults/fault.ts';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Instead {
  /** Why no story can come to it. */
  readonly because: string;
  readonly test: string;
  /** A test's title there, as it stands in the file. */
  readonly title: string;
}

const lockdown = (cause: string): Instead => ({
  because: `No story can spoil the memory of a unit so that it is ${cause} at its next start.`,
  test: 'test/unit/firmware/host/lockdown-faults.test.ts',
  title: 'a lock-down (%s) shows and says what the catalogue says',
});

const noFirmware = (title: string): Instead => ({
  because: 'The unit of a story is nothing but firmware, and nothing starts that.',
  test: 'test/e2e/recovery.slow.test.ts',
  title,
});

/** Codes that no story comes to, and the test that does. A code that a story comes to after all must leave this table. */
const NO_STORY: Readonly<Partial<Record<FaultCode, Instead>>> = {
  'firmware-crashing': noFirmware('is mended between two starts when it crashes again and again'),
  'firmware-missing': noFirmware('says so over the cable, and takes firmware from anybody while it is nobody’s'),
  'internal-fault': {
    because: 'A story acts on the world, and nothing in the world breaks the program.',
    test: 'test/unit/firmware/host/failing-chart.test.ts',
    title: 'stops the motors, is locked and alarmed, on record, and goes on living',
  },
  'ledger-damaged': lockdown('damaged'),
  'ledger-contradiction': lockdown('contradictory'),
  'ledger-newer': lockdown('newer than its firmware'),
  'not-provisioned': lockdown('empty'),
  'successor-missing': {
    because: 'The centre of a story keeps no alarms of its own.',
    test: 'test/unit/centre/successions.test.ts',
    title: 'is an alarm of the centre from when it says that it was handed over, until the unit in its place names it',
  },
  'two-ledgers': {
    because: 'The centre of a story keeps no alarms of its own.',
    test: 'test/unit/centre/ledgers.test.ts',
    title: 'is an alarm of high priority as soon as it is born with less than is stored',
  },
};

/** The alarms that a step of a story expects to stand; that they do, test/scenario/stories.test.ts shows. */
function expectedInStories(): Set<string> {
  const parts = findScenarios(['sim/scenarios']).flatMap(({ steps }) => steps.flatMap((step) => step.parts));
  const expected = parts.flatMap((part) => {
    if ('expect' in part) return part.expect.alarm ?? [];
    return 'expectCentre' in part ? (part.expectCentre.alarm ?? []) : [];
  });
  return new Set(expected);
}

describe('every fault in the catalogue', () => {
  it('is described on the page as it is now (else: npm run generate)', () => {
    expect(read('protocol/FAULTS.md')).toBe(describeFaultPage());
  });

  it('is what a story comes to, or stands in the table of those that none can', () => {
    const inStories = expectedInStories();
    const untold = faults.map(({ code }) => code).filter((code) => !inStories.has(code));
    expect(untold.sort()).toEqual(Object.keys(NO_STORY).sort());
  });

  it.each(Object.entries(NO_STORY))('without a story is tried by a test that there is (%s)', (_code, instead) => {
    expect(instead.because).toMatch(/^\p{Lu}.+\.$/u);
    expect(read(instead.test)).toContain(`'${instead.title}'`);
  });
});
