import { hexOf } from '../../../protocol/cose/bytes.ts';
import { deviceIn, numberIn, recordsIn } from './asked.ts';
import { get, getClosed, post, type Route, unit } from './route.ts';

const ledger = `${unit}/ledgers/(\\d{1,10})`;

/**
 * `GET /api/devices/:id/handover` what a unit must know that takes the place of a silent one, `document` in base64 ·
 * `GET /api/owed` old ledgers whose records are waited for · `POST /api/devices/:id/ledgers/EPOCH/records` some of
 * those, `last` with the end of the log · `POST …/lost` for what nobody can read any more.
 */
export const handoverRoutes: readonly Route[] = [
  getClosed(`${unit}/handover`, ({ centre, parts }) => {
    const { says, ahead, bytes, online } = centre.handover(deviceIn(parts));
    return { ...says, ahead, heir: hexOf(says.heir), online, document: Buffer.from(bytes).toString('base64') };
  }),
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
];
