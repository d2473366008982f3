import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { PanelCommand } from '../../../sim/panel/frames.ts';
import { type PanelOptions, type PanelServer, panelLimits, servePanel } from '../../../sim/panel/server.ts';
import { scriptedFrames } from './scripted-frames.ts';

const { idle, presented } = scriptedFrames;

describe('the panel server', () => {
  const commands: PanelCommand[] = [];
  let folder = '';
  let options: PanelOptions;
  let panel: PanelServer;
  const viewers: WebSocket[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dosis-static-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Dosis</title>');
    writeFileSync(join(folder, 'panel.js'), 'export {};');
    writeFileSync(join(folder, 'secret.key'), 'no file of a kind that a page needs');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeEach(async () => {
    commands.length = 0;
    options = {
      port: 0,
      staticDir: pathToFileURL(`${folder}/`),
      config: { centreUrl: 'http://127.0.0.1:8090/', device: 'DD-0042' },
      latest: () => idle,
      onCommand: (command) => {
        commands.push(command);
        return command.do === 'jump' ? { da: 'Der er ingen dosis.', en: 'There is no dose.' } : undefined;
      },
    };
    panel = await servePanel(options);
  });
  afterEach(async () => {
    for (const viewer of viewers.splice(0)) viewer.terminate();
    await panel.close();
  });

  /** A browser's connection that keeps what it hears. */
  function view(headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${panel.url.replace('http', 'ws')}/ws`, { headers });
    viewers.push(socket);
    const heard: unknown[] = [];
    const ends: string[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    socket.on('close', (code, reason) => ends.push(`${code} ${reason}`));
    socket.on('error', (error) => ends.push(error.message));
    return { socket, heard, ends };
  }

  const get = (path: string, init?: RequestInit) => fetch(`${panel.url}${path}`, init);

  test('serves the built page and nothing else', async () => {
    const page = await get('/?lang=en');
    expect(await page.text()).toContain('<title>Dosis</title>');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' ws: http://127.0.0.1:8090;");
    expect((await get('/panel.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    for (const path of ['/secret.key', '/nowhere', '/..%2f..%2fpackage.json', '//etc/passwd']) {
      expect((await get(path)).status).toBe(404);
    }
    expect((await get('/', { method: 'POST' })).status).toBe(405);
  });

  test('spares a browser the page it already has', async () => {
    const etag = (await get('/')).headers.get('etag') ?? '';
    expect((await get('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('says where the service centre is', async () => {
    expect(await (await get('/config.json')).json()).toEqual(options.config);
  });

  test('shows a newcomer the latest picture, and everybody each new one', async () => {
    const { heard } = view();
    await vi.waitFor(() => expect(heard).toEqual([idle]));
    panel.push(presented);
    await vi.waitFor(() => expect(heard).toEqual([idle, presented]));
  });

  test('sends a burst as its first and its last picture', async () => {
    const { heard } = view();
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    for (let second = 10; second < 40; second++) panel.push({ ...idle, now: `2025-11-21T09:00:${second}+01:00` });
    await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ now: '2025-11-21T09:00:39+01:00' }));
    expect(heard).toHaveLength(3);
  });

  test('carries out commands, and answers why when one is refused', async () => {
    const { socket, heard } = view();
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    socket.send('{"do":"press"}');
    socket.send('{"do":"explode"}');
    socket.send(Buffer.from('{"do":"press"}'), { binary: true });
    socket.send('{"do":"jump"}');
    await vi.waitFor(() => expect(heard).toHaveLength(4));
    expect(commands).toEqual([{ do: 'press' }, { do: 'jump' }]);
    expect(heard.slice(1)).toEqual([
      { refused: { da: expect.stringContaining('Intet er ændret'), en: expect.stringContaining('do: ') } },
      { refused: { da: expect.any(String), en: 'Commands are text, not binary. Nothing has changed.' } },
      { refused: { da: 'Der er ingen dosis.', en: 'There is no dose.' } },
    ]);
  });

  test('ends a connection that sends too much, and goes on with the others', async () => {
    const loud = view();
    const calm = view();
    await vi.waitFor(() => expect([loud.heard, calm.heard]).toEqual([[idle], [idle]]));
    loud.socket.send('x'.repeat(panelLimits.messageBytesMax + 1));
    await vi.waitFor(() => expect(loud.ends).toHaveLength(1));
    panel.push(presented);
    await vi.waitFor(() => expect(calm.heard).toEqual([idle, presented]));
  });

  test('has room for a limited number of viewers and tells the next one so', async () => {
    const crowd = Array.from({ length: panelLimits.clientsMax }, () => view());
    await vi.waitFor(() => expect(crowd.every(({ heard }) => heard.length === 1)).toBe(true));
    const late = view();
    await vi.waitFor(() => expect(late.ends).toEqual([expect.stringMatching(/^1013 .*16 viewers/)]));
    expect(late.heard).toEqual([]);
  });

  test.each([
    ['another website', { origin: 'http://evil.example' }],
    ['a name that was made to point here', { origin: 'http://evil.example', host: 'evil.example' }],
  ])('refuses commands from %s', async (_, headers) => {
    const { heard, ends } = view(headers);
    await vi.waitFor(() => expect(ends).toContain('Unexpected server response: 403'));
    expect(heard).toEqual([]);
  });

  test('a taken port is one sentence: which, and what to do', async () => {
    const port = Number(new URL(panel.url).port);
    await expect(servePanel({ ...options, port })).rejects.toMatchObject({
      failure: 'taken',
      message: `Port ${port} on 127.0.0.1 is already in use by another program; choose another one, e.g. --port ${port + 1}`,
    });
  });

  test('a unit without a page serves its wire, and says that there is nothing to open', async () => {
    const staticDir = pathToFileURL(join(folder, 'nowhere/'));
    const faceless = await servePanel({ ...options, staticDir, bare: true });
    expect([faceless.page, panel.page]).toEqual([false, true]);
    expect((await fetch(`${faceless.url}/`)).status).toBe(404);
    expect((await fetch(`${faceless.url}/config.json`)).status).toBe(200);
    await faceless.close();
  });

  test('an unbuilt page is one sentence: where, and what to do', async () => {
    const staticDir = pathToFileURL(join(folder, 'nowhere/'));
    await expect(servePanel({ ...options, staticDir })).rejects.toMatchObject({
      failure: 'not-built',
      message: expect.stringMatching(/nowhere\/; run: npm run build$/),
    });
  });
});
