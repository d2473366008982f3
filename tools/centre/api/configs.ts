import { noVersion } from '../orders/order-error.ts';
import { baseIn, deviceIn, missing, numberIn, originIn, overIn, wholeIn } from './asked.ts';
import { get, getClosed, post, type Route, unit } from './route.ts';

const config = `${unit}/config`;

/**
 * `GET` and `POST /api/devices/:id/config` · `GET …/config/history` · `POST …/config/rollback` · `GET …/config/VERSION` with
 * the document · `POST …/config/VERSION/signed` the document as it travels, with `newUnit` for one that has nothing yet.
 */
export const configRoutes: readonly Route[] = [
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
  getClosed(
    `${config}/(\\d+)`,
    ({ centre, parts }) =>
      centre.orders.readings.configDocument(deviceIn(parts), numberIn(parts)) ??
      missing(noVersion(deviceIn(parts), numberIn(parts))),
  ),
  post(`${config}/(\\d+)/signed`, ({ centre, parts, body }) => {
    const signed = centre.orders.signedConfig(deviceIn(parts), numberIn(parts), body.newUnit === true);
    return { signed: Buffer.from(signed).toString('base64') };
  }),
];
