import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CentreWatch, type Shown } from '../../../sim/fleet/centre-watch.ts';

/** A page's server whose stream the test writes by hand. */
async function server(status = 200) {
  const streams: ServerResponse[] = [];
  const made = createServer((request, response) => {
    if (request.url !== '/api/stream') response.end(JSON.stringify({ asked: request.url }));
    else if (status !== 200) response.writeHead(status).end();
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n');
      streams.push(response);
    }
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    made.closeAllConnections();
    await new Promise((resolve) => made.close(resolve));
  });
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}/`, streams };
}

async function watching() {
  const { url, streams } = await server();
  let nowMs = 1_000;
  const watch = await CentreWatch.open(url, () => nowMs);
  onTestFinished(() => watch.close());
  const shown: Shown[] = [];
  const stop = watch.listen((one) => shown.push(one));
  const say = (text: string) => (streams[0] as ServerResponse).write(text);
  const at = (ms: number) => {
    nowMs = ms;
  };
  return { watch, shown, stop, say, at };
}

describe('whoever watches a centre', () => {
  it('hears each piece of news once it is whole, with its time, however it was cut on the way', async () => {
    const { shown, say, at } = await watching();
    say(': still here\n\nevent: state\ndata: {"device":"unit-1",');
    say('"online":false}\n\n');
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    at(2_000);
    say('event: alarm\ndata: {"device":"unit-2"}\n\nevent: alarm\ndata: {"device":"unit-3"}\n\n');
    await vi.waitFor(() => expect(shown).toHaveLength(3));
    expect(shown).toEqual([
      { atMs: 1_000, name: 'state', data: { device: 'unit-1', online: false } },
      { atMs: 2_000, name: 'alarm', data: { device: 'unit-2' } },
      { atMs: 2_000, name: 'alarm', data: { device: 'unit-3' } },
    ]);
  });

  it('hears nothing more after it has stopped listening, and can still ask', async () => {
    const { watch, shown, stop, say } = await watching();
    stop();
    say('event: alarm\ndata: {}\n\n');
    expect(await watch.get('/api/devices')).toEqual({ asked: '/api/devices' });
    expect(shown).toEqual([]);
  });

  it('is told when there is no centre to watch', async () => {
    const { url } = await server(503);
    await expect(CentreWatch.open(url, Date.now)).rejects.toThrow(/shows no news/);
  });
});
