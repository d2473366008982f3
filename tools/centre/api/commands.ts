import { deviceIn, nothing, numberIn, originIn, wholeIn } from './asked.ts';
import { get, post, type Route, unit } from './route.ts';

const commands = `${unit}/commands`;

/**
 * `GET` and `POST /api/devices/:id/commands` · `GET …/commands/ID` · `GET /api/devices/:id/update` how far a unit is with the
 * firmware it fetches.
 */
export const commandRoutes: readonly Route[] = [
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
  get(`${unit}/update`, ({ centre, parts }) => centre.imageDesk?.fetched(deviceIn(parts)) ?? nothing()),
];
