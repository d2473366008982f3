import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { IN_PLACE } from '../../../firmware/domain/placement.ts';
import { withChoices } from '../../../hal/linux/kiosk/choice-sensors.ts';
import { createKiosk, type Kiosk, type KioskOptions } from '../../../hal/linux/kiosk/kiosk.ts';
import type { SensorEvent, Sensors } from '../../../hal/ports/sensors.ts';
import { phrase } from '../../../protocol/phrases.ts';
import { kioskViews } from './kiosk-views.ts';

const patience = { timeout: 60_000, interval: 10 };
const open: Kiosk[] = [];
afterEach(async () => {
  for (const kiosk of open.splice(0)) await kiosk.close();
});

interface Stage {
  readonly kiosk: Kiosk;
  readonly url: string;
  readonly pressed: number[];
  readonly logged: string[];
}

async function serve(other: Partial<KioskOptions> = {}): Promise<Stage> {
  const pressed: number[] = [];
  const logged: string[] = [];
  const kiosk = createKiosk({
    log: { write: (level, text) => logged.push(`${level} ${text}`) },
    port: 0,
    portNamed: '"display" in line 7 of unit.yaml',
    language: () => 'da',
    words: phrase,
    speaks: () => true,
    onChoice: (choice) => pressed.push(choice),
    ...other,
  });
  open.push(kiosk);
  await vi.waitFor(() => expect(kiosk.url).toBeDefined(), patience);
  return { kiosk, url: kiosk.url ?? '', pressed, logged };
}

interface Sent {
  readonly id: string;
  readonly language: string;
  readonly html: string;
  readonly lostHtml: string;
  readonly lamp: string;
  readonly strong: boolean;
}

/** Watches the display's pictures as its page does. */
function watch(url: string): readonly Sent[] {
  const pictures: Sent[] = [];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const read = async () => {
    const response = await fetch(`${url}view`, { signal: ending.signal });
    let text = '';
    for await (const part of response.body ?? []) {
      text += new TextDecoder().decode(part);
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, data] = /^event: picture\ndata: (.*)$/.exec(event) ?? [];
        if (data !== undefined) pictures.push(JSON.parse(data) as Sent);
      }
    }
  };
  read().catch(() => undefined);
  return pictures;
}

function press(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const origin = url.slice(0, -1);
  return fetch(`${url}choice`, { method: 'POST', body: JSON.stringify(body), headers: { origin, ...headers } });
}

