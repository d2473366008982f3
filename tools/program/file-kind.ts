import { parseDocument } from 'yaml';
import { imageMagic } from '../../protocol/image/layout.ts';

/** The files that go from hand to hand between the centre, the technician, the unit and the simulator. */
export const fileKinds = [
  'pass',
  'enrolment',
  'image',
  'signedPlan',
  'plan',
  'handover',
  'log',
  'trace',
  'ledger',
  'report',
  'scenario',
  'privateKey',
  'publicKey',
] as const;
export type FileKind = (typeof fileKinds)[number];

/** Text beyond this is none that a person wrote. */
const TEXT_BYTES_MAX = 1024 * 1024;
/** The first byte of a tagged COSE_Sign1. */
const SIGN1_TAG = 0xd2;
/** The protected header, which names the sort of document, lies within these. */
const HEADER_BYTES = 160;
const SQLITE = 'SQLite format 3\0';

/** By the name in the header of what was signed. */
const signedKinds: Readonly<Record<string, FileKind>> = {
  config: 'signedPlan',
  'technician-pass': 'pass',
  'self-test': 'report',
  handover: 'handover',
};

/**
 * What a file is, by what is in it and never by its name. It says what somebody has picked up, not that it is sound:
 * whoever reads a file judges that. Undefined for what is none of ours.
 */
export function kindOfFile(bytes: Uint8Array): FileKind | undefined {
  return kindOfBinary(bytes) ?? (bytes.length > TEXT_BYTES_MAX ? kindOfLines(bytes) : kindOfText(bytes));
}

function kindOfBinary(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) === imageMagic) return 'image';
  if (bytes[0] === SIGN1_TAG) return kindOfSigned(bytes);
  if (Buffer.from(bytes.subarray(0, SQLITE.length)).toString('latin1') === SQLITE) return 'ledger';
  if (beginsRecords(bytes)) return 'log';
  return isEnrolment(bytes) ? 'enrolment' : undefined;
}

function kindOfSigned(bytes: Uint8Array): FileKind | undefined {
  const head = Buffer.from(bytes.subarray(0, HEADER_BYTES)).toString('latin1');
  const [, name = ''] = /application\/vnd\.dosis\.([a-z-]+)\+cbor/.exec(head) ?? [];
  return signedKinds[name];
}

/** A list of three, of which the first is a number and the second are bytes (technician/log-file.ts). */
function beginsRecords(bytes: Uint8Array): boolean {
  const [list = 0, number = 0] = bytes;
  const short = number & 31;
  if (list !== 0x83 || number >> 5 !== 0 || short > 26) return false;
  const after = bytes[2 + (short < 24 ? 0 : 2 ** (short - 24))] ?? 0;
  return after >> 5 === 2;
}

/** A map whose first field is a text, with the broker's address near by (protocol/messages/enrolment.ts). */
function isEnrolment(bytes: Uint8Array): boolean {
  const [map = 0, key = 0, name = 0] = bytes;
  const head = Buffer.from(bytes.subarray(0, HEADER_BYTES)).toString('latin1');
  return map >> 5 === 5 && key === 1 && name >> 5 === 3 && head.includes('mqtts://');
}

/** A trace may be long; its first line tells. */
function kindOfLines(bytes: Uint8Array): FileKind | undefined {
  return /^\{"dosis":"trace"/.test(Buffer.from(bytes.subarray(0, HEADER_BYTES)).toString('latin1'))
    ? 'trace'
    : undefined;
}

function kindOfText(bytes: Uint8Array): FileKind | undefined {
  const lines = kindOfLines(bytes);
  if (lines !== undefined) return lines;
  const text = Buffer.from(bytes).toString('utf8');
  if (/^-----BEGIN DOSIS TECHNICIAN PASS-----$/m.test(text)) return 'pass';
  if (/^-----BEGIN (\w+ )?PRIVATE KEY-----$/m.test(text)) return 'privateKey';
  if (/^-----BEGIN PUBLIC KEY-----$/m.test(text)) return 'publicKey';
  if (/^0oR[\sA-Za-z0-9+/]+[\s=]*$/.test(text)) return kindOfSigned(new Uint8Array(Buffer.from(text, 'base64')));
  return text.includes('regimen') ? kindOfMap(text) : undefined;
}

/** A plan and a story are both maps in YAML or JSON that have a regimen. */
function kindOfMap(text: string): FileKind | undefined {
  const document = parseDocument(text, { stringKeys: true });
  if (document.errors.length > 0 || !document.has('regimen')) return undefined;
  if (document.has('steps')) return 'scenario';
  return document.has('profile') ? 'plan' : undefined;
}
