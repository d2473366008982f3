import { readOrigin } from '../orders/origin.ts';
import { deviceIn, textIn } from './asked.ts';
import { get, post, type Route, unit } from './route.ts';

const alarms = `${unit}/alarms`;

/** `GET /api/devices/:id/alarms/closed` who has closed what in the place of a unit · `POST …/alarms/close` does so. */
export const alarmRoutes: readonly Route[] = [
  get(`${alarms}/closed`, ({ centre, parts }) => ({ closed: centre.closedAlarms(deviceIn(parts)) })),
  post(`${alarms}/close`, ({ centre, parts, body }) => {
    const { code, slot = null, date = null, author, reason } = body;
    const alarm = { device: deviceIn(parts), code: textIn(code, 'code') };
    const dose =
      slot === null && date === null ? { slot, date } : { slot: textIn(slot, 'slot'), date: textIn(date, 'date') };
    centre.closeAlarm({ ...alarm, ...dose }, readOrigin(author, reason));
    return { ...alarm, ...dose, author, reason };
  }),
];
