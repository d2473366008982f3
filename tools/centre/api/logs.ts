import { deviceIn, nothing, numberIn } from './asked.ts';
import { getClosed, type Route, unit } from './route.ts';

const logs = `${unit}/logs`;

/** `GET /api/devices/:id/logs` and `GET …/logs/ID` with what a unit sent of its log, `content` in base64. */
export const logRoutes: readonly Route[] = [
  getClosed(logs, ({ centre, parts }) => ({ logs: centre.orders.logs.kept(deviceIn(parts)) })),
  getClosed(`${logs}/(\\d+)`, ({ centre, parts }) => {
    const { content, ...log } = centre.orders.logs.find(deviceIn(parts), numberIn(parts)) ?? nothing();
    return { ...log, content: Buffer.from(content).toString('base64') };
  }),
];
