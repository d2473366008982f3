import { stateLimits } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { literal } from '../wire/kinds.ts';
import { field, optional, record } from '../wire/record.ts';
import { union } from '../wire/union.ts';
import { alarmCode, lockdownCode } from './alarm.ts';
import { counter, firmwareName, seqOrNone, streamEpoch } from './common.ts';
import { sha256 } from './digest.ts';

const birth = record(
  'birth',
  {
    online: field(0, literal(true, true)),
    session: field(1, counter),
    epoch: field(2, streamEpoch),
    boot: field(3, counter),
    firmware: field(4, firmwareName),
    configVersion: field(5, counter),
    firstSeq: field(6, seqOrNone),
    lastSeq: field(7, seqOrNone),
    fault: optional(8, alarmCode),
    ackedThrough: optional(9, seqOrNone),
    configHash: optional(10, sha256),
  },
  { unknownKeys: 'ignored' },
);

/** Keys as in `birth`, and 11 of its own: births never have it. */
const lockdown = record(
  'lockdown',
  {
    online: field(0, literal('lockedDown', 2)),
    session: field(1, counter),
    firmware: field(4, firmwareName),
    fault: field(8, alarmCode),
    cause: optional(11, lockdownCode),
  },
  { unknownKeys: 'ignored' },
);

const death = record(
  'death',
  { online: field(0, literal(false, false)), session: field(1, counter) },
  { unknownKeys: 'ignored' },
);

export const stateKind = union('state', [birth, lockdown, death]);

/**
 * The birth a device publishes when it connects and every so often while it has nothing else to say; the lockdown it
 * publishes instead when it cannot trust its ledger, and so has no events and no epoch to speak of; and the death that
 * the broker publishes for it (the MQTT will).
 * `session` is a random number drawn for each connection: a death whose session is not that of the latest birth is old
 * news. A lockdown's `cause` says more exactly than `fault` what is the matter, where it is no alarm of a running unit.
 * `configVersion` is 0 before the first configuration; `configHash` is that of its
 * document (see signed-config.ts). `firstSeq` to `lastSeq` are all the events that the device
 * still has, acknowledged or not; with none `firstSeq` is `lastSeq` + 1. `ackedThrough` is what the centre has
 * acknowledged as far as the device knows; without it that is all below `firstSeq`.
 */
export type DeviceState = TypeOf<typeof stateKind>;
export type DeviceBirth = TypeOf<typeof birth>;
export type DeviceLockdown = TypeOf<typeof lockdown>;
export type DeviceDeath = TypeOf<typeof death>;

const stateCodec = codec(stateKind, stateLimits);

/** @throws ProtocolError */
export function encodeState(state: DeviceState): Uint8Array {
  return stateCodec.encode(state);
}

/** @throws ProtocolError */
export function decodeState(bytes: Uint8Array): DeviceState {
  return stateCodec.decode(bytes);
}
