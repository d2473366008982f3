import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeChart, drawCustody } from '../../firmware/machine/diagram.ts';
import { dispenser, EVENT_MEANINGS } from '../../firmware/machine/dispenser.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

type Node = { readonly states: Readonly<Record<string, Node>>; readonly description?: string; readonly id: string };

function below(node: Node): Node[] {
  return Object.values(node.states).flatMap((child) => [child, ...below(child)]);
}

describe('the statechart’s pages', () => {
  it('are what the machine draws now (else: npm run generate)', () => {
    expect(read('firmware/machine/STATECHART.md')).toBe(describeChart());
    expect(read('README.md')).toContain(drawCustody());
  });

  it('say of every state what it means, in one line', () => {
    const wordless = below(dispenser.root as unknown as Node).filter(
      ({ description }) => !/^\S.*[.]$/.test(description ?? ''),
    );
    expect(wordless.map(({ id }) => id)).toEqual([]);
  });

  it('say of every event what it means, and of no other', () => {
    expect(Object.keys(EVENT_MEANINGS).sort()).toEqual([...dispenser.events].sort());
  });
});
