import { describe, expect, it } from 'vitest';
import { TraceHash } from '../../../../firmware/trace/trace-hash.ts';

function hashOf(...lines: string[]): string {
  const hash = new TraceHash();
  for (const line of lines) hash.add(line);
  return hash.digest();
}

describe('the trace hash', () => {
  it('is the same for the same lines and differs when a letter, an order or a line break differs', () => {
    const whole = hashOf('press', 'release', 'take');
    expect(hashOf('press', 'release', 'take')).toBe(whole);
    const others = [
      hashOf('press', 'release', 'tale'),
      hashOf('release', 'press', 'take'),
      hashOf('press', 'releasetake'),
      hashOf('press', 'release', 'take', ''),
      hashOf('press', 'release'),
    ];
    expect(new Set([whole, ...others]).size).toBe(6);
    expect(whole).toMatch(/^[0-9a-f]{16}$/);
  });

  it('can be read in between without disturbing the run', () => {
    const hash = new TraceHash();
    hash.add('a');
    hash.digest();
    hash.add('b');
    expect(hash.digest()).toBe(hashOf('a', 'b'));
  });

  it('does not collide over a hundred thousand similar lines', () => {
    const seen = new Set<string>();
    for (let number = 0; number < 100_000; number += 1) seen.add(hashOf(`i ${number} tick`));
    expect(seen.size).toBe(100_000);
  });
});
