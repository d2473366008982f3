import type { InBothLanguages } from '../../../protocol/faults/fault.ts';
import { sha256Bytes } from '../../../protocol/messages/signed-limits.ts';
import { isDeviceId } from '../../../protocol/topics.ts';
import { citizenNumberRefusal, holdsCitizenNumber } from '../citizen-number.ts';
import { OrderError } from '../orders/order-error.ts';
import { type Origin, readOrigin } from '../orders/origin.ts';
import { RECORDS_MAX } from '../successions.ts';
import { HttpRefusal } from './http.ts';

/** Longer than any code, slot or date. */
const TEXT_CHARS_MAX = 64;

export function deviceIn([device = '']: readonly string[]): string {
  if (!isDeviceId(device)) {
    throw new OrderError('unknown', {
      da: 'Et apparat-id har 3 til 32 bogstaver, cifre og bindestreger.',
      en: 'A device id has 3 to 32 letters, digits and hyphens.',
    });
  }
  // It would travel as part of a topic.
  if (holdsCitizenNumber(device)) throw new OrderError('invalid', citizenNumberRefusal);
  return device;
}

/** The last part of a path. */
export function numberIn(parts: readonly string[]): number {
  return Number(parts.at(-1));
}

export function mapIn(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HttpRefusal(
    { da: 'Anmodningen skal være et JSON-objekt.', en: 'The request must be a JSON object.' },
    { status: 400 },
  );
}

export function originIn({ author = 'operator', reason = '' }: Readonly<Record<string, unknown>>): Origin {
  return readOrigin(author, reason);
}

export function wholeIn(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new OrderError('invalid', { da: `${name} skal være et helt tal.`, en: `${name} must be a whole number.` });
}

export function textIn(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length <= TEXT_CHARS_MAX) return value;
  throw new OrderError('invalid', { da: `${name} skal være en kort tekst.`, en: `${name} must be a short text.` });
}

export function baseIn({ base }: Readonly<Record<string, unknown>>): Uint8Array | null {
  return base === null ? null : hashIn(base, 'base', { da: ' eller null for ingen', en: ', or null for none' });
}

export function overIn({ over }: Readonly<Record<string, unknown>>): { over?: Uint8Array } {
  return over === undefined ? {} : { over: hashIn(over, 'over') };
}

export function recordsIn(records: unknown): Uint8Array[] {
  const list: readonly unknown[] = Array.isArray(records) && records.length <= RECORDS_MAX ? records : [null];
  return list.map((text) => {
    if (typeof text === 'string') return new Uint8Array(Buffer.from(text, 'base64'));
    throw new OrderError('invalid', {
      da: `records skal være en liste med højst ${RECORDS_MAX} tekster i base64.`,
      en: `records must be a list of at most ${RECORDS_MAX} texts in base64.`,
    });
  });
}

function hashIn(value: unknown, name: string, otherwise: InBothLanguages = { da: '', en: '' }): Uint8Array {
  if (typeof value === 'string' && value.length === 2 * sha256Bytes && /^[0-9a-f]+$/i.test(value)) {
    return new Uint8Array(Buffer.from(value, 'hex'));
  }
  throw new OrderError('invalid', {
    da: `${name} skal være hash af et dokument i hexadecimale cifre${otherwise.da}.`,
    en: `${name} must be the hash of a document in hexadecimal${otherwise.en}.`,
  });
}

export function nothing(): never {
  return missing(
    new OrderError('unknown', { da: 'Der er intet på denne adresse.', en: 'There is nothing at this address.' }),
  );
}

export function missing(error: OrderError): never {
  throw error;
}
