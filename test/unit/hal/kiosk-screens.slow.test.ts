import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKiosk, type Kiosk } from '../../../hal/linux/kiosk/kiosk.ts';
import { PHRASES, phrase } from '../../../protocol/phrases.ts';
import { kioskViews } from './kiosk-views.ts';

const CHROMIUM = '/usr/bin/chromium';
const SWITCHES =
  'no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync';
const patience = { timeout: 60_000, interval: 20 };
/** A folder for pictures of every screen, for people to look at. */
const pictures = process.env.DOSIS_PICTURES;
/** The usual small displays. */
const sizes = [
  { width: 1024, height: 600 },
  { width: 800, height: 480 },
] as const;

describe.skipIf(!existsSync(CHROMIUM) && process.env.CI !== 'true')('the display, in a real browser', () => {
  const profile = mkdtempSync(join(tmpdir(), 'dosis-kiosk-'));
  let browser: BrowserContext;
  let page: Page;
  let kiosk: Kiosk;
  let language: 'da' | 'en' = 'da';
  let speaks = true;
  const pressed: number[] = [];

  const serve = (port: number): Kiosk =>
    createKiosk({
      log: { write: () => undefined },
      port,
      portNamed: '"display"',
      language: () => language,
      words: phrase,
      speaks: () => speaks,
      onChoice: (choice) => pressed.push(choice),
    });

  const keepPicture = async (name: string): Promise<void> => {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const words = () => page.locator('.text').innerText();
  const inSight = async (): Promise<void> => {
    const box = "document.querySelector('.text')";
    expect(await page.evaluate(`${box}.scrollHeight - ${box}.clientHeight`)).toBeLessThanOrEqual(0);
    expect(await page.evaluate('document.documentElement.scrollHeight - innerHeight')).toBeLessThanOrEqual(0);
    const wide =
      '[...document.querySelectorAll(".text span, button, footer")].map((e) => e.scrollWidth - e.clientWidth)';
    expect(await page.evaluate(`Math.max(...${wide})`)).toBeLessThanOrEqual(0);
  };

  beforeAll(async () => {
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: SWITCHES.split(' ').map((name) => `--${name}`),
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(profile, { recursive: true, force: true });
  });
  beforeEach(async () => {
    [language, speaks] = ['da', true];
    pressed.length = 0;
    kiosk = serve(0);
    page = await browser.newPage();
    await vi.waitFor(() => expect(kiosk.url).toBeDefined(), patience);
  });
  afterEach(async () => {
    await page.close();
    await kiosk.close();
  });

  it.each([
    ['da', '1024 × 600', sizes[0]],
    ['en', '1024 × 600', sizes[0]],
    ['da', '800 × 480', sizes[1]],
    ['en', '800 × 480', sizes[1]],
  ] as const)('shows every picture whole and in large type, %s on %s', async (spoken, _, size) => {
    language = spoken;
    await page.setViewportSize(size);
    await page.goto(kiosk.url ?? '');
    await expect.poll(words, patience).toContain('One moment');
    await inSight();
    await keepPicture(`starting-${spoken}-${size.width}`);
    for (const [name, view] of Object.entries(kioskViews)) {
      kiosk.show(view);
      const [first = ''] = phrase(view.message, spoken, view.params).split('.');
      await expect.poll(words, patience).toContain(first.slice(0, 20));
      await inSight();
      const fontPx = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.text p')).fontSize)");
      expect(Number(fontPx) / size.height).toBeGreaterThanOrEqual(0.05);
      await keepPicture(`${name}-${spoken}-${size.width}`);
    }
  });

  it.each(['da', 'en'] as const)(
    'has room for every phrase of the unit on the smallest display, %s',
    async (spoken) => {
      language = spoken;
      await page.setViewportSize(sizes[1]);
      await page.goto(kiosk.url ?? '');
      const text = 'Husk at drikke rigeligt med vand i varmen, og ring endelig, hvis du er i tvivl om noget som helst!';
      for (const message of Object.keys(PHRASES)) {
        const params = { ...kioskViews.fault.params, text, time: '20:00', day: 'wed' };
        kiosk.show({ ...kioskViews.fault, message, params });
        const [first = ''] = phrase(message, spoken, params).split(/[.!?…]/);
        await expect.poll(words, patience).toContain(first.slice(0, 12));
        await inSight();
      }
    },
  );

  it('brings an answer that is pressed to the unit, once', async () => {
    kiosk.show(kioskViews.question);
    await page.goto(kiosk.url ?? '');
    await page.getByRole('button', { name: 'Nej' }).dblclick();
    await vi.waitFor(() => expect(pressed).toEqual([2]), patience);
    kiosk.show(kioskViews.ready);
    await expect.poll(words, patience).toContain('Alt er i orden');
    expect(pressed).toEqual([2]);
  });

  it('lights the whole screen for a dose where the unit has no voice', async () => {
    speaks = false;
    kiosk.show(kioskViews.due);
    await page.goto(kiosk.url ?? '');
    const shade = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await expect.poll(shade, patience).toBe('rgb(20, 80, 196)');
    await keepPicture('strong');
    await expect.poll(shade, patience).toBe('rgb(251, 252, 248)');
  });

  it('says that it has no contact when the unit is gone, and shows the unit again when it is back', async () => {
    const url = kiosk.url ?? '';
    await page.setViewportSize(sizes[0]);
    kiosk.show(kioskViews.due);
    await page.goto(url);
    await expect.poll(words, patience).toContain('Tryk på knappen');
    await kiosk.close();
    await expect.poll(words, patience).toContain('Skærmen får ikke besked fra apparatet');
    expect(await words()).toContain('70\u00a012\u00a034\u00a056');
    await inSight();
    await keepPicture('lost');
    kiosk = serve(Number(new URL(url).port));
    kiosk.show(kioskViews.ready);
    await expect.poll(words, patience).toContain('Alt er i orden');
  });
});
