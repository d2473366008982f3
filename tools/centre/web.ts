import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isDeviceId } from '../../protocol/topics.ts';
import { answerAsked } from './api/answer.ts';
import type { Centre } from './centre.ts';
import { listen, urlOf } from './listen.ts';
import { statusPage } from './page.ts';
import { EVENTS_MAX, storedEventReading } from './readings.ts';
import { NewsStream, WATCHERS_MAX } from './stream.ts';

export interface WebOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Loopback unless told: whoever can reach it may read. */
  readonly host?: string;
  /** Borne by whoever asks something of a unit; without one nobody can. */
  readonly operatorToken?: string;
}

export interface Web {
  readonly url: string;
  show(centre: Centre): void;
  close(): Promise<void>;
}

/** Any page may read what is told here: the panel lies on another port. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/**
 * The centre over HTTP. Read only, but for what `api/` answers:
 * `GET /` a status page · `GET /api/devices` · `GET /api/devices/:id/events?after=ID` · `GET /api/alarms` ·
 * `GET /api/refused` · `GET /api/unreadable` · `GET /api/stream` Server-Sent Events named `event`, `alarm`,
 * `order` and `state`.
 * Takes the port first; what is asked before there is a centre to show is told to come again.
 * @throws PortError
 */
export async function startWeb({ port: wanted, host = '127.0.0.1', operatorToken }: WebOptions): Promise<Web> {
  let shown: { readonly centre: Centre; readonly stream: NewsStream; readonly unwatch: () => void } | undefined;
  const server = createServer((request, response) => {
    if (shown === undefined) refuse(response, 503, 'The service centre is starting; ask again in a moment.');
    else if (!ordered(shown.centre, operatorToken, request, response)) {
      answer(shown.centre, shown.stream, request, response);
    }
  });
  const port = await listen(server, {
    host,
    port: wanted,
    purpose: { da: 'Servicecentralens side', en: 'The web page of the service centre' },
    option: '--http-port',
  });
  return {
    url: urlOf('http', host, port),
    show(centre) {
      const stream = new NewsStream();
      const unwatch = centre.watch((news) => {
        if (news.type === 'event') stream.send('event', storedEventReading(news.stored));
        else stream.send(news.type, news);
      });
      shown = { centre, stream, unwatch };
    },
    async close() {
      shown?.unwatch();
      shown?.stream.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function ordered(
  centre: Centre,
  token: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const path = URL.parse(request.url ?? '/', 'http://centre')?.pathname;
  return path !== undefined && answerAsked(centre, request, response, { path, token });
}

function answer(centre: Centre, stream: NewsStream, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response.setHeader('allow', 'GET, HEAD'), 405, 'Only GET is answered here.');
    return;
  }
  const url = URL.parse(request.url ?? '/', 'http://centre');
  if (url === null) return refuse(response, 400, 'The address cannot be read.');
  const { readings } = centre;
  const device = deviceIn(url.pathname);
  if (url.pathname === '/') return page(centre, url.searchParams, response);
  if (url.pathname === '/api/devices') return json(response, { devices: readings.devices() });
  if (url.pathname === '/api/alarms') return json(response, { alarms: readings.openAlarms() });
  if (url.pathname === '/api/refused') return json(response, { refused: readings.refusals() });
  if (url.pathname === '/api/unreadable')
    return json(response, { devices: readings.unreadableDevices(), unreadable: readings.unreadable() });
  if (device !== undefined) return events(centre, device, url.searchParams, response);
  if (url.pathname !== '/api/stream') return refuse(response, 404, 'There is nothing at this address.');
  if (request.method === 'HEAD') response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
  else if (!stream.join(response)) refuse(response, 503, `There are ${WATCHERS_MAX} watchers already; close one.`);
}

/** With `after` the next events from there, else the latest; either way oldest first. */
function events(centre: Centre, device: string, query: URLSearchParams, response: ServerResponse): void {
  const text = query.get('after');
  const after = Number(text ?? 0);
  if (!Number.isSafeInteger(after) || after < 0)
    return refuse(response, 400, 'after must be the id of an event, or 0.');
  const found = text === null ? centre.readings.latestEvents(device) : centre.readings.eventsAfter(device, after);
  json(response, { events: found, more: text !== null && found.length === EVENTS_MAX });
}

function deviceIn(path: string): string | undefined {
  const [, device = ''] = /^\/api\/devices\/([^/]+)\/events$/.exec(path) ?? [];
  return isDeviceId(device) ? device : undefined;
}

function page(centre: Centre, query: URLSearchParams, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(statusPage(centre, query.get('lang') === 'en' ? 'en' : 'da'));
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
