import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startWeb, type Web } from '../../../tools/centre/web.ts';
import { OrdersBench, other, wholeDocument } from './orders-bench.ts';

const token = 'a-token-that-nobody-guesses';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

describe('orders over HTTP', () => {
  let bench: OrdersBench;
  let web: Web;
  const ask = async (path: string, body?: unknown, init: RequestInit = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const asked = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(web.url + path, { headers, ...asked, ...init });
    return { status: response.status, body: (await response.json()) as Answer['body'], headers: response.headers };
  };
  beforeEach(async () => {
    bench = new OrdersBench();
    web = await startWeb({ port: 0, operatorToken: token });
    web.show(bench.centre);
    onTestFinished(() => web.close());
    bench.unit().birth();
  });
  const config = '/api/devices/unit-1/config';
  const commands = '/api/devices/unit-1/commands';

  it('sets a configuration, shows it, its document and its history, and rolls it back', async () => {
    const made = await ask(config, { document: wholeDocument, base: null, author: 'operator-7', reason: 'ny plan' });
    expect(made).toMatchObject({ status: 201, body: { state: 'applied', author: 'operator-7', reason: 'ny plan' } });
    const { version, hash } = made.body as { version: number; hash: string };
    expect((await ask(`${config}/${version}`)).body).toMatchObject({ document: { ...wholeDocument, version } });
    await ask(config, { document: other, base: hash });
    expect(await ask(`${config}/rollback`, { version })).toMatchObject({ status: 201, body: { saysAgain: version } });
    expect((await ask(`${config}/history`)).body.history).toHaveLength(3);
    expect((await ask(config)).body).toMatchObject({ heard: true, wanted: { state: 'applied' }, discrepancy: null });
  });

  it('gives a command and shows its answers, never the words of a message', async () => {
    const given = await ask(commands, { type: 'message', text: 'Husk at drikke' });
    expect(given).toMatchObject({ status: 201, body: { assumed: [], command: { type: 'message', state: 'done' } } });
    const { id } = given.body.command as { id: number };
    const one = await ask(`${commands}/${id}`);
    expect(one.body).toMatchObject({ id, answers: [{ status: 'done' }] });
    expect(JSON.stringify([one.body, (await ask(commands)).body])).not.toContain('drikke');
  });

  it('begins a rollout, shows it, and stops it', async () => {
    bench.unit().temper = 'silent';
    const begun = await ask('/api/rollouts', {
      devices: ['unit-1', 'unit-2'],
      document: wholeDocument,
      waves: [1, '100%'],
    });
    expect(begun).toMatchObject({
      status: 201,
      body: { id: 1, state: 'running', units: [{ standing: 'waiting' }, { standing: 'later' }] },
    });
    expect(await ask('/api/rollouts/1/stop', {})).toMatchObject({ status: 201, body: { state: 'stopped' } });
    expect((await ask('/api/rollouts')).body).toMatchObject({ rollouts: [{ id: 1, why: { by: 'operator' } }] });
    expect(await ask('/api/rollouts/1/resume', {})).toMatchObject({ body: { state: 'running' } });
    expect((await ask('/api/rollouts/1')).body).toMatchObject({ state: 'running' });
  });

  it.each([
    ['without a token', {}],
    ['with another token', { authorization: 'Bearer wrong' }],
    ['with the token in another scheme', { authorization: `Basic ${token}` }],
  ])('changes nothing for whoever comes %s', async (_case, headers) => {
    const asked = { headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await ask(config, { document: wholeDocument, base: null }, asked);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await ask(commands, { type: 'restart' }, asked)).status).toBe(401);
    expect((await ask('/api/rollouts', { devices: ['unit-1'], document: wholeDocument }, asked)).status).toBe(401);
    const { version } = (await ask(config, { document: wholeDocument, base: null })).body as { version: number };
    expect((await ask(`${config}/${version}`, undefined, { headers: {} })).status).toBe(401);
    expect((await ask(`${config}/rollback`, { version }, asked)).status).toBe(401);
    expect(bench.orders.readings.configHistory('unit-1')).toHaveLength(1);
    expect((await ask(config, undefined, { headers: {} })).status).toBe(200);
  });

  it('lets no other page in the browser of an operator read or ask', async () => {
    const answer = await ask(config);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(web.url + config, { method: 'OPTIONS', headers: { origin: 'http://elsewhere' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    expect((await ask(config, {}, { method: 'DELETE' })).body.error).toBe('Only GET, HEAD, POST is answered here.');
  });

  it('names every problem of a document with its place', async () => {
    const answer = await ask(config, { document: { ...wholeDocument, zone: 5, profile: 'x' }, base: null });
    expect(answer.status).toBe(422);
    expect((answer.body.problems as { path: string }[]).map(({ path }) => path)).toEqual(['profile', 'zone']);
  });

  it.each<[string, string, unknown, number]>([
    ['no base', config, { document: wholeDocument }, 422],
    ['another base', config, { document: wholeDocument, base: 'ab'.repeat(32) }, 409],
    ['a base that is no hash', config, { document: wholeDocument, base: 'zz' }, 422],
    ['a list', config, [], 400],
    ['an author with a name', config, { document: wholeDocument, base: null, author: 'Ida Jensen' }, 422],
    ['a citizen number for a reason', config, { document: wholeDocument, base: null, reason: '0102031234' }, 422],
    ['a citizen number for an author', config, { document: wholeDocument, base: null, author: '010203-1234' }, 422],
    ['a version that is not there', `${config}/rollback`, { version: 1 }, 404],
    ['a command for nobody', '/api/devices/unit-9/commands', { type: 'restart' }, 409],
    ['an expiry that has been', commands, { type: 'restart', expiresAt: 5 }, 422],
    ['an expiry that is none', commands, { type: 'restart', expiresAt: 'soon' }, 422],
    ['a device that is none', '/api/devices/-x/commands', { type: 'restart' }, 404],
    ['a device that looks like a citizen', '/api/devices/010203-1234/commands', { type: 'restart' }, 422],
    ['such a device in a group', '/api/rollouts', { devices: ['0102031234'], document: wholeDocument }, 422],
    ['a rollout that is not there', '/api/rollouts/7/resume', {}, 404],
  ])('answers %s with one sentence and keeps nothing', async (_case, path, body, status) => {
    const answer = await ask(path, body);
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(/^\S.*\.$/)]);
    expect(bench.orders.readings.configHistory('unit-1')).toEqual([]);
  });

  it.each([
    ['da', 'Der er ingen udrulning 7; "dosis centre config rollouts" viser dem, der er.'],
    ['da-DK, en;q=0.5', 'Der er ingen udrulning 7; "dosis centre config rollouts" viser dem, der er.'],
    ['en', 'There is no rollout 7; "dosis centre config rollouts" lists those there are.'],
    ['fr, da;q=0.5', 'There is no rollout 7; "dosis centre config rollouts" lists those there are.'],
  ])('answers in the language that is asked for: %s', async (language, sentence) => {
    const answer = await fetch(`${web.url}/api/rollouts/7`, { headers: { 'accept-language': language } });
    expect([answer.status, await answer.json()]).toEqual([404, { error: sentence, problems: [] }]);
  });

  it.each<[string, RequestInit, number]>([
    ['no JSON', { body: '{', method: 'POST' }, 400],
    ['another type', { body: '{}', method: 'POST', headers: { authorization: `Bearer ${token}` } }, 415],
    ['too much', { body: ' '.repeat(2_000_000), method: 'POST' }, 413],
  ])('refuses %s', async (_case, init, status) => {
    expect((await ask(config, undefined, init)).status).toBe(status);
  });

  it('says when it could not be stored, and has done nothing', async () => {
    bench.store.exec(`CREATE TRIGGER full BEFORE INSERT ON command_order BEGIN SELECT raise(ABORT, 'no room'); END`);
    const answer = await ask(commands, { type: 'restart' });
    expect([answer.status, answer.body.error]).toEqual([503, expect.stringContaining('nothing was done')]);
    expect(bench.sent('command')).toBe(0);
  });

  it('without a token of its own takes orders from nobody', async () => {
    const open = await startWeb({ port: 0 });
    onTestFinished(() => open.close());
    open.show(bench.centre);
    const init = {
      method: 'POST',
      headers: { authorization: 'Bearer ', 'content-type': 'application/json' },
      body: '{}',
    };
    expect((await fetch(open.url + commands, init)).status).toBe(503);
  });

  it('tells whoever watches that something has changed', async () => {
    const response = await fetch(`${web.url}/api/stream`);
    await ask(commands, { type: 'restart' });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('event: order')) break;
    }
    expect(text).toContain('event: order\ndata: {"type":"order","device":"unit-1"}');
  });
});

describe('the page of the centre', () => {
  it.each([
    ['da', 'afvist', 'To indstillinger passer ikke sammen', 'Genstart', 'udført', 'gælder'],
    ['en', 'rejected', 'Two settings do not go together', 'Restart', 'done', 'in force'],
  ])('shows configurations, commands and why something was refused, in the language %s', async (lang, ...said) => {
    const bench = new OrdersBench();
    const web = await startWeb({ port: 0, operatorToken: token });
    onTestFinished(() => web.close());
    web.show(bench.centre);
    const page = async () => (await fetch(`${web.url}/?lang=${lang}`)).text();
    const unit = bench.unit();
    unit.birth();
    bench.set('unit-1');
    expect(await page()).not.toContain(said[0] ?? '');
    bench.command('unit-1', 'restart');
    unit.temper = { refuses: [{ path: 'regimen.slots.0.at', code: 'conflict' }] };
    bench.set('unit-1', other);
    const html = await page();
    for (const words of said) expect(html).toContain(words);
    expect(html).toContain('regimen.slots.0.at');
  });
});
