import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { openCommand } from '../../protocol/messages/signed-command.ts';
import { documentHash, openConfig, readOffered } from '../../protocol/messages/signed-config.ts';
import { goldenBytes } from '../fuzz/hostile-cbor.ts';
import { Desk, hashOf, signed as signedForRig } from '../unit/firmware/centre-desk.ts';
import { CONFIG, labels, Rig } from '../unit/firmware/rig.ts';
import { centre, kid, sha256, trust } from '../unit/protocol/signing.ts';
import { bytesOf } from '../unit/protocol/thrown.ts';
import { type FreshDocuments, freshFromCli, noBroker } from './fresh-documents.ts';
import { makeVenv, type Venv } from './python.ts';

/** A CBOR and a COSE implementation that nobody here wrote. */
const packages = ['cbor2==5.9.0', 'cwt==3.3.0'];
const script = new URL('./documents.py', import.meta.url).pathname;
const vectors = new URL('../../protocol/vectors/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('signed.json', vectors), 'utf8'));
const passes = JSON.parse(readFileSync(new URL('technician-pass.json', vectors), 'utf8'));
const reports = JSON.parse(readFileSync(new URL('self-test-report.json', vectors), 'utf8'));
const seed = golden.seed as string;
const centreKey = { kid: golden.kid as string, key: golden.publicKey as string };

interface Key {
  readonly kid: string;
  readonly key: string;
}
interface Verified {
  readonly refused?: string;
  readonly header: Record<string, unknown>;
  readonly unprotected: object;
  readonly payload: Record<string, unknown>;
}
interface Orders {
  readonly verify?: readonly ({ readonly hex: string } & Key)[];
  readonly read?: readonly string[];
  readonly sign?: readonly object[];
}
interface Said {
  readonly verified: readonly Verified[];
  readonly read: readonly { readonly value: unknown; readonly again: string }[];
  readonly signed: readonly string[];
}

const venv = await makeVenv(packages);

if (typeof venv === 'string') {
  it.skipIf(true)(`documents read by cbor2 and cwt: ${venv}`, () => undefined);
} else {
  describe('a CBOR and COSE implementation that nobody here wrote', () => {
    const { run, remove } = venv as Venv;
    const ask = async ({ verify = [], read = [], sign = [] }: Orders): Promise<Said> =>
      JSON.parse(await run('python', [script], JSON.stringify({ verify, read, sign })));
    let fresh: FreshDocuments | undefined;
    afterAll(async () => {
      await fresh?.remove();
      remove();
    });

    it('verifies every golden configuration, command, pass and report, and reads in them what we meant', async () => {
      const rows = [...golden.config, ...golden.command];
      const { verified } = await ask({
        verify: [
          ...rows.map(({ hex }) => ({ hex, ...centreKey })),
          ...passes.passes.map(({ hex }: { hex: string }) => ({ hex, ...centreKey })),
          ...reports.reports.map(({ hex }: { hex: string }) => ({
            hex,
            kid: reports.kid,
            key: passes.passes[0].pass.key,
          })),
        ],
      });
      expect(verified.filter(({ refused }) => refused !== undefined)).toEqual([]);
      for (const [index, { protected: header, payload }] of rows.entries())
        expect(verified[index]).toMatchObject({ header, unprotected: {}, payload });
      expect(verified.slice(rows.length).map(({ payload }) => payload['1'])).toEqual([
        ...passes.passes.map(({ pass }: { pass: { id: string } }) => pass.id),
        ...reports.reports.map(({ report }: { report: { device?: string } }) => report.device),
      ]);
    });

    it('refuses a configuration, a command and a pass with any one byte changed, and under another key', async () => {
      const documents: string[] = [golden.config[0].hex, golden.command[0].hex, passes.passes[0].hex];
      const { publicKey } = generateKeyPairSync('ed25519');
      const stranger = hexOf(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12)));
      const spoilt = documents.flatMap((hex) => {
        const bytes = bytesOf(hex);
        return Array.from(bytes, (byte, at) => ({ ...centreKey, hex: hexOf(bytes.with(at, byte ^ 1)) }));
      });
      const strange = documents.map((hex) => ({ hex, kid: centreKey.kid, key: stranger }));
      const { verified } = await ask({ verify: [...spoilt, ...strange] });
      expect(verified).toHaveLength(spoilt.length + documents.length);
      expect(verified.filter(({ refused }) => refused === undefined)).toEqual([]);
    });

    it('reads every golden message to the byte, and writes it again as we do', async () => {
      const messages = goldenBytes()
        .map(hexOf)
        .filter((hex) => !hex.startsWith('d2'));
      const { read } = await ask({ read: messages });
      expect(messages.length).toBeGreaterThan(30);
      expect(read.map(({ again }) => again)).toEqual(messages);
      const wires = readdirSync(vectors).flatMap((name) => {
        const rows = JSON.parse(readFileSync(new URL(name, vectors), 'utf8'));
        return Array.isArray(rows) ? rows : [];
      });
      for (const { hex, wire } of wires) expect(read[messages.indexOf(hex)]?.value).toEqual(wire);
    });

    it('reads what a unit says of its day: birth, events, a report and an answer', async () => {
      const rig = new Rig({ at: '2026-11-20T07:00+01:00', rolls: { A: labels('2026-11-20', 7) } });
      rig.online = true;
      const desk = new Desk(rig);
      desk.send('config', signedForRig({ ...CONFIG, version: 2 }, { base: hashOf(CONFIG) }));
      rig.until('2026-11-20T08:00+01:00');
      rig.press();
      rig.take();
      rig.pass(1_000);
      const said = (channel: string) =>
        rig.published.filter(({ topic }) => topic.endsWith(channel)).map(({ payload }) => hexOf(payload));
      const batches = said('up/event');
      const { read } = await ask({ read: [...batches, ...said('up/state'), ...said('up/config')] });
      const events = read
        .slice(0, batches.length)
        .flatMap(({ value }) => (value as Record<string, string[]>)['2'] ?? []);
      const { read: inside } = await ask({ read: events });
      const numbers = inside.map(({ value }) => (value as Record<string, number>)['1']);
      expect([...new Set(numbers)].sort((a = 0, b = 0) => a - b)).toEqual(rig.events.map(({ seq }) => seq));
      const [birth] = read.slice(batches.length);
      expect(birth?.value).toMatchObject({ '0': true, '2': 7, '4': '0.1.0' });
      expect(read.at(-1)?.value).toMatchObject({ '1': 2, '2': hexOf(hashOf({ ...CONFIG, version: 2 })) });
    });

    it('signs a configuration and a command with our key, which we open to the byte', async () => {
      const [config, command] = [golden.config[1], golden.command[0]];
      const wire = (row: { payload: Record<string, unknown> }, byteKeys: readonly string[]) =>
        Object.fromEntries(
          Object.entries(row.payload).map(([key, value]) => [key, byteKeys.includes(key) ? { bytes: value } : value]),
        );
      const by = { kid: centreKey.kid, key: centreKey.key, seed };
      const { signed } = await ask({
        sign: [
          { ...by, contentType: config.protected['3'], payload: wire(config, ['3', '5']) },
          { ...by, contentType: command.protected['3'], payload: wire(command, []) },
        ],
      });
      const [theirConfig = '', theirCommand = ''] = signed;
      const envelope = openConfig(bytesOf(theirConfig), trust);
      expect(readOffered(envelope)).toMatchObject({ version: config.order.document.version });
      expect(hexOf(documentHash(envelope.document, sha256))).toBe(config.documentHash);
      expect(openCommand(bytesOf(theirCommand), trust, sha256).command).toMatchObject({ id: command.order.id });
      expect([theirConfig, theirCommand]).toEqual([config.hex, command.hex]);
      expect(hexOf(kid)).toBe(hexOf(centre.kid));
    });

    it.skipIf(noBroker !== undefined)(
      'verifies pass, configuration and command that the command line has just made, and reads enrolment and acknowledgement',
      async () => {
        fresh = await freshFromCli();
        const { device, pass, config, command, enrolment, ack, key } = fresh;
        const { verified, read } = await ask({
          verify: [pass, config, command].map((bytes) => ({ hex: hexOf(bytes), ...key })),
          read: [enrolment, ack].map(hexOf),
        });
        expect(verified.filter(({ refused }) => refused !== undefined)).toEqual([]);
        expect(verified.map(({ payload }) => payload)).toMatchObject([
          { '1': 'T-0001' },
          { '1': device },
          { '2': fresh.device },
        ]);
        expect(read[0]?.value).toMatchObject({ '1': device });
        expect(read.map(({ again }) => again)).toEqual([enrolment, ack].map(hexOf));
        expect(read[1]?.value).toMatchObject({ '1': 7, '2': 0 });
      },
    );
  });
}
