import { openSign1, type SignedType, type Signer, sign1, type Trust } from '../cose/sign1.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { byteString, choice, text } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, optional, record } from '../wire/record.ts';
import { configVersion, counter, deviceId, epochSeconds, firmwareName } from './common.ts';

/** What came of a part. `refused`: the unit did not try it. `untold`: nobody was there to look. Append only. */
export const reportOutcomes = ['passed', 'failed', 'refused', 'untold'] as const;
export type ReportOutcome = (typeof reportOutcomes)[number];

/** Who says so. Append only. */
export const reportWitnesses = ['unit', 'person'] as const;

const wordCharsMax = 24;
/** More parts than any unit has. */
export const testedPartsMax = 32;
/** One for every unit in its list, and the signature of the centre. */
const passBytesMax = 3_072;
const reportBytesMax = 6_144;

/** A newer unit has parts, and words for what it finds, that are not known here. */
const word = text(new RegExp(`^[a-z][a-z0-9-]{0,${wordCharsMax - 1}}$`), {
  name: 'word',
  rule: `a word of 1 to ${wordCharsMax} small letters, digits and hyphens, such as "battery-low"`,
  cddl: `tstr .regexp "[a-z][a-z0-9-]{0,${wordCharsMax - 1}}"`,
});

export const testedPart = record(
  'tested-part',
  {
    part: field(1, word),
    outcome: field(2, choice('report-outcome', reportOutcomes)),
    by: field(3, choice('witness', reportWitnesses)),
    found: optional(4, word),
  },
  { unknownKeys: 'refused' },
);
export type TestedPart = TypeOf<typeof testedPart>;

export const selfTestReportKind = record(
  'self-test-report',
  {
    device: optional(1, deviceId),
    firmware: field(2, firmwareName),
    boot: field(3, counter),
    config: optional(4, configVersion),
    at: field(5, epochSeconds),
    parts: field(6, list(testedPart, 1, testedPartsMax)),
    pass: field(7, byteString(passBytesMax, 'signed-pass')),
  },
  { unknownKeys: 'refused' },
);

/**
 * What a technician found when testing a unit's parts one by one. `device` is absent on a unit without a name; `boot`:
 * which of its starts; `at`: epoch seconds by the technician's own clock. `pass`: the technician's, as the centre signed
 * it, so that the report alone tells whose key signed it.
 */
export type SelfTestReport = TypeOf<typeof selfTestReportKind>;

export const selfTestReportType: SignedType = {
  contentType: 'application/vnd.dosis.self-test+cbor',
  payloadBytesMax: reportBytesMax,
};

const reportCodec = codec(selfTestReportKind, { bytesMax: reportBytesMax, depthMax: 4, itemsMax: 512 });

/** A COSE_Sign1 whose payload is the report. @throws ProtocolError, CoseError */
export function signSelfTestReport(report: SelfTestReport, signer: Signer): Uint8Array {
  return sign1(reportCodec.encode(report), selfTestReportType, signer);
}

/**
 * The report that somebody in `trust` signed: the holder of its own `pass`, if the trust is in the key of that.
 * @throws CoseError when it cannot be believed
 * @throws ProtocolError when it was signed and yet is no report
 */
export function openSelfTestReport<K>(bytes: Uint8Array, trust: Trust<K>): SelfTestReport {
  return reportCodec.decode(openSign1(bytes, selfTestReportType, trust).payload);
}
