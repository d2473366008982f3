import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { faultOf } from '../../../protocol/faults/catalogue.ts';
import type { News } from '../../../tools/centre/centre.ts';
import { startWeb, type Web } from '../../../tools/centre/web.ts';
import { centreAlarmCommand } from '../../../tools/cli/centre-alarm.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { OrdersBench } from './orders-bench.ts';
import { batchMessage, birthMessage, nowMs, raised } from './support.ts';

const token = 'a-token-that-nobody-guesses';
const missed = faultOf('dose-missed').title.en;
const why = ['--by', 'operator-7', '--reason', 'Talt med datteren; dosis er taget.'];

describe('an alarm that a replaced unit has left behind', () => {
  let bench: OrdersBench;
  let web: Web;
  let folder: string;
  let out: string;
  const run = async (...args: string[]): Promise<string> => {
    out = '';
    await runCommandLine(
      ['close-alarm', ...args, '--centre', web.url, '--token-file', join(folder, 'token')],
      [{ name: 'close-alarm', summary: '', load: async () => centreAlarmCommand() }],
    );
    return out;
  };
  const open = () => bench.centre.readings.openAlarms().map(({ device, code }) => `${device} ${code}`);
  const page = async (language: string) => (await fetch(`${web.url}/?lang=${language}`)).text();
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dosis-alarm-cli-'));
    writeFileSync(join(folder, 'token'), `${token}\n`);
    bench = new OrdersBench({ at: nowMs });
    web = await startWeb({ port: 0, operatorToken: token });
    web.show(bench.centre);
    bench.centre.receive(birthMessage('unit-1', { lastSeq: 2 }));
    bench.centre.receive(batchMessage('unit-1', 7, [raised(1, 'dose-missed', 'morning')]));
    bench.centre.receive(birthMessage('unit-1', { epoch: 8, session: 2, lastSeq: 1 }));
    bench.centre.receive(batchMessage('unit-1', 8, [raised(1, 'battery-low')]));
    bench.centre.receive(batchMessage('unit-2', 7, [{ type: 'unit.handedOver', seq: 1, at: nowMs / 1000 }]));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    onTestFinished(async () => {
      await web.close();
      rmSync(folder, { recursive: true });
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it('is closed by a person, for good, with who and why', async () => {
    const news: News[] = [];
    bench.centre.watch((one) => news.push(one));
    expect(await run('unit-1')).toBe(`open: dose-missed morning 2026-11-21 (${missed})\n`);
    expect(await run('unit-1', '1', 'morning', '2026-11-21', ...why)).toMatch(
      /^The alarm dose-missed morning 2026-11-21 of unit-1 is closed, by operator-7\. It opens again if .*\n$/,
    );
    expect(news).toEqual([{ type: 'alarm', device: 'unit-1' }]);
    expect(open()).toEqual(['unit-2 successor-missing', 'unit-1 battery-low']);
    expect(await run('unit-1')).toMatch(
      /^closed: dose-missed morning 2026-11-21 \(.+\) · .* by operator-7 · Talt med datteren; dosis er taget\.\n$/,
    );
    expect(JSON.parse(await run('unit-1', '--json'))).toMatchObject({
      open: [],
      closed: [{ code: 'dose-missed', slot: 'morning', author: 'operator-7', closedMs: nowMs }],
    });
    bench.centre.receive(batchMessage('unit-1', 7, [raised(1, 'dose-missed', 'morning')]));
    expect(open()).not.toContain('unit-1 dose-missed');
    bench.centre.receive(batchMessage('unit-1', 7, [raised(2, 'dose-missed', 'morning')]));
    expect(open()).toContain('unit-1 dose-missed');
  });

  it('may be that nobody has taken over', async () => {
    expect(JSON.parse(await run('unit-2', 'successor-missing', ...why, '--json'))).toEqual({
      ...{ device: 'unit-2', code: 'successor-missing', slot: null, date: null },
      ...{ author: 'operator-7', reason: 'Talt med datteren; dosis er taget.' },
    });
    expect(open()).not.toContain('unit-2 successor-missing');
    expect(await run('unit-1')).toBe(`open: dose-missed morning 2026-11-21 (${missed})\n`);
  });

  it.each([
    ['da', 'Alarmer, som nogen har lukket', '202 · Intet apparat har taget over', '21.11.2026 morgen'],
    ['en', 'Alarms that somebody has closed', '202 · No unit has taken over', '21/11/2026 morning'],
  ])('is shown for a week with who closed it and why, in the language %s', async (language, caption, what, dose) => {
    expect(await page(language)).not.toContain(caption);
    await run('unit-1', '1', 'morning', '2026-11-21', ...why);
    await run('unit-2', 'successor-missing', '--by', 'operator-8', '--reason', 'Borgeren er <flyttet>.');
    const html = await page(language);
    const closed = html.slice(html.indexOf(caption), html.indexOf('</table>', html.indexOf(caption)));
    expect(closed).toContain(`${what}<small>operator-8: Borgeren er &#60;flyttet&#62;.</small>`);
    expect(closed).toContain('<small>operator-7: Talt med datteren; dosis er taget.</small>');
    expect(closed).toContain(dose);
    expect(closed.indexOf('unit-2')).toBeLessThan(closed.indexOf('unit-1'));
    bench.nowMs += 7 * 24 * 3_600_000;
    expect(await page(language)).not.toContain(caption);
  });

  it.each<[string, string[], RegExp]>([
    ['without a name', ['unit-1', '1', 'morning', '2026-11-21', '--reason', 'x'], /with both --by and --reason/],
    ['without a reason', ['unit-1', '1', 'morning', '2026-11-21', '--by', 'operator-7'], /with both --by and --reason/],
    ['with half a dose', ['unit-1', '1', 'morning', ...why], /write ID CODE SLOT DATE/],
    ['with an empty reason', ['unit-2', '202', '--by', 'operator-7', '--reason', ' '], /must say what was found out/],
    [
      'by what looks like a citizen',
      ['unit-2', '202', '--by', '0102031234', '--reason', 'x'],
      /looks like a citizen number/,
    ],
    [
      'while its unit speaks of it',
      ['unit-1', 'battery-low', ...why],
      /ends when the unit itself says that it is over/,
    ],
    [
      'that nobody knows',
      ['unit-1', '1', 'noon', '2026-11-21', ...why],
      /has no open alarm dose-missed noon 2026-11-21/,
    ],
    [
      'in Danish, while its unit speaks of it',
      ['unit-1', 'battery-low', ...why, '--lang', 'da'],
      /slutter, når apparatet selv siger/,
    ],
  ])('stays open when it is closed %s, and says why', async (_case, args, sentence) => {
    const before = open();
    await expect(run(...args)).rejects.toThrow(sentence);
    expect(open()).toEqual(before);
  });

  it('needs the operator token', async () => {
    const body = JSON.stringify({ code: 'successor-missing', author: 'operator-7', reason: 'x' });
    const request = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    expect((await fetch(`${web.url}/api/devices/unit-2/alarms/close`, request)).status).toBe(401);
    expect(open()).toContain('unit-2 successor-missing');
  });

  it.each([
    ['da', 'intet apparat melder, når det er overstået', 'Intet apparat har taget over', 'Skal der ikke komme et nyt'],
    ['en', 'no device will report that it is over', 'No unit has taken over', 'If no other device is to come'],
  ])('is shown with what a person types to close it, in the language %s', async (language, ...said) => {
    const html = await page(language);
    for (const words of said) expect(html).toContain(words);
    expect(html).toContain('<code>dosis centre close-alarm unit-1 dose-missed morning 2026-11-21 --by ');
    expect(html).toContain('<code>dosis centre close-alarm unit-2 successor-missing --by ');
    expect(html).not.toContain('close-alarm unit-1 battery-low');
  });
});
