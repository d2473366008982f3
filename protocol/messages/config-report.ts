import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { literal } from '../wire/kinds.ts';
import { field, optional, record } from '../wire/record.ts';
import { union } from '../wire/union.ts';
import { configVersion, counter } from './common.ts';
import { sha256 } from './digest.ts';
import { refusals } from './refusal.ts';
import { reportLimits } from './signed-limits.ts';

const inForce = record(
  'config-in-force',
  { version: field(1, configVersion), hash: field(2, sha256) },
  { unknownKeys: 'ignored' },
);

const applied = record(
  'config-applied',
  { status: field(0, literal('applied', 1)), version: field(1, configVersion), hash: field(2, sha256) },
  { unknownKeys: 'ignored' },
);

/** Keys 1 to 4 mean the same in both. */
const notApplied = {
  version: field(1, counter),
  hash: field(2, sha256),
  errors: field(3, refusals),
  inForce: optional(4, inForce),
};

const rejected = record(
  'config-rejected',
  { status: field(0, literal('rejected', 2)), ...notApplied },
  { unknownKeys: 'ignored' },
);

const deferred = record(
  'config-deferred',
  { status: field(0, literal('deferred', 3)), ...notApplied },
  { unknownKeys: 'ignored' },
);

export const configReportKind = union('config-report', [applied, rejected, deferred]);

/**
 * What became of a signed configuration. `version` and `hash` (SHA-256 of the document's bytes, see signed-config.ts)
 * name the document that the unit was given; when it could not be opened, `version` is 0 and `hash` is over the whole
 * message as it came. `applied` is said after the document was made durable and read back. `rejected` is final,
 * `deferred` is not; both say why in `errors`, 1 to 16, and what goes on being in force, if anything does.
 */
export type ConfigReport = TypeOf<typeof configReportKind>;

const reportCodec = codec(configReportKind, reportLimits);

/** @throws ProtocolError */
export function encodeConfigReport(report: ConfigReport): Uint8Array {
  return reportCodec.encode(report);
}

/** @throws ProtocolError */
export function decodeConfigReport(bytes: Uint8Array): ConfigReport {
  return reportCodec.decode(bytes);
}
