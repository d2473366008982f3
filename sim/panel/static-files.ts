import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

/** The built page by request path. Only what was there at start is ever served, so no path can reach outside. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Reads the built page into memory (about 100 kB); `null` when it is not built. */
export async function loadStaticFiles(folder: URL): Promise<StaticFiles | null> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes('index.html')) return null;
  const files = new Map<string, StaticFile>();
  for (const name of names) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const body = await readFile(new URL(name, folder));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    files.set(`/${name}`, { type, etag, body });
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

export function sendStaticFile(
  request: IncomingMessage,
  response: ServerResponse,
  files: StaticFiles,
  path: string,
  pageHeaders: Readonly<Record<string, string>>,
): void {
  const file = files.get(path);
  if (file === undefined) {
    response
      .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
      .end('There is nothing here. The panel is at /\n');
    return;
  }
  const headers = { etag: file.etag, 'cache-control': 'no-cache', 'content-type': file.type, ...pageHeaders };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : file.body);
}

/** The page may load its own files and talk to this server and the service centre; nothing else. */
export function pageHeadersFor(centreUrl: string | null): Record<string, string> {
  const centre = centreUrl === null ? '' : ` ${new URL(centreUrl).origin}`;
  return {
    'content-security-policy': `default-src 'self'; img-src 'self' data:; connect-src 'self' ws:${centre}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}
