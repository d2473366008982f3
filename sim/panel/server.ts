import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { readCommand } from './commands.ts';
import type { Both, PanelCommand, PanelConfig, PanelFrame, PanelMessage } from './frames.ts';
import { loadStaticFiles, pageHeadersFor, type StaticFiles, sendStaticFile } from './static-files.ts';

export const panelLimits = {
  /** Longest message a browser may send; the longest command is under 60 bytes. */
  messageBytesMax: 512,
  clientsMax: 16,
  /** 20 frames a second. */
  frameGapMs: 50,
  /** A browser that is this far behind skips frames until it has caught up. */
  backlogBytesMax: 1_000_000,
} as const;

export interface PanelOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host?: string;
  readonly config: PanelConfig;
  /** Carries a valid command out. A returned sentence is shown to the person who asked: why nothing was done. */
  readonly onCommand: (command: PanelCommand) => Both | undefined;
  /** The picture a browser gets when it connects. */
  readonly latest: () => PanelFrame;
  /** Serves the wire of the page also where no page was built: a unit without a face still gives its doses. */
  readonly bare?: true;
  /** Where the built page lies; the folder beside this file unless told. */
  readonly staticDir?: URL;
}

export interface PanelServer {
  readonly url: string;
  /** Whether there is a page to open at `url`; without one, only its wire. */
  readonly page: boolean;
  /** Sends the picture to every browser, at most 20 times a second; the last one always arrives. */
  push(frame: PanelFrame): void;
  close(): Promise<void>;
}

/** `taken`: the port is in use; `refused`: the system will not give it; `not-built`: there is no page to serve. */
export type PanelServerFailure = 'taken' | 'refused' | 'not-built';

export class PanelServerError extends Error {
  readonly failure: PanelServerFailure;
  constructor(failure: PanelServerFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PanelServerError';
    this.failure = failure;
  }
}

/** Serves the panel. Rejects with a PanelServerError whose message is one sentence a person can act on. */
export async function servePanel(options: PanelOptions): Promise<PanelServer> {
  const host = options.host ?? '127.0.0.1';
  const staticDir = options.staticDir ?? new URL('./static/', import.meta.url);
  const files = (await loadStaticFiles(staticDir)) ?? (options.bare ? new Map() : null);
  if (files === null) {
    throw new PanelServerError('not-built', `The panel has no built page in ${staticDir.pathname}; run: npm run build`);
  }
  const server = createServer(answerer(files, options.config));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: panelLimits.messageBytesMax,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (request.url !== '/ws' || !sameOrigin(request, host)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => welcome(client, sockets, options));
  });
  await listen(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  const broadcast = throttle(panelLimits.frameGapMs, (frame: PanelFrame) => {
    const text = JSON.stringify(frame);
    for (const client of sockets.clients) {
      if (client.bufferedAmount < panelLimits.backlogBytesMax) client.send(text);
    }
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    page: files.size > 0,
    push: broadcast.call,
    close: () => shut(server, sockets, broadcast.cancel),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, port, host)));
    server.listen(port, host, resolve);
  });
}

function listenFailure(error: NodeJS.ErrnoException, port: number, host: string): PanelServerError {
  if (error.code === 'EADDRINUSE') {
    const other = port < 65_535 ? port + 1 : port - 1;
    const message = `Port ${port} on ${host} is already in use by another program; choose another one, e.g. --port ${other}`;
    return new PanelServerError('taken', message, { cause: error });
  }
  const message = `The panel could not listen on ${host} port ${port} (${error.code}); choose another one, e.g. --port 8080`;
  return new PanelServerError('refused', message, { cause: error });
}

function answerer(
  files: StaticFiles,
  config: PanelConfig,
): (request: IncomingMessage, response: ServerResponse) => void {
  const pageHeaders = pageHeadersFor(config.centreUrl);
  const configText = JSON.stringify(config);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end('Only GET is answered here.\n');
      return;
    }
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (path === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(configText);
      return;
    }
    sendStaticFile(request, response, files, path, pageHeaders);
  };
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Keeps other websites, open in the same browser, from driving the unit, also those whose name was made to point at
 * this machine (DNS rebinding). Programs send no Origin and may.
 */
function sameOrigin(request: IncomingMessage, boundTo: string): boolean {
  const { origin, host } = request.headers;
  if (loopback.test(boundTo.includes(':') ? `[${boundTo}]` : boundTo) && !loopback.test(host ?? '')) return false;
  return origin === undefined || origin === `http://${host}`;
}

function welcome(client: WebSocket, sockets: WebSocketServer, options: PanelOptions): void {
  if (sockets.clients.size > panelLimits.clientsMax) {
    client.close(1013, `The panel already has ${panelLimits.clientsMax} viewers; close one of them.`);
    return;
  }
  // A too long or broken message ends that one connection; ws has already sent the close code.
  client.on('error', () => client.terminate());
  client.on('message', (data, isBinary) => {
    const refused = isBinary ? notText : obey(data.toString(), options.onCommand);
    if (refused !== undefined) send(client, { refused });
  });
  send(client, options.latest());
}

const notText: Both = {
  da: 'Kommandoer er tekst, ikke binære. Intet er ændret.',
  en: 'Commands are text, not binary. Nothing has changed.',
};

function obey(text: string, onCommand: PanelOptions['onCommand']): Both | undefined {
  const reading = readCommand(text);
  return reading.ok ? onCommand(reading.command) : reading.refused;
}

function send(client: WebSocket, message: PanelMessage): void {
  client.send(JSON.stringify(message));
}

/** Calls at once, then at most every `gapMs`, always ending with the latest value. */
function throttle<T>(gapMs: number, act: (value: T) => void): { call(value: T): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let waiting: { value: T } | undefined;
  const rest = () => {
    timer = undefined;
    if (waiting !== undefined) call(waiting.value);
  };
  const call = (value: T) => {
    if (timer !== undefined) {
      waiting = { value };
      return;
    }
    waiting = undefined;
    timer = setTimeout(rest, gapMs);
    act(value);
  };
  return { call, cancel: () => clearTimeout(timer) };
}

function shut(server: Server, sockets: WebSocketServer, cancelPush: () => void): Promise<void> {
  cancelPush();
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