describe('the display', () => {
  it('shows whoever comes what is shown now, and every change, each once', async () => {
    const { kiosk, url } = await serve();
    kiosk.show(kioskViews.ready);
    const pictures = watch(url);
    await vi.waitFor(() => expect(pictures).toHaveLength(1), patience);
    expect(pictures[0]?.html).toContain('Næste dosis kl. 20:00.');
    kiosk.show({ ...kioskViews.ready });
    kiosk.show(kioskViews.due);
    await vi.waitFor(() => expect(pictures.length).toBeGreaterThan(1), patience);
    expect(pictures).toHaveLength(2);
    expect(pictures[1]).toMatchObject({ lamp: 'call', strong: false });
  });

  it('calls with the whole screen where the unit has no voice, and speaks the language of the unit', async () => {
    let [speaks, language]: [boolean, 'da' | 'en'] = [true, 'da'];
    const { kiosk, url } = await serve({ speaks: () => speaks, language: () => language });
    kiosk.show(kioskViews.due);
    const pictures = watch(url);
    await vi.waitFor(() => expect(pictures.at(-1)).toMatchObject({ strong: false, language: 'da' }), patience);
    [speaks, language] = [false, 'en'];
    await vi.waitFor(() => expect(pictures.at(-1)).toMatchObject({ strong: true, language: 'en' }), patience);
    expect(pictures.at(-1)?.html).toContain('It is time for your medicine.');
  });

  it('calls with the whole screen once the light is at its strongest', async () => {
    const { kiosk, url } = await serve();
    const pictures = watch(url);
    kiosk.show({ ...kioskViews.due, light: 2 });
    await vi.waitFor(() => expect(pictures.at(-1)).toMatchObject({ strong: false }), patience);
    kiosk.show({ ...kioskViews.due, light: 3 });
    await vi.waitFor(() => expect(pictures.at(-1)).toMatchObject({ strong: true }), patience);
  });

  it('says why a reminder or an alarm is not heard', async () => {
    const { kiosk, url } = await serve();
    const pictures = watch(url);
    kiosk.show({ ...kioskViews.fault, soundPaused: true });
    await vi.waitFor(() => expect(pictures.at(-1)?.html).toContain('Lyden er sat på pause.'), patience);
    kiosk.show(kioskViews.quiet);
    await vi.waitFor(() => expect(pictures.at(-1)?.html).toContain('Lyden er sat på pause.'), patience);
    kiosk.show(kioskViews.due);
    await vi.waitFor(() => expect(pictures.at(-1)?.html).not.toContain('Lyden er sat på pause.'), patience);
  });

  it('says whom to call when it has no contact, and takes nothing that people wrote for HTML', async () => {
    const { kiosk, url } = await serve();
    const pictures = watch(url);
    kiosk.show({ ...kioskViews.message, choices: ['<i>"OK"</i>'] });
    await vi.waitFor(() => expect(pictures).toHaveLength(1), patience);
    expect(pictures[0]?.html).toContain('&lt;b&gt;Besøg &amp; kaffe&lt;/b&gt;');
    expect(pictures[0]?.html).toContain('&lt;i&gt;&quot;OK&quot;&lt;/i&gt;');
    expect(pictures[0]?.lostHtml).toContain('ring 70\u00a012\u00a034\u00a056');
  });

  it('takes a pressed answer to the question that is shown, and to no other', async () => {
    const { kiosk, url, pressed } = await serve();
    const pictures = watch(url);
    kiosk.show(kioskViews.question);
    await vi.waitFor(() => expect(pictures).toHaveLength(1), patience);
    const [asked] = pictures;
    expect((await press(url, { id: asked?.id, choice: 3 })).status).toBe(204);
    for (const choice of [0, 4, 1.5, 'x', null]) expect((await press(url, { id: asked?.id, choice })).status).toBe(409);
    kiosk.show(kioskViews.message);
    expect((await press(url, { id: asked?.id, choice: 1 })).status).toBe(409);
    expect(pressed).toEqual([3]);
  });

  it('answers no other website, no other name of this machine, and no nonsense', async () => {
    const { kiosk, url, pressed } = await serve();
    const pictures = watch(url);
    kiosk.show(kioskViews.question);
    await vi.waitFor(() => expect(pictures).toHaveLength(1), patience);
    const answer = { id: pictures[0]?.id, choice: 1 };
    expect((await press(url, answer, { origin: 'http://elsewhere.example' })).status).toBe(403);
    expect((await fetch(`${url}view`, { headers: { origin: 'http://elsewhere.example' } })).status).toBe(403);
    expect((await press(url, 'x'.repeat(100_000))).status).toBe(400);
    const nonsense = await fetch(`${url}choice`, { method: 'POST', body: '{', headers: { origin: url.slice(0, -1) } });
    expect(nonsense.status).toBe(400);
    expect((await fetch(`${url}../etc/passwd`)).status).toBe(404);
    expect(pressed).toEqual([]);
  });

  it('waits for its port, saying so once, where another program holds it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await vi.waitFor(() => expect(other.listening).toBe(true), patience);
    const { port } = other.address() as AddressInfo;
    const logged: string[] = [];
    const log = { write: (level: string, text: string) => void logged.push(`${level} ${text}`) };
    const waiting = serve({ port, log });
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    other.close();
    expect((await waiting).url).toBe(`http://127.0.0.1:${port}/`);
    expect(logged).toEqual([
      `warning The display is dark: "display" in line 7 of unit.yaml names port ${port}, which another program uses; end that one, or write another port there.`,
      'info The display page is there.',
    ]);
  });

  it('tells pressed answers beside what the board itself senses', () => {
    let fromBoard: (event: SensorEvent) => void = () => undefined;
    const board: Sensors = {
      listen: (listener) => {
        fromBoard = listener;
      },
      power: () => ({ source: 'mains', batteryPercent: 100 }),
      door: () => 'opened',
      placement: () => IN_PLACE,
    };
    const { sensors, choose } = withChoices(board);
    const told: SensorEvent[] = [];
    choose(1);
    sensors.listen((event) => told.push(event));
    choose(2);
    fromBoard({ type: 'button.pressed' });
    expect(told).toEqual([{ type: 'choice.pressed', choice: 2 }, { type: 'button.pressed' }]);
    expect([sensors.power().source, sensors.door()]).toEqual(['mains', 'opened']);
  });
});
