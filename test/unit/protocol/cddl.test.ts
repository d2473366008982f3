import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeProtocol } from '../../../protocol/cddl.ts';

describe('protocol/dosis.cddl', () => {
  const text = describeProtocol();

  it('is current; otherwise run: npx node --import ./tools/cli/ts-node.js protocol/generate.ts', () => {
    expect(readFileSync(new URL('../../../protocol/dosis.cddl', import.meta.url), 'utf8')).toBe(text);
  });

  it('defines every rule that it uses, once', () => {
    const rules = text
      .split('\n')
      .map((line) => line.replace(/;.*$/, '').replace(/"[^"]*"/g, ''))
      .join('\n');
    const defined = [...rules.matchAll(/^([a-z][\w.-]*) =/gim)].map(([, name]) => name);
    expect(new Set(defined).size).toBe(defined.length);
    const enumerations = rules.replace(/&\([^)]*\)/g, '');
    const used = enumerations.match(/(?<![\w.])[a-z][\w.-]*[\w]/gi) ?? [];
    const known = new Set([
      ...defined,
      'uint',
      'any',
      'bool',
      'true',
      'false',
      'tstr',
      'bstr',
      'size',
      'regexp',
      'cbor',
    ]);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});
