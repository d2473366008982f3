import { ProtocolError } from '../errors.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { byteString, integer } from '../wire/kinds.ts';
import { field, record } from '../wire/record.ts';
import { commandId } from './common.ts';
import { sha256 } from './digest.ts';
import { logBytesMax, logPartBytesMax } from './signed-limits.ts';

/** What a part's message has besides its data. */
export const logPartFrameBytes = 64;

export const logPartKind = record(
  'log-part',
  {
    command: field(1, commandId),
    hash: field(2, sha256),
    bytes: field(3, integer(1, logBytesMax)),
    offset: field(4, integer(0, logBytesMax - 1)),
    data: field(5, byteString(logPartBytesMax, 'log-bytes')),
  },
  { unknownKeys: 'ignored' },
);

/**
 * A piece of what `sendLog` asked for. `command`: the id of that command; `hash` and `bytes`: SHA-256 and size of the
 * whole; `data` belongs at `offset`. Pieces carry no number: a new connection may take larger or smaller ones, and the
 * same bytes always stand at the same place. A piece may come twice.
 */
export type LogPart = TypeOf<typeof logPartKind>;

const partCodec = codec(logPartKind, { bytesMax: logPartBytesMax + logPartFrameBytes, depthMax: 1, itemsMax: 24 });

/** @throws ProtocolError */
export function encodeLogPart(part: LogPart): Uint8Array {
  checkPlace(part);
  return partCodec.encode(part);
}

/** @throws ProtocolError, also for one that reaches beyond the whole */
export function decodeLogPart(bytes: Uint8Array): LogPart {
  const part = partCodec.decode(bytes);
  checkPlace(part);
  return part;
}

function checkPlace({ offset, data, bytes }: LogPart): void {
  if (offset + data.length <= bytes) return;
  const problem = `must not reach beyond the ${bytes} bytes of the whole, as ${data.length} at ${offset} do`;
  throw new ProtocolError('invalid', problem, { path: 'data' });
}
