import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import type { Language } from '../../../protocol/messages/config.ts';
import type { OrderProblem } from '../orders/order-error.ts';
import { sha256 } from '../orders/sha256.ts';
import { SaidError } from '../said-error.ts';

/** A list of 10,000 device ids and a document. */
const BODY_BYTES_MAX = 1024 * 1024;

/** A request that is not answered with what it asks for. */
export class HttpRefusal extends SaidError {
  readonly status: number;
  constructor(said: InBothLanguages, { status, ...options }: ErrorOptions & { readonly status: number }) {
    super(said, options);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}

/** In which language whoever asks wants to be answered (RFC 9110 §12.5.4); English for all but Danish. */
export function languageOf({ headers }: IncomingMessage): Language {
  return /^da\b/i.test(headers['accept-language'] ?? '') ? 'da' : 'en';
}

/** The JSON in the body of a request. @throws HttpRefusal */
export async function jsonBody(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new HttpRefusal(
      {
        da: 'Send JSON med indholdstypen application/json.',
        en: 'Send JSON, with the content type application/json.',
      },
      { status: 415 },
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new HttpRefusal(
      { da: 'Anmodningen er ikke JSON.', en: 'The request is no JSON.' },
      { status: 400, cause: error },
    );
  }
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(
    {
      da: `En anmodning fylder højst ${BODY_BYTES_MAX} byte.`,
      en: `A request has at most ${BODY_BYTES_MAX} bytes.`,
    },
    { status: 413 },
  );
}

/** @throws HttpRefusal unless the request bears the token (RFC 6750 §2.1) */
export function checkToken(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined) {
    throw new HttpRefusal(
      {
        da: 'Denne servicecentral har intet operatørtoken; sæt den op med "dosis centre init".',
        en: 'This service centre has no operator token; set it up with "dosis centre init".',
      },
      { status: 503 },
    );
  }
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  // Of equal length and unforeseeable, so that the time it takes tells nothing.
  if (timingSafeEqual(hashOf(given), hashOf(token))) return;
  throw new HttpRefusal(
    {
      da: 'Operatørtokenet mangler eller er ikke denne servicecentrals.',
      en: 'The operator token is missing or is not that of this service centre.',
    },
    { status: 401 },
  );
}

function hashOf(text: string): Uint8Array {
  return sha256(Buffer.from(text, 'utf8'));
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** One sentence, and what it is about where there is more than one thing. */
export function answerRefusal(
  response: ServerResponse,
  status: number,
  sentence: string,
  problems: readonly OrderProblem[] = [],
): void {
  if (response.headersSent) return;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  // What was not read of the body is not waited for.
  if (status === 413) response.setHeader('connection', 'close');
  answerJson(response, status, { error: sentence, problems });
}
