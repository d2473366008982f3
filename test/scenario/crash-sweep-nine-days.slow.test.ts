import { it } from 'vitest';
import { expectCrashProof } from './sweep.ts';

const patienceMs = 1_800_000;
/** Nearly all points of the nine days are attempts to connect; every one of them would take an hour. */
const connectStride = 1009;

it(
  'a unit that is killed anywhere in nine days without internet gives no dose twice, loses no record and ends every dose once',
  () => expectCrashProof('story-08-internet-out-nine-days', 2, { connectStride }),
  patienceMs,
);
