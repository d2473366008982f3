import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEntropy } from '../../../hal/linux/entropy.ts';
import { createLog } from '../../../hal/linux/log.ts';
import { createWatchdog, RESTART_EXIT_CODE } from '../../../hal/linux/watchdog.ts';

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

describe('the watchdog', () => {
  it('writes to the device at each kick', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-watchdog-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const device = join(folder, 'watchdog');
    const watchdog = createWatchdog({ log: createLog(() => undefined), device });
    watchdog.kick();
    watchdog.kick();
    expect(readFileSync(device, 'utf8')).toHaveLength(2);
  });

  it('does nothing at a kick without a device, and refuses to start without a device it was promised', () => {
    const log = createLog(() => undefined);
    createWatchdog({ log }).kick();
    expect(() => createWatchdog({ log, device: '/nowhere/watchdog' })).toThrow(/ENOENT/);
  });

  it('restarts by logging the reason and ending the process with the documented code', () => {
    const script = `
      import { createLog } from './hal/linux/log.ts';
      import { createWatchdog } from './hal/linux/watchdog.ts';
      createWatchdog({ log: createLog() }).restart('the store failed');`;
    const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], { encoding: 'utf8' });
    expect(child.status).toBe(RESTART_EXIT_CODE);
    expect(child.stderr).toContain('error restarting: the store failed');
  });
});
