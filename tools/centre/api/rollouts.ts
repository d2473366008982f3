import { noRollout } from '../orders/order-error.ts';
import { readRollout } from '../orders/rollout-plan.ts';
import { missing, numberIn, originIn } from './asked.ts';
import { get, post, type Route } from './route.ts';

const rollouts = '/api/rollouts';

/** `GET` and `POST /api/rollouts` · `GET /api/rollouts/ID` · `POST …/resume` · `POST …/stop`. */
export const rolloutRoutes: readonly Route[] = [
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
