import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../ports/log.ts';
import type { Panel, PanelView } from '../../ports/panel.ts';
import { Complaint } from '../complaint.ts';
import type { Language } from '../voice/espeak.ts';
import { PULSE_MS, pageCss, pageHtml, pageScript } from './page.ts';
import { type Picture, pictureOf } from './picture.ts';

export interface KioskOptions {
  readonly log: Log;
  /** On the loopback interface alone; 0 lets the system choose. */
  readonly port: number;
  /** Who asked for the port, as a log names it: `"display" in line 17 of /etc/dosis/unit.yaml`. */
  readonly portNamed: string;
  /** What the unit shows now. */
  readonly language: () => Language;
  /** A catalogue phrase in one language with its gaps filled (protocol/phrases.ts). */
  readonly words: (phrase: string, language: Language, params: Readonly<Record<string, string>>) => string;
  /** Whether the unit can be heard speaking; where it cannot, the whole screen calls. */
  readonly speaks: () => boolean;
  /** One of the answers that are shown was pressed; the first is 1. */
  readonly onChoice: (choice: number) => void;
}

export interface Kiosk extends Panel {
  /** Where the page is; undefined until the port is ours. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 200;
/** The unit's own browser, and a technician's. */
const WATCHERS_MAX = 8;
/** A page so far behind is dropped; it comes back by itself. */
const BACKLOG_BYTES_MAX = 200_000;
/** A firmware that has just ended may hold the port for a moment. */
const LISTENING_AGAIN_MS = 2_000;

const files: ReadonlyMap<string, { readonly type: string; readonly body: string }> = new Map([
  ['/', { type: 'text/html; charset=utf-8', body: pageHtml }],
  ['/kiosk.css', { type: 'text/css; charset=utf-8', body: pageCss }],
  ['/kiosk.js', { type: 'text/javascript; charset=utf-8', body: pageScript }],
]);
/** A page of older firmware loads itself anew. */
const pageVersion = createHash('sha256')
  .update(pageHtml + pageCss + pageScript)
  .digest('base64url')
  .slice(0, 12);

const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; img-src data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/**
 * The unit's display as a page for a browser in kiosk mode. It sends finished pictures (Server-Sent Events, WHATWG HTML 9.2)
 * and a pulse, so that the page knows when nobody stands behind its picture any more. A port that is taken is logged
 * once and asked for again: no display is no reason to give no medicine.
 */
export function createKiosk(options: KioskOptions): Kiosk {
  const screen = new Screen(options);
  const complaint = new Complaint(options.log, 'The display page is there.');
  const server = createServer((request, response) => answer(request, response, screen));
  const listen = () => server.listen(options.port, HOST);
  let again: NodeJS.Timeout | undefined;
  server.on('listening', () => complaint.settle());
  server.on('error', (error: NodeJS.ErrnoException) => {
    complaint.make(`The display is dark: ${options.portNamed} names port ${options.port}, ${troubleOf(error)}.`);
    again = setTimeout(listen, LISTENING_AGAIN_MS);
  });
  listen();
  return {
    get url() {
      const address = server.listening ? (server.address() as AddressInfo) : undefined;
      return address && `http://${HOST}:${address.port}/`;
    },
    show: (view) => screen.show(view),
    close() {
      clearTimeout(again);
      screen.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** What is wrong with a port, and how it is mended. */
function troubleOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'which another program uses; end that one, or write another port there';
  if (code === 'EACCES') return 'which is reserved for the administrator; write one above 1023 there';
  return `which cannot be used (${code ?? message}); write another port there`;
}

interface SentPicture extends Picture {
  /** Of what the unit shows: an answer counts for the question it was given to. */
  readonly id: string;
  readonly page: string;
}

class Screen {
  readonly #options: KioskOptions;
  readonly #watchers = new Set<ServerResponse>();
  readonly #pulse = setInterval(() => this.#beat(), PULSE_MS);
  #view: { readonly view: PanelView; readonly text: string; readonly id: string } | undefined;
  #sent = '';

  constructor(options: KioskOptions) {
    this.#options = options;
  }

  show(view: PanelView): void {
    const text = JSON.stringify(view);
    if (this.#view?.text === text) return;
    this.#view = { view, text, id: randomUUID() };
    this.#refresh();
  }

  /** @returns false when there are too many already */
  join(response: ServerResponse): boolean {
    if (this.#watchers.size >= WATCHERS_MAX) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
    const picture = this.#picture();
    if (picture !== undefined) response.write(framed(JSON.stringify(picture)));
    return true;
  }

  /** @returns false for an answer to what is not shown any more */
  choose(id: string, choice: number): boolean {
    const shown = this.#view;
    if (shown === undefined || shown.id !== id) return false;
    if (!Number.isInteger(choice) || choice < 1 || choice > shown.view.choices.length) return false;
    this.#options.onChoice(choice);
    return true;
  }

  close(): void {
    clearInterval(this.#pulse);
    for (const response of this.#watchers) response.end();
  }

  /** Language and voice may change without a new view. */
  #refresh(): boolean {
    const text = JSON.stringify(this.#picture());
    if (text === undefined || text === this.#sent) return false;
    this.#sent = text;
    this.#write(framed(text));
    return true;
  }

  #beat(): void {
    if (!this.#refresh()) this.#write('event: pulse\ndata:\n\n');
  }

  #picture(): SentPicture | undefined {
    if (this.#view === undefined) return undefined;
    const { view, id } = this.#view;
    const language = this.#options.language();
    const { words, speaks } = this.#options;
    const text = words(view.message, language, view.params);
    const soundPaused = words('sound-paused', language, {});
    return { id, page: pageVersion, ...pictureOf(view, { language, text, soundPaused, speaks: speaks() }) };
  }

  #write(text: string): void {
    for (const response of this.#watchers) {
      if (response.writableLength > BACKLOG_BYTES_MAX) response.destroy();
      else response.write(text);
    }
  }
}

function framed(json: string): string {
  return `event: picture\ndata: ${json}\n\n`;
}

function answer(request: IncomingMessage, response: ServerResponse, screen: Screen): void {
  const { method, url } = request;
  const file = files.get(url ?? '');
  if (!isOurs(request)) response.writeHead(403).end();
  else if (method === 'GET' && url === '/view') {
    if (!screen.join(response)) response.writeHead(503).end();
  } else if (method === 'POST' && url === '/choice') void takeChoice(request, response, screen);
  else if (method === 'GET' && file !== undefined)
    response.writeHead(200, { ...pageHeaders, 'content-type': file.type }).end(file.body);
  else response.writeHead(404).end();
}

/** Keeps other websites, open in the same browser, from answering for the citizen, also by a name that leads here. */
function isOurs({ headers: { host, origin }, method }: IncomingMessage): boolean {
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host ?? '')) return false;
  return method === 'GET' ? origin === undefined || origin === `http://${host}` : origin === `http://${host}`;
}

/** 204 taken, 409 what was answered is not shown any more, 400 no answer at all. */
async function takeChoice(request: IncomingMessage, response: ServerResponse, screen: Screen): Promise<void> {
  const pressed = await readChoice(request);
  if (pressed === undefined) response.writeHead(400, { connection: 'close' }).end();
  else response.writeHead(screen.choose(pressed.id, pressed.choice) ? 204 : 409).end();
}

async function readChoice(request: IncomingMessage): Promise<{ id: string; choice: number } | undefined> {
  let body = '';
  try {
    for await (const part of request) {
      body += String(part);
      if (body.length > BODY_BYTES_MAX) return undefined;
    }
    const { id, choice } = JSON.parse(body) as { id?: unknown; choice?: unknown };
    return { id: String(id), choice: Number(choice) };
  } catch {
    return undefined;
  }
}
