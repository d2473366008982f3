import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from '../../../hal/ports/store.ts';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import type { Language } from '../../../protocol/messages/config.ts';
import { sha256Bytes } from '../../../protocol/messages/signed-limits.ts';
import { isDeviceId } from '../../../protocol/topics.ts';
import type { Centre } from '../centre.ts';
import { citizenNumberRefusal, holdsCitizenNumber } from '../citizen-number.ts';
import { RECORDS_MAX } from '../successions.ts';
import { answerJson, answerRefusal, checkToken, HttpRefusal, jsonBody, languageOf } from './http.ts';
import { noRollout, noVersion, OrderError, type OrderErrorCode } from './order-error.ts';
import { type Origin, readOrigin } from './origin.ts';
import { readRollout } from './rollout-plan.ts';

const statusOf: Readonly<Record<OrderErrorCode, number>> = { invalid: 422, conflict: 409, unknown: 404, unable: 503 };

/** Longer than any code, slot or date. */
const TEXT_CHARS_MAX = 64;

interface Call {
  readonly centre: Centre;
  /** What the groups of the path's pattern caught. */
  readonly parts: readonly string[];
  /** Of a POST. */
  readonly body: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** Whoever asks must bear the token; so for all that changes something, and for what a citizen is told. */
  readonly closed: boolean;
  /** @throws OrderError, HttpRefusal, StoreError */
  readonly answer: (call: Call) => unknown;
}

const config = '/api/devices/([^/]+)/config';
const commands = '/api/devices/([^/]+)/commands';
const logs = '/api/devices/([^/]+)/logs';
const ledger = '/api/devices/([^/]+)/ledgers/(\\d{1,10})';
const rollouts = '/api/rollouts';
const alarms = '/api/devices/([^/]+)/alarms';

const get = (path: string, answer: Route['answer'], closed = false): Route => ({
  method: 'GET',
  path: new RegExp(`^${path}$`),
  closed,
  answer,
});
const post = (path: string, answer: Route['answer']): Route => ({
  method: 'POST',
  path: new RegExp(`^${path}$`),
  closed: true,
  answer,
});

const routes: readonly Route[] = [
  get(config, ({ centre, parts }) => centre.orders.readings.config(deviceIn(parts))),
  post(config, ({ centre, parts, body }) => {
    const { document } = body;
    const base = baseIn(body);
    return centre.orders.setConfig(deviceIn(parts), { ...originIn(body), ...overIn(body), document, base });
  }),
  get(`${config}/history`, ({ centre, parts }) => ({ history: centre.orders.readings.configHistory(deviceIn(parts)) })),
  post(`${config}/rollback`, ({ centre, parts, body }) =>
    centre.orders.rollBack(deviceIn(parts), wholeIn(body.version, 'version'), { ...originIn(body), ...overIn(body) }),
  ),
  get(
    `${config}/(\\d+)`,
    ({ centre, parts }) =>
      centre.orders.readings.configDocument(deviceIn(parts), numberIn(parts)) ??
      missing(noVersion(deviceIn(parts), numberIn(parts))),
    true,
  ),
  post(`${config}/(\\d+)/signed`, ({ centre, parts, body }) => {
    const signed = centre.orders.signedConfig(deviceIn(parts), numberIn(parts), body.newUnit === true);
    return { signed: Buffer.from(signed).toString('base64') };
  }),
  get(
    '/api/devices/([^/]+)/handover',
    ({ centre, parts }) => {
      const { says, bytes, online } = centre.handover(deviceIn(parts));
      return { ...says, heir: hexOf(says.heir), online, document: Buffer.from(bytes).toString('base64') };
    },
    true,
  ),
  get('/api/owed', ({ centre }) => ({ owed: centre.owed() })),
  post(`${ledger}/records`, ({ centre, parts, body }) => {
    const {
      stored,
      alarmsChanged: _alarmsChanged,
      ...taken
    } = centre.takeIn(deviceIn(parts), numberIn(parts), recordsIn(body.records), body.last === true);
    return { ...taken, stored: stored.length };
  }),
  post(`${ledger}/lost`, ({ centre, parts }) => {
    centre.giveUp(deviceIn(parts), numberIn(parts));
    return { given: 'up' };
  }),
  get('/api/closed-alarms', ({ centre }) => ({ closed: centre.closedAlarms(null) })),
  get(`${alarms}/closed`, ({ centre, parts }) => ({ closed: centre.closedAlarms(deviceIn(parts)) })),
  post(`${alarms}/close`, ({ centre, parts, body }) => {
    const { code, slot = null, date = null, author, reason } = body;
    const alarm = { device: deviceIn(parts), code: textIn(code, 'code') };
    const dose =
      slot === null && date === null ? { slot, date } : { slot: textIn(slot, 'slot'), date: textIn(date, 'date') };
    centre.closeAlarm({ ...alarm, ...dose }, readOrigin(author, reason));
    return { ...alarm, ...dose, author, reason };
  }),
  get(commands, ({ centre, parts }) => ({ commands: centre.orders.readings.commands(deviceIn(parts)) })),
  post(commands, ({ centre, parts, body }) => {
    const { type, author: _author, reason: _reason, expiresAt, ...fields } = body;
    const expiry = expiresAt === undefined ? {} : { expiresAt: wholeIn(expiresAt, 'expiresAt') };
    return centre.orders.send(deviceIn(parts), { ...originIn(body), ...expiry, type, fields });
  }),
  get(
    `${commands}/(\\d+)`,
    ({ centre, parts }) => centre.orders.readings.command(deviceIn(parts), numberIn(parts)) ?? nothing(),
  ),
  get('/api/devices/([^/]+)/update', ({ centre, parts }) => centre.imageDesk?.fetched(deviceIn(parts)) ?? nothing()),
  get(logs, ({ centre, parts }) => ({ logs: centre.orders.logs.kept(deviceIn(parts)) }), true),
  get(
    `${logs}/(\\d+)`,
    ({ centre, parts }) => {
      const { content, ...log } = centre.orders.logs.find(deviceIn(parts), numberIn(parts)) ?? nothing();
      return { ...log, content: Buffer.from(content).toString('base64') };
    },
    true,
  ),
  get(rollouts, ({ centre }) => ({ rollouts: centre.orders.readings.rollouts() })),
  post(rollouts, ({ centre, body }) => {
    const { author: _author, reason: _reason, ...group } = body;
    return centre.orders.beginRollout(readRollout(group), originIn(body));
  }),
  get(
    `${rollouts}/(\\d+)`,
    ({ centre, parts }) => centre.orders.rollout(numberIn(parts)) ?? missing(noRollout(numberIn(parts))),
  ),
  post(`${rollouts}/(\\d+)/resume`, ({ centre, parts }) => centre.orders.resumeRollout(numberIn(parts))),
  post(`${rollouts}/(\\d+)/stop`, ({ centre, parts, body }) =>
    centre.orders.stopRollout(numberIn(parts), originIn(body)),
  ),
];

