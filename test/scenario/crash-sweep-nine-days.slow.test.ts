import { it } from 'vitest';
import { expectCrashProof } from './sweep.ts';

const patienceMs = 1_800_000;
/** Every one of the places takes a quarter of an hour: `DOSIS_SWEEP_STRIDE=1`. */
const stride = Number(process.env.DOSIS_SWEEP_STRIDE ?? 11);
/** Nearly all of them are attempts to connect. */
const connectStride = 1009;

it(
  `a unit that is killed at every ${stride}th place of nine days without internet gives no dose twice, loses no record and ends every dose once`,
  () => expectCrashProof('story-08-internet-out-nine-days', 2, { stride, connectStride }),
  patienceMs,
);
