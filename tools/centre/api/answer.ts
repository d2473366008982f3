import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from '../../../hal/ports/store.ts';
import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import type { Language } from '../../../protocol/messages/config.ts';
import type { Centre } from '../centre.ts';
import { OrderError, type OrderErrorCode } from '../orders/order-error.ts';
import { alarmRoutes } from './alarms.ts';
import { mapIn } from './asked.ts';
import { commandRoutes } from './commands.ts';
import { configRoutes } from './configs.ts';
import { handoverRoutes } from './handovers.ts';
import { answerJson, answerRefusal, checkToken, HttpRefusal, jsonBody, languageOf } from './http.ts';
import { logRoutes } from './logs.ts';
import { rolloutRoutes } from './rollouts.ts';
import type { Call, Route } from './route.ts';

const statusOf: Readonly<Record<OrderErrorCode, number>> = { invalid: 422, conflict: 409, unknown: 404, unable: 503 };

const routes: readonly Route[] = [
  ...configRoutes,
  ...commandRoutes,
  ...logRoutes,
  ...rolloutRoutes,
  ...alarmRoutes,
  ...handoverRoutes,
];

/**
 * What the centre is asked over HTTP beyond what it has heard, in JSON: the tables of routes in this folder, one for each
 * subject. What changes something, and documents, need the operator token; a refusal is
 * `{error, problems: [{path, sentence}]}`, in Danish for who asks for that with `accept-language: da`.
 * @returns whether the address was one of these
 */
export function answerAsked(
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
    answerRefusal(response, 503, notStored(error.message)[language]);
    centre.failed(error);
  } else {
    // One request that meets a mistake of ours does not end the centre for everybody.
    const reason = error instanceof Error ? error.message : String(error);
    answerRefusal(response, 500, ourMistake(reason)[language]);
  }
}

function notStored(why: string): InBothLanguages {
  return {
    da: `Det kunne ikke gemmes, så intet er gjort: ${why}.`,
    en: `It could not be stored, so nothing was done: ${why}.`,
  };
}

function ourMistake(why: string): InBothLanguages {
  return {
    da: `Servicecentralen har lavet en fejl (${why}); intet er gjort.`,
    en: `The service centre has made a mistake (${why}); nothing was done.`,
  };
}
