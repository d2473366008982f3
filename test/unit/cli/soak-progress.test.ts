import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SoakProgress } from '../../../tools/cli/soak-progress.ts';

let said = '';
let exit = vi.fn();

beforeEach(() => {
  said = '';
  exit = vi.fn();
  vi.spyOn(process, 'exit').mockImplementation(exit as unknown as typeof process.exit);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** As the process would hear of it, without anybody else in this process hearing of it. */
function send(signal: 'SIGINT' | 'SIGTERM'): void {
  process.listeners(signal).at(-1)?.(signal);
}

describe('a soak that is ended early', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s says in one line how far it came, and exits with %i', (signal, code) => {
    const progress = new SoakProgress({ years: 10, seed: 4, faults: true }, false);
    progress.update(3);
    send(signal);
    expect(exit).toHaveBeenCalledExactlyOnceWith(code);
    expect(said).toBe(
      'Stopped after 3 of 10 device-years; for a report on as many: dosis sim soak --years 3 --seed 4 --faults\n',
    );
  });

  it('before the first year says so', () => {
    new SoakProgress({ years: 10, seed: 4, faults: false }, false);
    send('SIGINT');
    expect(said).toBe('Stopped before the first of 10 device-years was done.\n');
  });
});

it('leaves no listener behind when the soak is over', () => {
  const before = process.listenerCount('SIGINT');
  const progress = new SoakProgress({ years: 1, seed: 1, faults: false }, false);
  progress.stop();
  progress.stop();
  expect(process.listenerCount('SIGINT')).toBe(before);
  expect(said).toBe('');
});
