import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSerial } from '../../hal/linux/serial.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { buildImage } from '../../protocol/image/build.ts';
import { signTechnicianPass } from '../../protocol/messages/technician-pass.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { NotedUnit } from '../unit/firmware/service/bench.ts';
import { realStamp, type Served, serve } from '../unit/firmware/service/served.ts';
import { deviceClass, maker } from '../unit/protocol/image-keys.ts';
import { centre } from '../unit/protocol/signing.ts';
import { issuedAt, pass } from '../unit/protocol/smp-session-samples.ts';
import { makeVenv, type Venv } from './python.ts';

/** Clients that nobody here wrote. */
const packages = ['smpclient[serial]==7.3.0', 'imgtool==2.5.0', 'cbor2'];
const script = new URL('./drive.py', import.meta.url).pathname;
/** Seeds of the technician's key and of the one that signs images: RFC 8032 §7.1 test 3, and the bytes 0 to 31. */
const technicianSeed = 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7';
const makerPem = `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([
  Buffer.from('302e020100300506032b657004220420', 'hex'),
  Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
]).toString('base64')}\n-----END PRIVATE KEY-----\n`;
const uuid = '00112233-4455-6677-8899-aabbccddeeff';
const bodyBytes = Number(process.env.DOSIS_INTEROP_BYTES ?? 200_000);
const body = Uint8Array.from({ length: bodyBytes }, (_, index) => (index * 31 + (index >> 8)) & 0xff);

const venv = await makeVenv(packages);
const missing = typeof venv === 'string' ? venv : noSocat;

if (missing !== undefined) {
  it.skipIf(true)(`interop with smpclient and imgtool: ${missing}`, () => undefined);
} else {
  describe('a client that nobody here wrote', () => {
    const { folder, run, remove } = venv as Venv;
    const unit = new NotedUnit();
    const ledger = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) & 0xff);
    let cable: Cable;
    let serial: Serial;
    let served: Served;
    const imageFile = join(folder, 'image.bin');
    const order = (act: string) =>
      JSON.stringify({
        act,
        port: cable.laptop,
        image: imageFile,
        pass: hexOf(signTechnicianPass(pass, centre)),
        seed: technicianSeed,
      });
    const drive = async (act: string) => JSON.parse(await run('python', [script], order(act)));

    beforeAll(async () => {
      unit.files = { ledger };
      writeFileSync(join(folder, 'key.pem'), makerPem);
      writeFileSync(join(folder, 'body.bin'), body);
      cable = findCable();
      await cable.plug();
      serial = createSerial({ path: cable.device });
      served = serve(unit, serial, realStamp((issuedAt + 86_400) * 1000));
      serial.open();
      await vi.waitFor(() => expect(serial.write(new Uint8Array())).toBe(true));
    });
    afterAll(async () => {
      serial.close();
      await cable.remove();
      remove();
    });

    it('has its images verified by us, and verifies ours', async () => {
      const key = join(folder, 'key.pem');
      const parts = ['-v', '1.1.0', '-H', '32', '--pad-header', '-S', String(bodyBytes + 65_536), '--align', '1'];
      const rules = ['-s', '7', '--cid', uuid];
      await run('imgtool', ['sign', '-k', key, ...parts, ...rules, join(folder, 'body.bin'), imageFile]);
      const version = { major: 1, minor: 1, revision: 0, build: 0 };
      const ours = buildImage({ body, version, securityCounter: 7, deviceClass }, maker.signer);
      expect(Buffer.from(ours).equals(readFileSync(imageFile))).toBe(true);
      writeFileSync(join(folder, 'ours.bin'), ours);
      expect(await run('imgtool', ['verify', '-k', key, join(folder, 'ours.bin')])).toContain('correctly validated');
    });

    it('looks round, logs in, and uploads, lists and tests an image', async () => {
      const said = await drive('look');
      const size = readFileSync(imageFile).length;
      expect(said).toMatchObject({
        echo: { r: 'Hej, Dosis' },
        params: { buf_size: 8192, buf_count: 1 },
        info: { output: 'Dosis DK-0042 arm64' },
        bootloader: { bootloader: 'Dosis' },
        count: { count: 14 },
        groups: { groups: [0, 1, 2, 3, 8, 10, 64, 65, 66, 67, 68, 69, 70, 71] },
        firstGroup: { group: 0 },
        shut: { rc: 11 },
        session: { role: 'technician', pass: 'T-17', idle: 600, left: 3600 },
        statistics: { stat_list: ['doses', 'link', 'cable'] },
        doses: { name: 'doses', fields: { taken: 3, missed: 1 } },
        setting: { val: Buffer.from('DK-0042').toString('hex') },
        noSetting: { err: { group: 3, rc: 3 } },
        fileStatus: { len: ledger.length },
        fileHash: { type: 'sha256', len: ledger.length, output: createHash('sha256').update(ledger).digest('hex') },
        noFile: { err: { group: 8, rc: 3 } },
        datetime: { datetime: expect.stringMatching(/^2026-11-22T/) },
        erase: {},
        file: createHash('sha256').update(ledger).digest('hex'),
        upload: { bytes: size },
        states: {
          images: [
            { slot: 0, active: true, confirmed: true },
            { slot: 1, version: '1.1.0', pending: false },
          ],
        },
        test: { images: [{ slot: 0 }, { slot: 1, pending: true }] },
      });
      expect(said.details.groups[6]).toEqual({ group: 64, name: 'session', handlers: 4 });
      expect(said.reset).not.toHaveProperty('rc');
      expect(unit.deeds).toEqual([{ restart: false }]);
      if (process.env.DOSIS_INTEROP_RATE !== undefined) {
        process.stderr.write(`${JSON.stringify({ ...said.upload, imageBytes: size, wire: served.traffic })}\n`);
      }
    });

    it('finds the new image on trial after the restart, and confirms it', async () => {
      unit.images.restart();
      served.restart();
      const said = await drive('confirm');
      const onTrial = { slot: 0, version: '1.1.0', active: true };
      expect(said.states.images[0]).toMatchObject({ ...onTrial, confirmed: false });
      expect(said.confirm.images[0]).toMatchObject({ ...onTrial, confirmed: true });
      expect(unit.entries.map(({ act }) => act)).toEqual([
        'session-opened',
        'file-copied',
        'image-erase',
        'file-copied',
        'image-begun',
        'image-complete',
        'image-test',
        'restart',
        'session-opened',
        'image-confirm',
      ]);
    });
  });
}
