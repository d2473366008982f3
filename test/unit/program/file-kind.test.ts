import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { encode } from '../../../protocol/cbor.ts';
import { sign1 } from '../../../protocol/cose/sign1.ts';
import { handoverType } from '../../../protocol/messages/handover.ts';
import { selfTestReportType } from '../../../protocol/messages/self-test-report.ts';
import { signConfig } from '../../../protocol/messages/signed-config.ts';
import { technicianPassType } from '../../../protocol/messages/technician-pass.ts';
import { enrol } from '../../../tools/centre/authority/enrol.ts';
import { openHome } from '../../../tools/centre/authority/home.ts';
import { makeHome } from '../../../tools/centre/authority/make-home.ts';
import { newKeyPair } from '../../../tools/image/keys.ts';
import { fileKinds, kindOfFile } from '../../../tools/program/file-kind.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { imageOf } from '../cli/flashed-unit.ts';
import { passText } from '../cli/tech-bench.ts';
import { document } from '../protocol/signed-samples.ts';
import { centre } from '../protocol/signing.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const payload = Uint8Array.of(0xa0);
const row = encode([70_000, new Uint8Array(40), new Uint8Array(32)], { bytesMax: 256, depthMax: 2, itemsMax: 8 });
const signed = signConfig(
  { device: 'DK-0042', issuedAt: 1_795_248_000, document: { ...document, version: 8 } },
  centre,
);
const { privatePem, publicPem } = newKeyPair();
const plan = stringify(document);

let folder = '';
let enrolment: Uint8Array;
let ledger: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-kinds-'));
  const now = Math.floor(Date.now() / 1000);
  const home = await makeHome({ folder: join(folder, 'home'), hosts: [], port: 8883, now });
  const { file } = await enrol(openHome(home.folder), { device: 'DK-0077', years: 1, now });
  enrolment = new Uint8Array(readFileSync(file));
  const database = new Database(join(folder, 'db'));
  database.exec('CREATE TABLE t (x)');
  database.close();
  ledger = new Uint8Array(readFileSync(join(folder, 'db')));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the kind of a file', () => {
  it.each([
    ['pass', () => utf8(passText())],
    ['pass', () => sign1(payload, technicianPassType, centre)],
    ['enrolment', () => enrolment],
    ['enrolment', () => enrolment.subarray(0, 200)],
    ['image', () => imageOf()],
    ['signedPlan', () => signed],
    ['signedPlan', () => utf8(Buffer.from(signed).toString('base64'))],
    ['plan', () => utf8(plan)],
    ['plan', () => utf8(JSON.stringify(document))],
    ['handover', () => sign1(payload, handoverType, centre)],
    ['log', () => row],
    ['trace', () => utf8('{"dosis":"trace","version":2,"of":""}\n{"in":"boot"}\n')],
    ['trace', () => utf8('{"dosis":"trace","version":2}\n'.padEnd(2 * 1024 * 1024, 'x'))],
    ['ledger', () => ledger],
    ['report', () => sign1(payload, selfTestReportType, centre)],
    ['scenario', () => new Uint8Array(readFileSync('sim/scenarios/double-press.yaml'))],
    ['privateKey', () => utf8(privatePem)],
    ['publicKey', () => utf8(publicPem)],
  ] as const)('is told by what is in it: %s', async (kind, bytes) => {
    expect(kindOfFile(await bytes())).toBe(kind);
  });

  it('is none for what is not ours', () => {
    for (const text of ['', 'hello', '- 1\n', 'regimen: [', '{"name":"x"}', '-----BEGIN CERTIFICATE-----\n'])
      expect(kindOfFile(utf8(text))).toBeUndefined();
    expect(kindOfFile(encode([1, 2, 3], { bytesMax: 256, depthMax: 2, itemsMax: 8 }))).toBeUndefined();
  });

  it('is found of any bytes without a fault', () => {
    const heads = [[], [0xd2], [0x83], [0xaa, 1, 0x67], [...utf8('regimen: ')]];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        const kind = kindOfFile(Uint8Array.from([...head, ...rest]));
        expect(kind === undefined || fileKinds.includes(kind)).toBe(true);
      }),
    );
  });

  it.each(fileKinds)('%s has words in both languages that name a command or a place', (kind) => {
    for (const t of [techWords.da, techWords.en]) {
      const told = t.mistakes.otherFile('F', kind, kind === 'pass' ? 'image' : 'pass');
      expect(told).toMatch(/^"F" (er|is) [^"]+, (som|which) .*(dosis|--pass|sqlite3).*; .+ "dosis .+\.$/);
      expect(t.mistakes.otherFile('F', kind, undefined)).toMatch(/^"F" [^;]+\.$/);
    }
  });
});
