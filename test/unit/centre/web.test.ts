import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { alarmWords } from '../../../protocol/alarm-words.ts';
import { encode } from '../../../protocol/cbor.ts';
import { eventLimits } from '../../../protocol/limits.ts';
import { encodeEvent } from '../../../protocol/messages/event.ts';
import { Centre } from '../../../tools/centre/centre.ts';
import { WATCHERS_MAX } from '../../../tools/centre/stream.ts';
import { startWeb, type Web } from '../../../tools/centre/web.ts';
import { FakeMqtt } from './fake-mqtt.ts';
import { batchMessage, birthMessage, lockdownMessage, nowMs, opened, raised, taken } from './support.ts';

/** Reads Server-Sent Events from a response until there are `count`. */
async function eventsFrom(response: Response, count: number): Promise<{ name: string; data: unknown }[]> {
  const found: { name: string; data: unknown }[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (name !== undefined) found.push({ name, data: JSON.parse(data ?? '') });
    }
    if (found.length >= count) break;
  }
  return found;
}

describe('the centre on the web', () => {
  let centre: Centre;
  let web: Web;
  const get = (path: string, init?: RequestInit) => fetch(web.url + path, init);
  const read = async (path: string) => (await get(path)).json() as Promise<Record<string, unknown>>;
  beforeEach(async () => {
    const log = { write: () => undefined };
    const ports = { store: openStore({ path: ':memory:' }), mqtt: new FakeMqtt(), entropy: { below: () => 0 }, log };
    centre = new Centre({ ...ports, nowMs: () => nowMs, onFailure: () => undefined });
    web = await startWeb({ port: 0 });
    web.show(centre);
  });
  afterEach(() => web.close());

  it('lists devices, the events of one, and open alarms', async () => {
    centre.receive(birthMessage('unit-1', { lastSeq: 2 }));
    centre.receive(batchMessage('unit-1', 7, [opened(1), raised(2, 'dose-missed', 'noon')]));
    centre.receive(batchMessage('unit-2', 3, [opened(1)]));
    const { devices } = await read('/api/devices');
    expect(devices).toMatchObject([
      { id: 'unit-1', online: true, epoch: 7, ackedThrough: 2, openAlarms: 1, lost: 0 },
      { id: 'unit-2', online: true, epoch: null, openAlarms: 0 },
    ]);
    const first = { id: 1, device: 'unit-1', epoch: 7, seq: 1, receivedAt: nowMs, event: opened(1) };
    expect(await read('/api/devices/unit-1/events?after=0')).toMatchObject({ events: [first, { id: 2 }], more: false });
    expect(await read('/api/devices/unit-1/events?after=1')).toMatchObject({ events: [{ id: 2, seq: 2 }] });
    expect(await read('/api/devices/unit-9/events')).toEqual({ events: [], more: false });
    expect(await read('/api/alarms')).toMatchObject({
      alarms: [{ id: 2, device: 'unit-1', code: 'dose-missed', priority: 'high', slot: 'noon', date: '2026-11-21' }],
    });
  });

  it('gives the newest events when asked for none in particular, and says when there are more', async () => {
    for (let seq = 1; seq <= 1200; seq += 60) {
      centre.receive(
        batchMessage(
          'unit-1',
          7,
          Array.from({ length: 60 }, (_, at) => opened(seq + at)),
        ),
      );
    }
    const latest = (await read('/api/devices/unit-1/events')).events as { seq: number }[];
    expect([latest.length, latest[0]?.seq, latest.at(-1)?.seq]).toEqual([1000, 201, 1200]);
    const page = await read('/api/devices/unit-1/events?after=0');
    expect(page.more).toBe(true);
    expect((page.events as { seq: number }[]).at(-1)?.seq).toBe(1000);
  });

  it('shows what was refused', async () => {
    centre.receive({ topic: 'd/unit-1/up/event', payload: Uint8Array.of(0xff) });
    expect(await read('/api/refused')).toMatchObject({
      refused: [{ topic: 'd/unit-1/up/event', bytes: 'ff', times: 1 }],
    });
  });

  it.each([
    ['da', 'Meldinger, der ikke kan læses', 'Giv leverandøren besked', 'Send en tekniker'],
    ['en', 'Reports that cannot be read', 'Tell the supplier', 'Send a technician'],
  ])('tells the operator in plain words of what cannot be read, in the language %s', async (lang, ...said) => {
    const page = async () => (await get(`/?lang=${lang}`)).text();
    centre.receive(batchMessage('unit-1', 7, [opened(1)]));
    for (const words of said) expect(await page()).not.toContain(words);
    centre.receive(batchMessage('unit-1', 7, [encodeEvent(taken(2)).slice(0, -1)]));
    centre.receive(batchMessage('unit-2', 7, [Uint8Array.of(0xff)]));
    for (const words of said) expect(await page()).toContain(words);
    expect(await read('/api/unreadable')).toMatchObject({
      devices: [
        { device: 'unit-1', records: 1, stuck: false },
        { device: 'unit-2', records: 1, stuck: true },
      ],
      unreadable: [
        { device: 'unit-2', epoch: 7, seq: null, bytes: 'ff' },
        { device: 'unit-1', epoch: 7, seq: 2 },
      ],
    });
  });

  it.each([
    ['da', '>centralens ur<'],
    ['en', '>centre’s clock<'],
  ] as const)('shows a locked-down unit as an alarm and in its row, in the language %s', async (lang, clock) => {
    const page = async () => (await get(`/?lang=${lang}`)).text();
    const { title, action } = alarmWords['storage-fault'];
    centre.receive(lockdownMessage('unit-1'));
    const html = await page();
    expect(html.split(title[lang])).toHaveLength(3);
    for (const words of [action[lang], clock, `${alarmWords['storage-fault'].number} · `])
      expect(html).toContain(words);
    expect(await read('/api/alarms')).toMatchObject({
      alarms: [{ id: null, code: 'storage-fault', priority: 'high' }],
    });
    expect(await read('/api/devices')).toMatchObject({ devices: [{ fault: 'storage-fault', online: true }] });
    centre.receive(birthMessage('unit-1'));
    expect(await page()).not.toContain(title[lang]);
  });

  it.each([
    ['da', 'To hukommelser under samme navn', 'Send en tekniker, der sætter dem op på ny'],
    ['en', 'Two ledgers under one name', 'Send a technician to set them up anew'],
  ])('tells the operator in plain words of two ledgers under one name, in the language %s', async (lang, ...said) => {
    centre.receive(batchMessage('unit-1', 7, [opened(1)]));
    centre.receive(batchMessage('unit-1', 7, [taken(1)]));
    const html = await (await get(`/?lang=${lang}`)).text();
    for (const words of said) expect(html).toContain(words);
  });

  it('streams new events, alarms and states as they come, to any page', async () => {
    const response = await get('/api/stream');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    centre.receive(batchMessage('unit-1', 7, [raised(1, 'tamper')]));
    centre.receive(batchMessage('unit-1', 7, [raised(1, 'tamper'), opened(2)]));
    expect(await eventsFrom(response, 4)).toEqual([
      { name: 'state', data: { type: 'state', device: 'unit-1', online: true } },
      {
        name: 'event',
        data: { id: 1, device: 'unit-1', epoch: 7, seq: 1, receivedAt: nowMs, event: raised(1, 'tamper') },
      },
      { name: 'alarm', data: { type: 'alarm', device: 'unit-1' } },
      {
        name: 'event',
        data: { id: expect.any(Number), device: 'unit-1', epoch: 7, seq: 2, receivedAt: nowMs, event: opened(2) },
      },
    ]);
  });

  it('takes a bounded number of watchers, and another when one has left', async () => {
    const stops = Array.from({ length: WATCHERS_MAX }, () => new AbortController());
    const watching = await Promise.all(stops.map(({ signal }) => get('/api/stream', { signal })));
    expect(watching.every(({ ok }) => ok)).toBe(true);
    const refused = await get('/api/stream');
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('64 watchers')]);
    for (const stop of stops) stop.abort();
    let status = 503;
    while (status === 503) status = (await get('/api/stream')).status;
    expect(status).toBe(200);
  });

  it.each(['da', 'en'] as const)(
    'draws a page without scripts in the language %s, with nothing of a device taken for markup',
    async (lang) => {
      centre.receive(birthMessage('unit-1', { firmware: '<b>"1"&' }));
      centre.receive(batchMessage('unit-1', 7, [raised(1, 'mechanism-jam')]));
      const response = await get(`/?lang=${lang}`);
      const html = await response.text();
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      const { title, action } = alarmWords['mechanism-jam'];
      expect(html).toContain(title[lang]);
      expect(html).toContain(action[lang]);
      expect(html).toContain('unit-1');
      expect(html).not.toContain('<b>');
      expect(html).not.toContain('<script');
    },
  );

  it.each([
    ['da', 'nat', 'Prioritet', 'Siden (apparatets ur)', 'Sidst hørt (centralens ur)'],
    ['en', 'night', 'Priority', 'Since (device’s clock)', 'Last heard (centre’s clock)'],
  ])('names doses and columns in the language %s, and whose clock a time is of', async (lang, slot, ...heads) => {
    centre.receive(batchMessage('unit-1', 7, [raised(1, 'dose-missed', 'nat'), raised(2, 'dose-missed', 'kl-8')]));
    const html = await (await get(`/?lang=${lang}`)).text();
    for (const head of heads) expect(html).toContain(`<th scope="col">${head}</th>`);
    expect(html).toMatch(new RegExp(` ${slot}</td>`));
    expect(html).toMatch(/ kl-8<\/td>/);
  });

  it('asks for a moment while there is no centre to show yet', async () => {
    const early = await startWeb({ port: 0 });
    onTestFinished(() => early.close());
    const response = await fetch(`${early.url}/api/alarms`);
    expect([response.status, await response.text()]).toEqual([
      503,
      expect.stringMatching(/^The service.* moment\.\n$/),
    ]);
  });

  it.each([
    ['an unknown address', '/api/nothing', 404],
    ['a device id that is none', '/api/devices/%2e%2e/events', 404],
    ['a position that is no number', '/api/devices/unit-1/events?after=x', 400],
    ['a negative position', '/api/devices/unit-1/events?after=-1', 400],
    ['an address that cannot be read', '//', 404],
  ])('answers %s with one sentence', async (_case, path, status) => {
    const response = await get(path);
    expect([response.status >= 400, (await response.text()).trim()]).toEqual([
      true,
      expect.stringMatching(/^[A-Za-z].*\.$/),
    ]);
    expect([status, 400]).toContain(response.status);
  });

  it('changes nothing on anybody’s behalf', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await get('/api/alarms', { method })).status).toBe(405);
    }
  });

  it('shows an event of a newer unit without its meaning', async () => {
    const newer = encode(
      new Map<number, number | string>([
        [0, 999],
        [1, 1],
        [2, 1],
        [9, 'new'],
      ]),
      eventLimits,
    );
    centre.receive(batchMessage('unit-1', 7, [newer]));
    expect(await read('/api/devices/unit-1/events')).toMatchObject({ events: [{ seq: 1, event: null }] });
  });
});
