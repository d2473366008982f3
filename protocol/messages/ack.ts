import { ackLimits } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { field, optional, record } from '../wire/record.ts';
import { counter, seqOrNone, streamEpoch } from './common.ts';

export const ackKind = record(
  'acknowledgement',
  { epoch: field(1, streamEpoch), ackedThrough: field(2, seqOrNone), session: optional(3, counter) },
  { unknownKeys: 'ignored' },
);

/**
 * The centre has stored every event of this epoch from 1 to `ackedThrough`, with no gap, and as this device has them.
 * Only this clears the device's outbox; the broker's PUBACK does not. One that says less than the last one asks the
 * device to send again from there: the centre has lost what it had.
 * `session` is that of the latest birth under this name. A device ignores every other one: it was meant for an earlier
 * connection, or for another unit of the same name, whose records are not this one's. Without it the centre has heard
 * no birth yet, and says it again after the next.
 */
export type Acknowledgement = TypeOf<typeof ackKind>;

const ackCodec = codec(ackKind, ackLimits);

/** @throws ProtocolError */
export function encodeAck(ack: Acknowledgement): Uint8Array {
  return ackCodec.encode(ack);
}

/** @throws ProtocolError */
export function decodeAck(bytes: Uint8Array): Acknowledgement {
  return ackCodec.decode(bytes);
}
