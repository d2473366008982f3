import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownBoard, readBoardFile } from '../../../../hal/johnny-five/board-file.ts';
import { lanesOf, type Run } from '../../../../hal/johnny-five/documents/lanes.ts';
import { documentsOf } from '../../../../hal/johnny-five/documents.ts';
import { boardDocuments } from '../../../../hal/johnny-five/generate.ts';

const boards = new URL('../../../../hal/johnny-five/boards/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, boards), 'utf8');
const file = knownBoard('reference');
const [page = '', wiring = '', power = ''] = [...documentsOf(file).values()];

/** The words of a drawing. */
const words = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, one]) => one ?? '');

describe('the documents of a board', () => {
  it.each([...boardDocuments()])(
    'are as its file says (else: node hal/johnny-five/generate.ts): %s',
    (name, content) => {
      expect(read(name)).toBe(content);
    },
  );

  it('change with the file', () => {
    const another = read('reference.yaml').replace('over: 4.7 kΩ', 'over: 3.3 kΩ').replace('F2, 4 A', 'F2, 5 A');
    const [newPage, newWiring, newPower] = [...documentsOf(readBoardFile(another, 'b.yaml')).values()];
    expect(newPage).toContain('| 3.3 kΩ |');
    expect(newWiring).toContain('3.3 kΩ');
    expect(newPower).toContain('F2, 5 A');
  });

  it('tell everything that is to be bought, and every wire', () => {
    for (const { name, type, wires } of file.parts) {
      expect(page).toContain(`| ${name} | ${type.replaceAll('|', '\\|')} |`);
      for (const { pin, to } of wires) expect(page).toMatch(new RegExp(`\\| [AD]\\d+ \\| ${pin} \\| .* \\| ${to} \\|`));
    }
    for (const { to } of file.supplies) for (const { at, amps } of to) expect(page).toContain(`, ${at} | ${amps} |`);
  });
});

describe('a sheet', () => {
  it('names every wire at both of its ends, and what lies between', () => {
    const wires = file.parts.flatMap((part) => part.wires);
    const said = words(wiring);
    for (const { pin, to, over } of wires) {
      const number = file.pins[pin] ?? expect.unreachable(pin);
      const name = number < 14 ? `D${number}` : `A${number - 14}`;
      expect(said.filter((one) => one === name)).toHaveLength(2);
      expect(said).toContain(pin);
      expect(said).toContain(to);
      if (over !== undefined) expect(said).toContain(over);
    }
    const pulls = wires.filter(({ pull }) => pull?.over === '10 kΩ').length;
    expect(said.filter((one) => one === '10 kΩ')).toHaveLength(pulls);
  });

  it('has every rail on both sheets, with its fuse', () => {
    for (const { id, fuse, to } of file.supplies) {
      expect(words(power)).toContain(id);
      if (fuse !== undefined) expect(words(power)).toContain(fuse);
      const isWired = to.some(({ part }) => file.parts.find((one) => one.id === part)?.wires.length !== 0);
      if (isWired) expect(wiring).toContain(`: ${id}`);
    }
  });

  it.each([
    ['wiring', wiring],
    ['power', power],
  ])('lies wholly on A4: %s', (_, svg) => {
    const numbers = (name: string) =>
      [...svg.matchAll(new RegExp(` ${name}="([-\\d.]+)"`, 'g'))].map(([, n]) => Number(n));
    const points = [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, list = '']) =>
      list.split(' ').map((point) => point.split(',').map(Number) as [number, number]),
    );
    const across = [...numbers('x'), ...numbers('cx'), ...points.map(([x]) => x)];
    const down = [...numbers('y'), ...numbers('cy'), ...points.map(([, y]) => y)];
    expect([Math.min(...across) >= 8, Math.max(...across) <= 289]).toEqual([true, true]);
    expect([Math.min(...down) >= 8, Math.max(...down) <= 206]).toEqual([true, true]);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('shows a ladder whose switches give the volts that are written beneath them', () => {
    const said = words(power);
    const written = ['roll A', 'roll B', 'lid seated', 'upright'].map((name) => said[said.indexOf(name) + 1]);
    expect(written).toEqual([8, 4, 2, 1].map((worth) => `${Number(ladderVolts(worth).toFixed(2))} V`));
    for (let sum = 0; sum < 16; sum += 1) expect(ladderVolts(sum)).toBeCloseTo((5 * sum) / 16);
  });
});

/** Open, at the end of an R-2R ladder: each place as the source and resistance that the next one sees. */
function ladderVolts(sum: number): number {
  const [along, across, good] = [10, 20, 5];
  let [volts, ohms] = [0, across];
  for (const bit of [1, 2, 4, 8]) {
    const arm = (sum & bit) === 0 ? 0 : good;
    volts = (volts * across + arm * ohms) / (across + ohms);
    ohms = (across * ohms) / (across + ohms) + along;
  }
  return volts;
}

describe('wires between controller and parts', () => {
  const near = 10;
  const far = 50;
  const pathOf = ({ from, to }: Run, lane: number) =>
    [
      [0, from, lane, from],
      [lane, from, lane, to],
      [lane, to, 60, to],
    ] as const;

  const touch = (one: readonly (readonly [number, number, number, number])[], other: typeof one): boolean =>
    one.some(([ax, ay, bx, by]) =>
      other.some(
        ([cx, cy, dx, dy]) =>
          Math.max(Math.min(ax, bx), Math.min(cx, dx)) <= Math.min(Math.max(ax, bx), Math.max(cx, dx)) &&
          Math.max(Math.min(ay, by), Math.min(cy, dy)) <= Math.min(Math.max(ay, by), Math.max(cy, dy)),
      ),
    );

  it('never touch when they end in the order in which they begin', () => {
    const heights = fc.uniqueArray(fc.integer({ min: 0, max: 150 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(heights, heights, (begins, ends) => {
        const [from, to] = [begins, ends].map((list) => list.toSorted((a, b) => a - b));
        const runs = (from ?? []).map((height, index) => ({ from: height, to: to?.[index] as number }));
        const lanes = lanesOf(runs, { near, far });
        const paths = runs.map((run, index) => pathOf(run, lanes[index] as number));
        expect(paths.some((one, index) => paths.slice(index + 1).some((other) => touch(one, other)))).toBe(false);
      }),
    );
  });
});