/**
 * Orders over HTTP, in JSON. `GET` and `POST /api/devices/:id/config` · `GET …/config/history` · `GET …/config/VERSION`
 * with the document · `POST …/config/rollback` · `GET` and `POST /api/devices/:id/commands` · `GET …/commands/ID` ·
 * `GET /api/devices/:id/update` how far a unit is with the firmware it fetches ·
 * `POST …/config/VERSION/signed` the document as it travels, with `newUnit` for one that has nothing yet ·
 * `GET /api/devices/:id/handover` what a unit must know that takes the place of a silent one, `document` in base64 ·
 * `GET /api/owed` old ledgers whose records are waited for · `POST /api/devices/:id/ledgers/EPOCH/records` some of
 * those, `last` with the end of the log, and `POST …/lost` for what nobody can read any more ·
 * `GET /api/closed-alarms` and `GET /api/devices/:id/alarms/closed` who has closed what in the place of a unit ·
 * `POST /api/devices/:id/alarms/close` does so ·
 * `GET /api/devices/:id/logs` and `GET …/logs/ID` with what a unit sent of its log, `content` in base64 ·
 * `GET` and `POST /api/rollouts` · `GET /api/rollouts/ID` · `POST …/resume` · `POST …/stop`.
 * What changes something, and documents, need the operator token; a refusal is `{error, problems: [{path, sentence}]}`,
 * in Danish for who asks for that with `accept-language: da`.
 * @returns whether the address was one of these
 */
export function answerOrders(
  centre: Centre,
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly path: string; readonly token: string | undefined },
): boolean {
  const { path, token } = options;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const here = routes.filter((route) => route.path.test(path));
  if (here.length === 0) return false;
  // Another page in the operator's browser has no business here.
  response.removeHeader('access-control-allow-origin');
  const route = here.find((one) => one.method === method);
  if (route === undefined) {
    const allowed = here.flatMap((one) => (one.method === 'GET' ? ['GET', 'HEAD'] : one.method)).join(', ');
    answerRefusal(response.setHeader('allow', allowed), 405, `Only ${allowed} is answered here.`);
    return true;
  }
  const parts = (route.path.exec(path) ?? []).slice(1);
  void carryOut(route, { centre, parts }, { request, response, token });
  return true;
}

