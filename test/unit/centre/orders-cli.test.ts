import { rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { centreConfigCommand } from '../../../tools/cli/centre-config.ts';
import { centreSendCommand } from '../../../tools/cli/centre-send.ts';
import { imageOf, sha256 } from '../firmware/update/rig.ts';
import { imageStore } from './images-bench.ts';
import { OrdersBench, other, wholeDocument } from './orders-bench.ts';
import { TypedCentre } from './typed-centre.ts';

describe('orders on the command line', () => {
  let bench: OrdersBench;
  let typed: TypedCentre;
  const run = (...args: string[]) => typed.run(...args);
  const code = () => typed.code;
  const file = (name: string, content: unknown): string =>
    typed.file(name, typeof content === 'string' ? content : stringify(content));
  beforeEach(async () => {
    const { store: images } = imageStore();
    images.add(imageOf('0.2.0'), Date.now());
    bench = new OrdersBench({ images });
    bench.nowMs = Date.now();
    typed = await TypedCentre.before(bench.centre, centreConfigCommand, centreSendCommand);
    bench.unit().birth();
  });

  it('gives a document, gets it, changes it and gives it back', async () => {
    expect(
      await run('config', 'set', 'unit-1', file('one.yaml', wholeDocument), '--wait', '--by', 'operator-7'),
    ).toMatch(/^Version \d+ is stored for unit-1\. .*checked by the unit itself.*\nunit-1 version \d+: in force\n$/);
    expect(code()).toBe(0);
    const got = parse(await run('config', 'get', 'unit-1')) as object;
    expect(got).toMatchObject(wholeDocument);
    await run('config', 'set', 'unit-1', file('two.yaml', { ...got, quietMinutes: 10 }));
    expect(await run('config', 'diff', 'unit-1', file('two.yaml', { ...other, language: 'en' }))).toBe(
      'language: "da" → "en"\n',
    );
    const { history } = JSON.parse(await run('config', 'history', 'unit-1', '--json')) as {
      history: { version: number }[];
    };
    const [newest, oldest] = history.map(({ version }) => String(version));
    expect(await run('config', 'diff', 'unit-1', oldest ?? '', newest ?? '')).toBe('quietMinutes: (nothing) → 10\n');
    expect(await run('config', 'rollback', 'unit-1', oldest ?? '', '--wait')).toContain('in force');
    expect(await run('config', 'history', 'unit-1')).toContain(`says what ${oldest} said`);
  });

  it('does not let a file that was made from an older version undo what others did', async () => {
    await run('config', 'set', 'unit-1', file('one.yaml', wholeDocument));
    const mine = parse(await run('config', 'get', 'unit-1')) as { version: number };
    await run('config', 'set', 'unit-1', file('theirs.yaml', other), '--by', 'operator-8');
    await expect(run('config', 'set', 'unit-1', file('mine.yaml', { ...mine, quietMinutes: 3 }))).rejects.toThrow(
      new RegExp(`^The file was made from version ${mine.version}, and operator-8 has made version \\d+ since; .*\\.$`),
    );
  });

  it('names every problem of a file with its place, and asks nobody', async () => {
    const bad = file('bad.yaml', { ...wholeDocument, zone: '?', regimen: { slots: [] } });
    await expect(run('config', 'set', 'unit-1', bad)).rejects.toThrow(/^zone must be .*\nregimen\.slots must /);
    await run('config', 'set', 'unit-1', bad, '--json');
    expect([
      code(),
      (JSON.parse(typed.out) as { problems: { path: string }[] }).problems.map(({ path }) => path),
    ]).toEqual([2, ['zone', 'regimen.slots']]);
    await expect(run('config', 'set', 'unit-1', file('torn.yaml', 'a: [1'))).rejects.toThrow(/line 1, column \d+/);
    await expect(run('config', 'set', 'unit-1', typed.path('gone.yaml'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
    expect(bench.orders.readings.configHistory('unit-1')).toEqual([]);
  });

  it.each([
    ['en', 'rejected', 'regimen.slots.0.at: Two settings do not go together.'],
    ['da', 'afvist', 'regimen.slots.0.at: To indstillinger passer ikke sammen.'],
  ])('ends with 1 and the reasons when the unit rejects it, in the language %s', async (lang, ...said) => {
    const unit = bench.unit();
    unit.birth();
    unit.temper = { refuses: [{ path: 'regimen.slots.0.at', code: 'conflict' }] };
    const told = await run('config', 'set', 'unit-1', file('one.yaml', wholeDocument), '--wait', '--lang', lang);
    for (const words of said) expect(told).toContain(words);
    expect(code()).toBe(1);
  });

  it('brings a group its document in waves and shows how each unit stands', async () => {
    const unit = bench.unit('unit-2');
    unit.birth();
    unit.temper = 'silent';
    const group = file('group.yaml', { devices: ['unit-1', 'unit-2'], document: wholeDocument, waves: [1, '100%'] });
    const begun = await run('config', 'set', '--group', group);
    expect(begun).toMatch(
      /^Rollout 1: under way, wave 2 of 2\.\n {2}unit-1: in force, version \d+\n {2}unit-2: waits for an answer, version \d+\n$/,
    );
    await run('config', 'stop', '1');
    expect(await run('config', 'rollouts')).toBe('Rollout 1: stopped, wave 2 of 2. Stopped by operator.\n');
    unit.temper = 'applies';
    unit.birth();
    expect(await run('config', 'resume', '1', '--wait')).toContain('Rollout 1: finished');
    expect(code()).toBe(0);
  });

  it.each([
    [['pause'], 'pause', {}],
    [['take-out', '6', '--until', '2h'], 'openTakeOut', { doses: 6 }],
    [['extend', 'morgen', '2099-01-02', '30'], 'extendWindow', { slot: 'morgen', minutes: 30 }],
    [['silence', '5'], 'silence', { minutes: 5 }],
    [['message', 'Husk at drikke', '--button', 'Ja', '--button', 'Nej'], 'message', { buttons: ['Ja', 'Nej'] }],
    [['self-test', '--parts', 'lamp,radio'], 'selfTest', { parts: ['lamp', 'radio'] }],
    [['send-log', '--since', '1h'], 'sendLog', { source: 'log', bytesMax: 65_536 }],
    [['send-log', '--trace', '--bytes', '9000'], 'sendLog', { source: 'trace', bytesMax: 9000 }],
    [['restart', '--expires', '5m'], 'restart', {}],
    [['update', '0.2.0'], 'update', { image: sha256(imageOf('0.2.0')), imageBytes: 3208, firmware: '0.2.0' }],
  ])('asks a unit %j', async (words, type, fields) => {
    await run('config', 'set', 'unit-1', file('one.yaml', wholeDocument), '--wait');
    const unit = bench.unit();
    unit.birth();
    const asked: unknown[] = [];
    unit.obeys = (command) => {
      asked.push(command);
      return { status: 'done' };
    };
    expect(JSON.parse(await run('send', 'unit-1', ...words, '--wait', '--json'))).toMatchObject({
      type,
      state: 'done',
    });
    expect([code(), asked]).toEqual([0, [expect.objectContaining({ type, ...fields })]]);
  });

  it('shows what was asked of a unit and what it answered, and ends with 1 when it was refused', async () => {
    const unit = bench.unit();
    unit.birth();
    unit.presence = 'away';
    const told = await run('send', 'unit-1', 'pause', '--wait');
    expect(told).toContain('takes it to be at home');
    expect(told).toContain('The citizen is not where the centre went by (home, away or paused).');
    expect(code()).toBe(1);
    expect(await run('send', '--status', 'unit-1')).toContain('Pause: refused, nothing was done');
  });

  it('shows the one command whose number it has printed, when the unit is named before it', async () => {
    bench.unit().birth();
    const [, number = ''] = /^unit-1 (\d+) · Pause/m.exec(await run('send', 'unit-1', 'pause')) ?? [];
    await run('send', 'unit-1', 'restart');
    expect(await run('send', 'unit-1', '--status', number)).toMatch(
      new RegExp(`^unit-1 ${number} · Pause(?!.*Restart)`, 's'),
    );
    expect(JSON.parse(await run('send', 'unit-1', '--status', number, '--json'))).toMatchObject({ type: 'pause' });
    expect(await run('send', '--status', 'unit-1')).toMatch(/Restart/);
    await expect(run('send', '--status', number)).rejects.toThrow(/ID --status NUMBER for one of it\.$/);
    await expect(run('send', 'unit-1', '--status', 'unit-2')).rejects.toThrow(/ID --status NUMBER/);
    await expect(run('send', 'unit-1', '--status', '1')).rejects.toMatchObject({ name: 'UsageError' });
  });

  it.each([
    [['send', 'unit-1', 'fly'], /"fly" is no command; write one of take-out, /],
    [['send', 'unit-1', 'toString'], /"toString" is no command/],
    [['send', 'unit-1', 'take-out'], /write it as ID take-out N/],
    [['send', 'unit-1', 'take-out', 'six'], /"six" is no whole number/],
    [['send', 'unit-1', 'update'], /write it as ID update VERSION\|HASH/],
    [
      ['send', 'unit-1', 'update', '9.9.9'],
      /^There is no image "9.9.9" in this centre \(it has 0\.2\.0\); add one with /,
    ],
    [['send'], /"" is no unit/],
    [['send', 'unit-1', 'restart', '--expires', 'soon'], /duration from now/],
    [['send', 'unit-1', 'take-out', '1', '--until', '2027-02-31T10:00'], /duration from now/],
    [['send', 'unit-1', 'send-log', '--since', 'lately'], /how long ago it was/],
    [['config', 'get', 'unit-1'], /^unit-1 has no configuration here; /],
    [['config', 'get', 'u'], /3 to 32 letters/],
    [['config', 'set', 'unit-1'], /write the id of a unit and a file, or --group/],
    [['config', 'rollback', 'unit-1', '5'], /^unit-1 has no version 5 here; /],
    [['config', 'rollouts', '5'], /^There is no rollout 5; /],
  ])('refuses %j in one sentence', async (words, sentence) => {
    await expect(run(...words)).rejects.toMatchObject({ name: 'UsageError', message: expect.stringMatching(sentence) });
  });

  it('says what to do when there is no token, a wrong one, or no centre', async () => {
    file('token', 'wrong');
    await expect(run('send', 'unit-1', 'restart')).rejects.toThrow(/^The operator token is missing or is not that/);
    rmSync(typed.path('token'));
    await expect(run('send', 'unit-1', 'restart')).rejects.toThrow(
      /cannot be read from ".*token" \(ENOENT\); .*--token-file\.$/,
    );
    file('token', 'any');
    await typed.web.close();
    await expect(run('send', '--status', 'unit-1')).rejects.toThrow(/does not answer; start it with "dosis centre"/);
  });
});
