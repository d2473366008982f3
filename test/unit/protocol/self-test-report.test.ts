import { createHash } from 'node:crypto';
import { decode as decodeElsewhere, encode as encodeElsewhere, rfc8949EncodeOptions, Tagged } from 'cborg';
import { describe, expect, it } from 'vitest';
import { signatures } from '../../../hal/crypto/ed25519.ts';
import {
  openSelfTestReport,
  reportOutcomes,
  reportWitnesses,
  type SelfTestReport,
  selfTestReportType,
  signSelfTestReport,
} from '../../../protocol/messages/self-test-report.ts';
import vectors from '../../../protocol/vectors/self-test-report.json' with { type: 'json' };
import { coseRefusalOf } from './signing.ts';
import { technicianKey } from './smp-session-samples.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const strict = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true };
const kid = bytesOf(vectors.kid);
const signer = { kid, sign: technicianKey.sign };
const trust = { keys: [{ kid, key: technicianKey.publicKey }], verify: signatures.verify };
const reportOf = ({ report }: { readonly report: unknown }) =>
  ({ ...(report as object), pass: bytesOf(vectors.pass) }) as SelfTestReport;

describe('the golden reports of self-tests', () => {
  it.each(vectors.reports)('are what we sign ($name)', (row) => {
    expect(hexOf(signSelfTestReport(reportOf(row), signer))).toBe(row.hex);
  });

  it.each(vectors.reports)('are what we open ($name)', (row) => {
    expect(openSelfTestReport(bytesOf(row.hex), trust)).toEqual(reportOf(row));
  });

  it.each(vectors.reports)('are read and verified by another CBOR implementation ($name)', (row) => {
    const document = decodeElsewhere(bytesOf(row.hex), { ...strict, tags: Tagged.preserve(18) }) as Tagged;
    const [header, , payload, signature] = document.value as [Uint8Array, unknown, Uint8Array, Uint8Array];
    expect((decodeElsewhere(header, strict) as Map<number, unknown>).get(3)).toBe(selfTestReportType.contentType);
    expect((decodeElsewhere(payload, strict) as Map<number, unknown>).get(2)).toBe(row.report.firmware);
    const message = encodeElsewhere(['Signature1', header, new Uint8Array(), payload], rfc8949EncodeOptions);
    expect(signatures.verify(technicianKey.publicKey, message, signature)).toBe(true);
  });

  it('are named by the beginning of the hash of the key that signs', () => {
    expect(createHash('sha256').update(technicianKey.publicKey).digest('hex').startsWith(vectors.kid)).toBe(true);
  });

  it('keep the number of every word', () => {
    expect(reportOutcomes).toEqual(['passed', 'failed', 'refused', 'untold']);
    expect(reportWitnesses).toEqual(['unit', 'person']);
  });

  it('are not believed with any byte changed', () => {
    const [row] = vectors.reports;
    const signed = bytesOf(row?.hex ?? '');
    for (const index of [0, 20, 80, signed.length - 1]) {
      const changed = signed.map((byte, at) => (at === index ? byte ^ 1 : byte));
      expect(coseRefusalOf(() => openSelfTestReport(changed, trust)).name).toBe('CoseError');
    }
  });

  it('have at least one part, and words for parts that a reader can show', () => {
    const report = reportOf({ report: vectors.reports[0]?.report });
    expect(refusalOf(() => signSelfTestReport({ ...report, parts: [] }, signer)).path).toBe('parts');
    const odd = { part: 'Door!', outcome: 'passed', by: 'unit' } as const;
    expect(refusalOf(() => signSelfTestReport({ ...report, parts: [odd] }, signer)).path).toBe('parts.0.part');
  });
});
