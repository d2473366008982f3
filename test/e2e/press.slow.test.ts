import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const SWITCHES =
  'no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync';
const bin = fileURLToPath(new URL('../../tools/cli/bin.js', import.meta.url));
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** `dosis start`, as `npm start` runs it; answers the addresses of the panel and the centre. */
async function start(board: string): Promise<readonly string[]> {
  const child: ChildProcess = spawn(process.execPath, [bin, 'start', '--port', '0', '--board', board], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  await expect.poll(() => said, { timeout: 60_000 }).toContain('Ctrl-C');
  return said.match(/http:\/\/[\d.:]+\d/g) ?? [];
}

async function browse(): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'dosis-browser-'));
  cleanUp.push(() => rmSync(profile, { recursive: true, force: true }));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: SWITCHES.split(' ').map((name) => `--${name}`),
  });
  cleanUp.push(() => browser.close());
  return browser;
}

describe.skipIf(!existsSync(CHROMIUM) && process.env.CI !== 'true')('npm start, in a real browser', () => {
  it.each(['simulated', 'emulated'])(
    'lets a person press the button, take the sachet, and see the dose at the service centre: %s board',
    async (board) => {
      const [panel = '', centre = ''] = await start(board);
      const page = await (await browse()).newPage();
      await page.goto(panel);
      const reading = { timeout: 60_000 };
      const display = () => page.locator('.device .display-text').innerText();
      await expect.poll(display, reading).toMatch(/Næste dosis|Tryk på knappen/);
      // The unit keeps the hour of whoever starts it, which may lie in the window of a dose.
      const isDue = (await display()).includes('Tryk på knappen');
      if (!isDue) await page.getByRole('button', { name: 'Hop til næste dosis' }).click();
      await expect.poll(display, reading).toContain('Tryk på knappen');
      await page.getByRole('button', { name: /Tryk: få din medicin/ }).click();
      const sachet = page.getByRole('button', { name: /^Tag posen: / });
      await sachet.waitFor(reading);
      // The sachet in the cup swings to catch the eye; the button beside the drawing holds still.
      await page.getByRole('button', { name: 'Tag posen', exact: true }).click(reading);
      await expect.poll(() => page.locator('section.centre').innerText(), reading).toContain('Dosis taget');
      const { events } = (await (await fetch(`${centre}/api/devices/dosis-sim-1/events`)).json()) as {
        events: { event: { type: string } }[];
      };
      const types = events.map(({ event }) => event.type).filter((type) => type.startsWith('dose.'));
      expect(types).toEqual(['dose.released', 'dose.presented', 'dose.taken']);
    },
  );
});
