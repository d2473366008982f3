import { type CoseErrorCode, isCoseError } from '../cose/errors.ts';
import { isProtocolError, type ProtocolErrorCode } from '../errors.ts';
import type { TypeOf } from '../wire/kind.ts';
import { choice, text } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, record } from '../wire/record.ts';
import { pathCharsMax, refusalsMax } from './signed-limits.ts';

/**
 * Why a unit did not do what a signed document asks, or not yet. Append only: the position is the number on the wire.
 * The first two groups are the codes of errors.ts and cose/errors.ts.
 */
export const refusalCodes = [
  // The bytes, or one field.
  'too-large',
  'too-deep',
  'too-many-items',
  'truncated',
  'malformed',
  'trailing',
  'duplicate-key',
  'key-type',
  'indefinite-length',
  'tag',
  'float',
  'simple-value',
  'integer-range',
  'bad-text',
  'not-encodable',
  'missing',
  'invalid',
  'unknown-key',
  'unknown-type',
  'device-id',
  // The signature.
  'not-sign1',
  'not-canonical',
  'unprotected-header',
  'protected-header',
  'protected-not-canonical',
  'wrong-algorithm',
  'wrong-content-type',
  'detached-payload',
  'empty-payload',
  'signature-size',
  'unknown-kid',
  'bad-signature',
  // What the signature binds.
  'another-device',
  'older-version',
  'version-reused',
  'base-mismatch',
  'expired',
  'not-yet-issued',
  'time-suspect',
  'replayed',
  'id-reused',
  'state-mismatch',
  // What only the unit can judge.
  /** This firmware or machine cannot do it. */
  'unsupported',
  /** Two settings, each right, that do not go together. */
  'conflict',
  /** It does not fit the medicine that is loaded. */
  'medicine-mismatch',
  /** The rules of dispensing forbid it now. */
  'not-permitted',
  /** A dose is due, presented or uncertain: it waits. */
  'dose-open',
  /** The unit does something else first. */
  'busy',
  /** It could not be made durable. */
  'storage-fault',
  /** It was begun and did not succeed. */
  'not-done',
  // What is wrong with a firmware image.
  'image-truncated',
  'image-damaged',
  'image-mismatch',
  'image-key',
  'image-signature',
  'image-class',
  'image-older',
  /** This unit has tried it before, and it failed. */
  'image-failed-before',
  'image-unfit',
  /** The centre has it no longer. */
  'image-gone',
  /** It was tried and did not prove sound: the firmware before it runs again. */
  'reverted',
  // What is wrong with a roll that somebody fits.
  /** It names a dose that the plan does not have. */
  'roll-unknown',
  /** Every dose that it names is over. */
  'roll-over',
  /** Its doses belong into another bay. */
  'roll-bay',
  /** A first configuration that was signed long before the unit was enrolled. */
  'outdated',
  // Why the rules of dispensing forbid it now.
  /** More doses than the citizen may take along. */
  'take-out-limit',
  /** No dose lies ahead that could be taken out. */
  'nothing-ahead',
  /** The least interval since the last dose is not over. */
  'too-soon',
  /** The roll that the dose belongs to is empty. */
  'no-stock',
  /** A fault or an open door keeps everything where it is. */
  'locked',
  /** Nobody knows what became of a dose. */
  'in-doubt',
  'paused',
  'not-paused',
  'battery-critical',
  /** Another unit has taken its place. */
  'replaced',
  'not-configured',
  /** The service door is not open with its key. */
  'door-shut',
  /** The unit does not stand upright. */
  'not-upright',
  /** The roll does not hang in its bay. */
  'roll-missing',
] as const satisfies readonly string[];
export type RefusalCode = (typeof refusalCodes)[number];

const place = text(new RegExp(`^[!-~]{0,${pathCharsMax}}$`), {
  name: 'path',
  rule: `the place of a field, such as "regimen.slots.0.at", of at most ${pathCharsMax} characters`,
  cddl: `tstr .regexp "[!-~]{0,${pathCharsMax}}"`,
});

export const refusalCode = choice('refusal-code', refusalCodes);

const refusalKind = record(
  'refusal',
  { path: field(1, place), code: field(2, refusalCode) },
  { unknownKeys: 'ignored' },
);

/** `path` is the field as the error sentences name it, `regimen.slots.0.at`; empty for the document as a whole. */
export type Refusal = TypeOf<typeof refusalKind>;

/** At least one: who refuses says why. */
export const refusals = list(refusalKind, 1, refusalsMax);

/** What an error of this folder says on the wire; undefined for an error that is nobody's refusal. */
export function refusalFrom(error: unknown): Refusal | undefined {
  if (isProtocolError(error)) return refusal(error.path, error.code);
  return isCoseError(error) ? refusal('', error.code) : undefined;
}

/** Paths that quote what somebody typed are cut to what may travel. */
function refusal(path: string, code: ProtocolErrorCode | CoseErrorCode): Refusal {
  return { path: path.replace(/[^!-~]/g, '?').slice(0, pathCharsMax), code };
}
