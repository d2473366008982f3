import { sameBytes } from '../../protocol/cose/bytes.ts';
/** Where an image lies on the medium. Which of them is "slot 0" to SMP depends on which runs. */
export type Slot = 'a' | 'b';

export const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

/** An image on its way to being confirmed; it lies in the slot that is not confirmed. */
export interface Candidate {
  readonly hash: Uint8Array;
  /** `waiting` for a granted restart, `armed` for the next start, `trial`: was started and is not confirmed yet. */
  readonly phase: 'waiting' | 'armed' | 'trial';
  /** Trials begun, 0 to 255. */
  readonly starts: number;
}

/** A file on its way into the slot that is not confirmed. */
export interface Upload {
  readonly bytes: number;
  readonly sha256: Uint8Array;
  /** Bytes that a power cut does not take back; all of them once the image is complete and verified. */
  readonly durable: number;
}

/** What is remembered between starts. `hash` is an image's own name, 32 bytes. */
export interface BootRecord {
  /** Grows with every change; the higher of two sound copies counts. */
  readonly number: number;
  /** The highest security counter ever confirmed: nothing below it starts. */
  readonly counterMin: number;
  readonly confirmed: { readonly slot: Slot; readonly hash: Uint8Array } | null;
  /** The image that was confirmed before and still lies in the other slot. */
  readonly standby: Uint8Array | null;
  readonly candidate: Candidate | null;
  readonly upload: Upload | null;
  /** Images that failed their trial, the latest first. */
  readonly failed: readonly Uint8Array[];
}

export const emptyRecord: BootRecord = {
  number: 0,
  counterMin: 0,
  confirmed: null,
  standby: null,
  candidate: null,
  upload: null,
  failed: [],
};

/** Failed images remembered; a ninth pushes out the oldest. */
export const failedMax = 8;
/** One sector of most media. */
export const recordBytes = 512;

type Hash = (bytes: Uint8Array) => Uint8Array;

const hashBytes = 32;
const magic = 0x3152_4244; // "DBR1"
const phases = ['waiting', 'armed', 'trial'] as const;
const sumAt = recordBytes - hashBytes;
/** Little-endian, unused bytes 0. A hash of zeros stands for none. */
const at = {
  number: 4,
  counterMin: 8,
  confirmedSlot: 12,
  candidatePhase: 13,
  candidateStarts: 15,
  uploadBytes: 16,
  uploadDurable: 20,
  confirmed: 24,
  standby: 56,
  candidate: 88,
  upload: 120,
  failed: 152,
} as const;

/** A fixed 512 bytes that end with the SHA-256 of all before. */
export function encodeRecord(record: BootRecord, sha256: Hash): Uint8Array {
  const bytes = new Uint8Array(recordBytes);
  const view = new DataView(bytes.buffer);
  const { confirmed, candidate, upload } = record;
  view.setUint32(0, magic, true);
  view.setUint32(at.number, record.number, true);
  view.setUint32(at.counterMin, record.counterMin, true);
  if (confirmed !== null) {
    bytes[at.confirmedSlot] = confirmed.slot === 'a' ? 1 : 2;
    bytes.set(confirmed.hash, at.confirmed);
  }
  if (record.standby !== null) bytes.set(record.standby, at.standby);
  if (candidate !== null) {
    bytes[at.candidatePhase] = 1 + phases.indexOf(candidate.phase);
    bytes[at.candidateStarts] = candidate.starts;
    bytes.set(candidate.hash, at.candidate);
  }
  if (upload !== null) {
    view.setUint32(at.uploadBytes, upload.bytes, true);
    view.setUint32(at.uploadDurable, upload.durable, true);
    bytes.set(upload.sha256, at.upload);
  }
  for (const [index, hash] of record.failed.slice(0, failedMax).entries()) {
    bytes.set(hash, at.failed + index * hashBytes);
  }
  bytes.set(sha256(bytes.subarray(0, sumAt)), sumAt);
  return bytes;
}

/** Undefined for anything that was not written whole. */
export function decodeRecord(bytes: Uint8Array, sha256: Hash): BootRecord | undefined {
  if (bytes.length !== recordBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) return undefined;
  if (!sameBytes(sha256(bytes.subarray(0, sumAt)), bytes.subarray(sumAt))) return undefined;
  const hashAt = (offset: number): Uint8Array => bytes.slice(offset, offset + hashBytes);
  const optional = (offset: number): Uint8Array | null => {
    const hash = hashAt(offset);
    return hash.some((byte) => byte !== 0) ? hash : null;
  };
  const slot = bytes[at.confirmedSlot];
  const phase = phases[(bytes[at.candidatePhase] ?? 0) - 1];
  const uploadHash = optional(at.upload);
  return {
    number: view.getUint32(at.number, true),
    counterMin: view.getUint32(at.counterMin, true),
    confirmed: slot === 1 || slot === 2 ? { slot: slot === 1 ? 'a' : 'b', hash: hashAt(at.confirmed) } : null,
    standby: optional(at.standby),
    candidate:
      phase === undefined
        ? null
        : {
            hash: hashAt(at.candidate),
            phase,
            starts: bytes[at.candidateStarts] ?? 0,
          },
    upload:
      uploadHash === null
        ? null
        : {
            bytes: view.getUint32(at.uploadBytes, true),
            sha256: uploadHash,
            durable: view.getUint32(at.uploadDurable, true),
          },
    failed: Array.from({ length: failedMax }, (_, index) => optional(at.failed + index * hashBytes)).filter(
      (hash) => hash !== null,
    ),
  };
}
