import { batchEventsMax, batchLimits, eventBytesMax } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { byteString } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, record } from '../wire/record.ts';
import { streamEpoch } from './common.ts';

export const batchKind = record(
  'batch',
  { epoch: field(1, streamEpoch), events: field(2, list(byteString(eventBytesMax, 'event-bytes'), 1, batchEventsMax)) },
  { unknownKeys: 'ignored' },
);

/**
 * 1 to 64 events of one epoch, in any order (alarms overtake history). Each is the byte string that the device stored,
 * never encoded again, so what the centre keeps is what the device wrote.
 */
export type EventBatch = TypeOf<typeof batchKind>;

const batchCodec = codec(batchKind, batchLimits);

/** At most 8 KiB, which any 64 events fit. @throws ProtocolError */
export function encodeBatch(batch: EventBatch): Uint8Array {
  return batchCodec.encode(batch);
}

/** The events are copies and not yet decoded: one bad event does not cost the others. @throws ProtocolError */
export function decodeBatch(bytes: Uint8Array): EventBatch {
  return batchCodec.decode(bytes);
}
