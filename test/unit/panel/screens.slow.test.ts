import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOLD_MS } from '../../../sim/panel/web/device/hold.ts';
import { scriptedFrames } from './scripted-frames.ts';
import { buildStage, hasBrowser, type Stage } from './stage.ts';

const timeoutMs = 60_000;
const sizes = {
  wide: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const;
/** A folder for pictures of every screen, for people to look at. */
const pictures = process.env.DOSIS_PICTURES;
/** A full-page picture of a phone is too tall to look at in one. */
const pictureHeightMax = 1800;

describe.runIf(hasBrowser)('the panel in a browser', { timeout: timeoutMs }, () => {
  let stage: Stage;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    stage = await buildStage();
  }, timeoutMs);
  afterAll(() => stage.close(), timeoutMs);
  beforeEach(async () => {
    page = await stage.browser.newPage();
    faults.length = 0;
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    stage.commands.length = 0;
    stage.show(scriptedFrames.idle);
  });
  afterEach(() => page.close());

  async function open(language: string, size: keyof typeof sizes): Promise<void> {
    await page.setViewportSize(sizes[size]);
    await page.goto(`${stage.url}/?lang=${language}`);
    await page.locator('.event').first().waitFor();
  }

  async function keepPicture(name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    // The slowest movement on the page, a sachet sliding out, has then ended.
    await page.evaluate(
      'Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations === 1).map((a) => a.finished))',
    );
    const { width = 0 } = page.viewportSize() ?? {};
    const length = Number(await page.evaluate('document.documentElement.scrollHeight'));
    for (let y = 0; y < length; y += pictureHeightMax) {
      const clip = { x: 0, y, width, height: Math.min(pictureHeightMax, length - y) };
      const path = join(pictures, `${name}${y > 0 ? `-${y}` : ''}.png`);
      await page.screenshot({ path, fullPage: true, clip });
    }
  }

  for (const [language, size] of [
    ['da', 'wide'],
    ['en', 'tablet'],
    ['da', 'phone'],
    ['en', 'phone'],
  ] as const) {
    test.each(Object.entries(scriptedFrames))(`%s fits, ${language} on a ${size} window`, async (name, frame) => {
      stage.show(frame);
      await open(language, size);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(sizes[size].width);
      const box = "document.querySelector('.display-text')";
      expect(await page.evaluate(`${box}.scrollHeight - ${box}.clientHeight`)).toBeLessThanOrEqual(0);
      const lines = `[...${box}.children].map((line) => line.scrollWidth - line.clientWidth)`;
      expect(await page.evaluate(`Math.max(0, ...${lines})`)).toBe(0);
      expect(faults).toEqual([]);
      await keepPicture(`${name}-${language}-${size}`);
    });
  }

  test('the big button presses by mouse, by space and by enter', async () => {
    stage.show(scriptedFrames.gentle);
    await open('da', 'wide');
    const button = page.getByRole('button', { name: 'Apparatets store knap. Tryk: få din medicin' });
    await button.click();
    await button.press('Space');
    await button.press('Enter');
    await expect.poll(() => stage.commands).toEqual([{ do: 'press' }, { do: 'press' }, { do: 'press' }]);
  });

  test('the big button presses once for a screen reader, which has neither pointer nor key', async () => {
    await open('da', 'wide');
    await page.evaluate("document.querySelector('.big-button').click()");
    await expect.poll(() => stage.commands).toEqual([{ do: 'press' }]);
  });

  test('the big button asks for quiet when it is held, by mouse and by key, and not when it is let go before', async () => {
    await page.clock.install();
    stage.show(scriptedFrames.jam);
    await open('da', 'wide');
    const button = page.locator('.big-button');
    await button.hover();
    await page.mouse.down();
    await page.clock.runFor(HOLD_MS - 100);
    await page.mouse.up();
    await page.clock.runFor(HOLD_MS);
    await expect.poll(() => stage.commands).toEqual([{ do: 'press' }]);
    await page.mouse.down();
    await page.clock.runFor(HOLD_MS);
    await page.mouse.up();
    await expect.poll(() => stage.commands.slice(1)).toEqual([{ do: 'press' }, { do: 'quiet' }]);
    await button.focus();
    await page.keyboard.down('Space');
    await page.clock.runFor(HOLD_MS);
    await page.keyboard.up('Space');
    await expect.poll(() => stage.commands.slice(3)).toEqual([{ do: 'press' }, { do: 'quiet' }]);
  });

  test('a sound that rests is told in words on the display, and that the electronics are emulated below it', async () => {
    stage.show(scriptedFrames.rested);
    await open('da', 'wide');
    await page.getByRole('status').filter({ hasText: 'Lyden er sat på pause.' }).waitFor();
    stage.show(scriptedFrames.emulated);
    await page.locator('.nameplate').getByText('emuleret elektronik').waitFor();
    await page.getByText('Elektronikken er emuleret').waitFor();
  });

  test('the sachet slides out, is taken by a click, and is gone', async () => {
    await open('da', 'wide');
    stage.show(scriptedFrames.presented);
    await page.getByRole('button', { name: 'Tag posen: morgen 21-11' }).click();
    await expect.poll(() => stage.commands).toEqual([{ do: 'take' }]);
    stage.show(scriptedFrames.taken);
    await page.getByText('Skålen er tom').waitFor({ state: 'attached' });
    await expect.poll(() => page.locator('.sachet').count()).toBe(0);
  });

  test('it is silent until a person asks for sound, and then speaks what is new', async () => {
    await page.addInitScript(`
      globalThis.heard = [];
      speechSynthesis.speak = ({ lang, text }) => heard.push(lang + ' ' + text);
      globalThis.AudioContext = class extends AudioContext { constructor() { super(); heard.push('sound'); } };`);
    stage.show(scriptedFrames.gentle);
    await open('da', 'wide');
    stage.show(scriptedFrames.firm);
    await page.locator('.caption').getByText('Husk din medicin').waitFor();
    expect(await page.evaluate('heard')).toEqual([]);
    await page.getByRole('button', { name: 'Slå lyd til' }).click();
    stage.show(scriptedFrames.urgent);
    await expect
      .poll(() => page.evaluate('heard'))
      .toEqual(['sound', 'da-DK Du mangler at tage din medicin. Tryk på knappen nu.']);
    await page.getByRole('button', { name: 'Slå lyd fra' }).click();
    expect(faults).toEqual([]);
  });

  test('what the unit shows is announced', async () => {
    await open('en', 'wide');
    stage.show(scriptedFrames.urgent);
    const status = page.getByRole('status').filter({ hasText: 'It is time for your medicine. Press the button.' });
    await status.waitFor();
  });

  test('a lost simulator is told, the controls rest, and the page comes back by itself', async () => {
    await open('da', 'wide');
    await stage.breakOff();
    await page.getByText('Forbindelsen til simulatoren er væk').waitFor();
    expect(await page.getByRole('button', { name: 'Hop til næste dosis' }).isDisabled()).toBe(true);
    await keepPicture('lost-da-wide');
    await stage.comeBack();
    await page.getByText('Forbindelsen til simulatoren er væk').waitFor({ state: 'detached' });
  });

  test('a refused command is told in words', async () => {
    await open('da', 'wide');
    await page.getByRole('button', { name: 'Tekniker: udbedr fejl' }).click();
    await page.getByRole('alert').getByText('Der er ingen fejl.').waitFor();
    await keepPicture('refused-da-wide');
  });

  test('while a jump is under way its button says so and rests, and keeps the focus', async () => {
    await open('da', 'wide');
    await page.getByRole('button', { name: 'Hop til næste dosis' }).focus();
    stage.show({ ...scriptedFrames.idle, clock: { ...scriptedFrames.idle.clock, jumping: true } });
    const jumping = page.getByRole('button', { name: 'Hopper …' });
    await jumping.waitFor();
    expect(await jumping.isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    stage.show(scriptedFrames.idle);
    await page.getByRole('button', { name: 'Hop til næste dosis' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => stage.commands).toEqual([{ do: 'jump' }]);
  });

  test('a dose from before the unit was set up says so on its card', async () => {
    stage.show(scriptedFrames.begun);
    await open('da', 'wide');
    expect(await page.locator('.dose-card').getByText('Før start').count()).toBe(2);
  });

  test('a spoken telephone number stays on one line, however narrow the page', async () => {
    stage.show(scriptedFrames.begun);
    await open('da', 'phone');
    const caption = page.locator('.caption[data-speech]');
    const lines = `((caption) => {
      const text = caption.lastElementChild.firstChild;
      const range = document.createRange();
      const from = text.data.indexOf('70');
      range.setStart(text, from);
      range.setEnd(text, from + '70 12 34 56'.length);
      return new Set([...range.getClientRects()].map(({ top }) => top)).size;
    })(document.querySelector('.caption'))`;
    await caption.waitFor();
    for (const width of [390, 350, 320, 300, 280, 260]) {
      await page.setViewportSize({ width, height: 844 });
      expect([width, await page.evaluate(lines)]).toEqual([width, 1]);
    }
  });

  test('every control sends its command', async () => {
    stage.show(scriptedFrames.uncertain);
    await open('en', 'wide');
    const click = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await page.getByRole('radio', { name: '×600' }).check();
    await click('Pause time');
    await click('Jump to next dose');
    await page.getByRole('button', { name: /^Ask for quiet/ }).click();
    await click('More');
    await click('Take out ahead');
    await page.getByLabel('Away for').selectOption('48');
    await click('Leave home');
    await page.getByRole('button', { name: /^Nurse: refill/ }).click();
    await page.getByRole('switch', { name: 'Door open with key' }).click();
    await page.getByRole('switch', { name: 'Internet down' }).click();
    await click('It was not taken');
    await expect
      .poll(() => stage.commands)
      .toEqual([
        { do: 'speed', factor: 600 },
        { do: 'pause', on: true },
        { do: 'jump' },
        { do: 'quiet' },
        { do: 'takeOut', doses: 5 },
        { do: 'away', hours: 48 },
        { do: 'refill' },
        { do: 'door', open: true },
        { do: 'fault', name: 'internet', on: true },
        { do: 'settle', fate: 'missed' },
      ]);
  });

  test('the service centre is read directly: alarms by priority, events newest first, in words', async () => {
    await open('da', 'wide');
    await page.getByText('Apparat online').waitFor();
    await expect.poll(() => page.locator('.alarm').count()).toBe(3);
    expect(await page.locator('.alarm').first().getAttribute('data-priority')).toBe('high');
    expect(await page.locator('.event').first().innerText()).toContain('Dosis ikke taget');
    expect(await page.getByText('ikke at den er slugt').count()).toBe(1);
  });

  test('the language can be changed and is remembered', async () => {
    await open('da', 'wide');
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByRole('heading', { name: 'Service centre' }).waitFor();
    await page.goto(stage.url);
    await page.getByRole('heading', { name: 'Service centre' }).waitFor();
  });
});
