import { kidBytesMax } from '../cose/header.ts';
import { openSign1, type SignedType, type Signer, sign1, type TrustedKey, type Verify } from '../cose/sign1.ts';
import { ProtocolError } from '../errors.ts';
import { sachetsPerDoseMax } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { byteString, choice, integer } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, optional, record } from '../wire/record.ts';
import { civilDate, configVersion, deviceId, epochSeconds, seqOrNone, slotId, streamEpoch } from './common.ts';
import { presences } from './event.ts';

/**
 * Where a dose stood when it was handed over: `due` is open and untouched, the others are ends. Append only: the position
 * is the number on the wire.
 */
export const handedFates = ['due', 'taken', 'takenOut', 'retracted', 'missed', 'withheld', 'released'] as const;
export type HandedFate = (typeof handedFates)[number];

/** `unit`: the old unit itself, locked for good since. `centre`: what the centre has heard of a unit that is silent. */
export const handoverSources = ['unit', 'centre'] as const;
export type HandoverSource = (typeof handoverSources)[number];

/** What three days leave behind, and a roll of four weeks taken out for a journey. */
export const handedDosesMax = 400;
export const handoverBytesMax = 20 * 1024;

// It is taken over in full or not at all: no record here ignores unknown keys.
const strict = { unknownKeys: 'refused' } as const;

const handedDose = record(
  'handed-dose',
  {
    slot: field(1, slotId),
    date: field(2, civilDate),
    fate: field(3, choice('handed-fate', handedFates)),
    opensAt: field(4, epochSeconds),
    dueAt: field(5, epochSeconds),
    closesAt: field(6, epochSeconds),
    sachets: field(7, integer(1, sachetsPerDoseMax)),
  },
  strict,
);

export const handoverKind = record(
  'handover',
  {
    device: field(1, deviceId),
    epoch: field(2, streamEpoch),
    source: field(3, choice('handover-source', handoverSources)),
    at: field(4, epochSeconds),
    lastSeq: field(5, seqOrNone),
    doses: field(6, list(handedDose, 0, handedDosesMax)),
    presence: field(7, choice('presence', presences)),
    until: optional(8, epochSeconds),
    lastDoseAt: optional(9, epochSeconds),
    heir: field(10, byteString(kidBytesMax, 'kid')),
    plan: field(11, configVersion),
  },
  strict,
);

/** One dose, its window in epoch seconds. */
export type HandedDose = TypeOf<typeof handedDose>;

/**
 * What a unit that takes another's place must know of the citizen's doses, so that none is given twice and none is
 * forgotten. `device` is the name of both, `epoch` the old ledger's, `lastSeq` the last record that it stands for. `at`:
 * what happened up to then is in `doses`; after it the old unit gave nothing (`unit`), or nobody knows (`centre`).
 * `until` ends an absence; `lastDoseAt` is where the least interval runs from. Epoch seconds. `heir`: the key id of the
 * only unit that it is for, for two that were told the same would give the same doses. `plan`: the version of the
 * configuration that the old unit went by.
 */
export type Handover = TypeOf<typeof handoverKind>;

export const handoverType: SignedType = {
  contentType: 'application/vnd.dosis.handover+cbor',
  payloadBytesMax: handoverBytesMax - 256,
};

const handoverCodec = codec(handoverKind, {
  bytesMax: handoverType.payloadBytesMax,
  depthMax: 4,
  itemsMax: 16 * (handedDosesMax + 2),
});

/**
 * A COSE_Sign1 whose payload is the handover, by the unit that goes, or by the centre. At most `handoverBytesMax`.
 * @throws ProtocolError, CoseError
 */
export function signHandover(handover: Handover, signer: Signer): Uint8Array {
  return sign1(encodeHandover(handover), handoverType, signer);
}

/** Who may hand over to a unit: nobody speaks for another. */
export interface HandoverTrust<K> {
  readonly predecessors: readonly TrustedKey<K>[];
  readonly centre: readonly TrustedKey<K>[];
  readonly verify: Verify<K>;
}

/**
 * The handover that whoever it names as its source has signed.
 * @throws CoseError when it cannot be believed
 * @throws ProtocolError when it was signed and yet is no handover, also when something in it is not known here
 */
export function openHandover<K>(bytes: Uint8Array, { predecessors, centre, verify }: HandoverTrust<K>): Handover {
  const keys = [...predecessors, ...centre];
  const handover = decodeHandover(openSign1(bytes, handoverType, { keys, verify }).payload);
  // A word of the centre by a unit, or of a unit by the centre, is nobody's.
  openSign1(bytes, handoverType, { keys: handover.source === 'unit' ? predecessors : centre, verify });
  return handover;
}

/** @returns a CBOR map with integer keys. @throws ProtocolError */
export function encodeHandover(handover: Handover): Uint8Array {
  checkDoses(handover);
  return handoverCodec.encode(handover);
}

/** @throws ProtocolError, also for what is not known here */
export function decodeHandover(bytes: Uint8Array): Handover {
  const handover = handoverCodec.decode(bytes);
  checkDoses(handover);
  return handover;
}

function checkDoses({ doses, source }: Handover): void {
  const seen = new Set<string>();
  for (const [index, { slot, date, fate, opensAt, dueAt, closesAt }] of doses.entries()) {
    const path = `doses.${index}`;
    const name = `${slot}/${date}`;
    if (seen.has(name)) throw new ProtocolError('duplicate-key', `names ${name} a second time`, { path });
    seen.add(name);
    if (opensAt > dueAt || dueAt > closesAt) {
      throw new ProtocolError('invalid', 'must open before it is due, and be due before it closes', { path });
    }
    if (fate === 'due' && source === 'centre') {
      throw new ProtocolError('invalid', 'must have ended: of an open dose only the unit itself can speak', { path });
    }
  }
}