async function carryOut(
  route: Route,
  call: Omit<Call, 'body'>,
  { request, response, token }: { request: IncomingMessage; response: ServerResponse; token: string | undefined },
): Promise<void> {
  try {
    if (route.closed) checkToken(request, token);
    const body = route.method === 'POST' ? mapIn(await jsonBody(request)) : {};
    answerJson(response, route.method === 'POST' ? 201 : 200, route.answer({ ...call, body }));
  } catch (error) {
    tell(call.centre, response, error, languageOf(request));
  }
}

function tell(centre: Centre, response: ServerResponse, error: unknown, language: Language): void {
  if (error instanceof OrderError) {
    const problems = error.problems.map(({ path, said }) => ({ path, sentence: said[language] }));
    answerRefusal(response, statusOf[error.code], error.said[language], problems);
  } else if (error instanceof HttpRefusal) answerRefusal(response, error.status, error.said[language]);
  else if (error instanceof StoreError) {
    answerRefusal(response, 503, failures[language].notStored(error.message));
    centre.failed(error);
  } else {
    // One request that meets a mistake of ours does not end the centre for everybody.
    const reason = error instanceof Error ? error.message : String(error);
    answerRefusal(response, 500, failures[language].mistake(reason));
  }
}

const failures = {
  da: {
    notStored: (why: string) => `Det kunne ikke gemmes, så intet er gjort: ${why}.`,
    mistake: (why: string) => `Servicecentralen har lavet en fejl (${why}); intet er gjort.`,
  },
  en: {
    notStored: (why: string) => `It could not be stored, so nothing was done: ${why}.`,
    mistake: (why: string) => `The service centre has made a mistake (${why}); nothing was done.`,
  },
} as const;

function nothing(): never {
  return missing(
    new OrderError('unknown', { da: 'Der er intet på denne adresse.', en: 'There is nothing at this address.' }),
  );
}

function missing(error: OrderError): never {
  throw error;
}

function deviceIn([device = '']: readonly string[]): string {
  if (!isDeviceId(device)) {
    throw new OrderError('unknown', {
      da: 'Et apparat-id har 3 til 32 bogstaver, cifre og bindestreger.',
      en: 'A device id has 3 to 32 letters, digits and hyphens.',
    });
  }
  // It would travel as part of a topic.
  if (holdsCitizenNumber(device)) throw new OrderError('invalid', citizenNumberRefusal);
  return device;
}

/** The last part of a path. */
function numberIn(parts: readonly string[]): number {
  return Number(parts.at(-1));
}

function mapIn(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HttpRefusal(
    { da: 'Anmodningen skal være et JSON-objekt.', en: 'The request must be a JSON object.' },
    { status: 400 },
  );
}

function originIn({ author = 'operator', reason = '' }: Readonly<Record<string, unknown>>): Origin {
  return readOrigin(author, reason);
}

function wholeIn(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new OrderError('invalid', { da: `${name} skal være et helt tal.`, en: `${name} must be a whole number.` });
}

function textIn(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length <= TEXT_CHARS_MAX) return value;
  throw new OrderError('invalid', { da: `${name} skal være en kort tekst.`, en: `${name} must be a short text.` });
}

function baseIn({ base }: Readonly<Record<string, unknown>>): Uint8Array | null {
  return base === null ? null : hashIn(base, 'base', { da: ' eller null for ingen', en: ', or null for none' });
}

function overIn({ over }: Readonly<Record<string, unknown>>): { over?: Uint8Array } {
  return over === undefined ? {} : { over: hashIn(over, 'over') };
}

function recordsIn(records: unknown): Uint8Array[] {
  const list: readonly unknown[] = Array.isArray(records) && records.length <= RECORDS_MAX ? records : [null];
  return list.map((text) => {
    if (typeof text === 'string') return new Uint8Array(Buffer.from(text, 'base64'));
    throw new OrderError('invalid', {
      da: `records skal være en liste med højst ${RECORDS_MAX} tekster i base64.`,
      en: `records must be a list of at most ${RECORDS_MAX} texts in base64.`,
    });
  });
}

function hashIn(value: unknown, name: string, otherwise: InBothLanguages = { da: '', en: '' }): Uint8Array {
  if (typeof value === 'string' && value.length === 2 * sha256Bytes && /^[0-9a-f]+$/i.test(value)) {
    return new Uint8Array(Buffer.from(value, 'hex'));
  }
  throw new OrderError('invalid', {
    da: `${name} skal være hash af et dokument i hexadecimale cifre${otherwise.da}.`,
    en: `${name} must be the hash of a document in hexadecimal${otherwise.en}.`,
  });
}
