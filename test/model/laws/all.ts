import { isBlocked } from '../../../firmware/domain/lockout.ts';
import { isAlarmed } from '../../../firmware/domain/memory.ts';
import { chartValue } from '../situation.ts';
import type { Laws } from './law.ts';
import { LEDGER_LAWS } from './ledger.ts';
import { MOVEMENT_LAWS } from './movement.ts';
import { RELEASE_LAWS } from './release.ts';
import { TAG_LAWS } from './tag.ts';

const REST_LAWS: Laws = {
  'the chart rests in a state that waits for something': ({ after }) => {
    if (after.status !== 'active') return `the chart is ${after.status}`;
    return chartValue(after).custody === 'deciding' ? 'it rests while deciding' : null;
  },

  'doubt and faults are alarmed': ({ after }) => {
    const { custody } = chartValue(after);
    const { memory } = after.context;
    if (custody === 'uncertain' && !isAlarmed(memory, 'dose-uncertain')) return 'uncertain without an alarm';
    return custody === 'fault' && !isBlocked(memory) ? 'at fault without an alarm' : null;
  },
};

/** What must hold on every edge, whatever the path to it. */
export const LAWS: Laws = { ...REST_LAWS, ...MOVEMENT_LAWS, ...RELEASE_LAWS, ...LEDGER_LAWS, ...TAG_LAWS };
