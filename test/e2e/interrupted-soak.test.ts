import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../tools/cli/main.ts', import.meta.url));
const CTRL_C = '\x03';
/** script of util-linux runs a command on a terminal of its own. */
const noTerminal = spawnSync('script', ['--version']).status !== 0;

it.skipIf(noTerminal)('a soak ended with Ctrl-C gives the terminal back and says how far it came', async () => {
  const soak = `"${process.execPath}" "${main}" sim soak --years 90 --jobs 1`;
  const terminal = spawn('script', ['-qec', soak, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  const code = await new Promise<number | null>((resolve, reject) => {
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      const before = shown;
      shown += text;
      if (!before.includes('0/90 device-years') && shown.includes('0/90 device-years')) terminal.stdin.write(CTRL_C);
    });
    terminal.on('error', reject).on('close', resolve);
  });
  expect(code).toBe(130);
  expect(shown).toMatch(/Stopped before the first of 90 device-years was done\.\r\n$/);
  // Neither a hidden cursor (DECTCEM, 25) nor lines without wrapping (DECAWM, 7) stay behind.
  for (const mode of ['[?25', '[?7'])
    expect(shown.lastIndexOf(`${mode}h`)).toBeGreaterThanOrEqual(shown.lastIndexOf(`${mode}l`));
});
