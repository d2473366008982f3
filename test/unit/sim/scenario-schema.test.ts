import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findScenarios } from '../../../sim/scenarios/find-scenarios.ts';
import { scenarioSchema } from '../../../sim/scenarios/schema.ts';

const folder = new URL('../../../sim/scenarios/', import.meta.url);
const schemaFile = new URL('scenario.schema.json', folder);

/** The rule that a sentence fits one of an actor's patterns is also there as patterns, which editors understand. */
const generated = toJsonSchema(scenarioSchema, { ignoreActions: ['check'] });

// `DOSIS_UPDATE=1 npx vitest run test/unit/sim/scenario-schema.test.ts` writes the file anew.
if (process.env.DOSIS_UPDATE === '1') writeFileSync(schemaFile, `${JSON.stringify(generated, null, 2)}\n`);

const published = JSON.parse(readFileSync(schemaFile, 'utf8')) as object;

describe('the published schema of the scenario language', () => {
  it('is the one that the simulator itself uses', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(generated)));
  });

  it('accepts every story of the collection and refuses a misspelt one', () => {
    const accepts = new Ajv({ strict: false }).compile(published);
    const stories = findScenarios(['sim/scenarios']);
    expect(stories.length).toBeGreaterThan(20);
    for (const { file } of stories) {
      expect({ file, accepted: accepts(parse(readFileSync(file, 'utf8'))) }).toEqual({ file, accepted: true });
    }
    const story = parse(readFileSync(new URL('double-press.yaml', folder), 'utf8')) as { steps: object[] };
    expect(accepts({ ...story, steps: [{ citizen: 'jumps' }] })).toBe(false);
    expect(accepts({ ...story, device: 'toaster' })).toBe(false);
  });

  it('is named on the first line of every story, so that editors complete it', () => {
    for (const { file } of findScenarios(['sim/scenarios'])) {
      const [line] = readFileSync(file, 'utf8').split('\n', 1);
      expect({ file, line }).toEqual({ file, line: '# yaml-language-server: $schema=./scenario.schema.json' });
    }
  });
});
