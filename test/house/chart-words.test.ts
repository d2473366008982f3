import { describe, expect, it } from 'vitest';
import { dispenser } from '../../firmware/machine/dispenser.ts';
import { regions, stateWords } from '../../sim/panel/web/words/chart-words.ts';

interface Node {
  readonly key: string;
  readonly states: Readonly<Record<string, Node>>;
  readonly always?: readonly { readonly guard?: unknown }[];
}

const chart = Object.entries(dispenser.root.states as unknown as Readonly<Record<string, Node>>);

function below({ states }: Node): Node[] {
  return Object.values(states).flatMap((child) => [child, ...below(child)]);
}

/** A state that is left in the same breath is seen by nobody. */
const isSeen = ({ always = [] }: Node): boolean => always.every(({ guard }) => guard !== undefined);

describe('the words of the panel page for the chart', () => {
  it.each(chart)('name the region %s and each of its states that a person can see, and no other', (name, region) => {
    const seen = Object.values(region.states).filter(isSeen);
    expect(regions).toHaveProperty([name]);
    expect([...(regions[name]?.states ?? [])].sort()).toEqual(seen.map(({ key }) => key).sort());
  });

  it('are there for every state, also within another and in passing, and for no region or state that is gone', () => {
    const states = new Set(chart.flatMap(([, region]) => below(region)).map(({ key }) => key));
    expect(Object.keys(stateWords).sort()).toEqual([...states].sort());
    expect(Object.keys(regions).sort()).toEqual(chart.map(([name]) => name).sort());
  });

  it('say something in both languages, and name two states of one region differently', () => {
    for (const [name, { states }] of Object.entries(regions)) {
      for (const language of ['da', 'en'] as const) {
        const words = states.map((state) => stateWords[state]?.[language]);
        expect(words, name).not.toContain('');
        expect(new Set(words).size, `${name}: ${words}`).toBe(states.length);
      }
    }
  });
});
