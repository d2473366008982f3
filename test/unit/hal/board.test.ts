import { describe, expect, it } from 'vitest';
import { createEntropy } from '../../../hal/linux/entropy.ts';
import { createLog } from '../../../hal/linux/log.ts';

describe('entropy', () => {
  it('gives every whole number below the bound, and none else', () => {
    const entropy = createEntropy();
    const seen = new Set(Array.from({ length: 1000 }, () => entropy.below(3)));
    expect([...seen].sort()).toEqual([0, 1, 2]);
    expect(entropy.below(1)).toBe(0);
    expect(entropy.below(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])('refuses the bound %d', (bound) => {
    expect(() => createEntropy().below(bound)).toThrow(RangeError);
  });
});

describe('the log', () => {
  it('writes each message as one line of bounded length, whatever is in it', () => {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line));
    log.write('warning', 'first\nsecond\u001b[31m');
    log.write('info', 'x'.repeat(100_000));
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warning first\\u000asecond\\u001b\[31m\n$/);
    expect(lines[1]?.length).toBeLessThan(1100);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });
});
