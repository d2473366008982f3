import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { RESTART_EXIT_CODE } from '../../../hal/linux/watchdog.ts';

const line = new URL('../../../hal/linux/loader-line.ts', import.meta.url).href;

/** A program that lives until its loader is gone; `before` runs before it asks for the line. */
const program = (before: string) => `
  import { answerLoader } from ${JSON.stringify(line)};
  setInterval(() => {}, 1_000);
  process.send('up');
  ${before}
  answerLoader(() => process.exit(${RESTART_EXIT_CODE}));
`;

/** Starts it as a loader does, and is gone as soon as it is up. @returns how it ends */
function orphan(code: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, DOSIS_IMAGE: '00' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.once('message', () => child.disconnect());
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('a program whose loader is gone', () => {
  it('ends', async () => {
    expect(await orphan(program(''))).toBe(RESTART_EXIT_CODE);
  });

  it('ends also when that happened before it listened', async () => {
    const unheard = 'while (process.connected) await new Promise((resolve) => setImmediate(resolve));';
    expect(await orphan(program(unheard))).toBe(RESTART_EXIT_CODE);
  });
});
