import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signatures } from '../../../hal/crypto/ed25519.ts';
import { problemWithCredentials } from '../../../hal/linux/mqtt-identity.ts';
import { openSign1, sign1 } from '../../../protocol/cose/sign1.ts';
import { decodeEnrolment } from '../../../protocol/messages/enrolment.ts';
import { type EnrolmentOrder, enrol, renew, revoke } from '../../../tools/centre/authority/enrol.ts';
import { type CentreHome, openHome, pathsOf } from '../../../tools/centre/authority/home.ts';
import { makeHome } from '../../../tools/centre/authority/make-home.ts';
import { enrolledDevices, readRegister } from '../../../tools/centre/authority/register.ts';

const now = 1_795_257_993;
const YEAR_S = 31_557_600;

function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'dosis-home-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'home');
}

const plan = { hosts: ['broker.example', '10.0.0.4'], port: 8883, now };

async function newHome(): Promise<CentreHome> {
  const { folder } = await makeHome({ ...plan, folder: newFolder() });
  return openHome(folder);
}

const order = (device: string): EnrolmentOrder => ({ device, years: 5, now });
const read = (file: string) => decodeEnrolment(new Uint8Array(readFileSync(file)));
const devicesOf = ({ paths }: CentreHome, at = now) => enrolledDevices(readRegister(paths.register), at);

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
}

describe('a new home', () => {
  it('is readable for its owner only', async () => {
    const { folder } = await newHome();
    const open = [folder, ...everyFile(folder)].filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });

  it('has certificates of its own authority, each for one purpose, that outlast the units', async () => {
    const { paths } = await newHome();
    const certificate = (path: string) => new X509Certificate(readFileSync(path));
    const [authority, broker, centre] = [paths.authority, paths.broker, paths.centre].map((pair) =>
      certificate(pair.certificate),
    ) as [X509Certificate, X509Certificate, X509Certificate];
    expect(authority.ca).toBe(true);
    for (const own of [broker, centre]) {
      expect(own.verify(authority.publicKey) && own.checkIssued(authority)).toBe(true);
      expect(own.ca).toBe(false);
      expect(own.validToDate.getTime() / 1000).toBeGreaterThan(now + 19 * YEAR_S);
    }
    expect(broker.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(centre.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    for (const host of ['broker.example', 'localhost']) expect(broker.checkHost(host)).toBe(host);
    for (const address of ['10.0.0.4', '127.0.0.1', '::1']) expect(broker.checkIP(address)).toBeDefined();
  });

  it('signs documents with a key that is named by the hash of its public half', async () => {
    const home = await newHome();
    const { kid, key } = home.centreKey();
    expect(Buffer.from(kid)).toEqual(createHash('sha256').update(key).digest().subarray(0, 8));
    const type = { contentType: 'text/plain', payloadBytesMax: 10 };
    const signed = sign1(Uint8Array.of(1, 2, 3), type, home.signer());
    const trust = { keys: [{ kid, key }], verify: signatures.verify };
    expect(openSign1(signed, type, trust).payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('has a token and keys that no other home has', async () => {
    const [one, other] = [await newHome(), await newHome()];
    expect(one.operatorToken()).toMatch(/^[\w-]{43}$/);
    expect(one.operatorToken()).not.toBe(other.operatorToken());
    expect(one.centreKey()).not.toEqual(other.centreKey());
    expect(one.tlsOfCentre().ca).not.toBe(other.tlsOfCentre().ca);
  });

  it('listens to its own machine only when no host is named', async () => {
    const listener = ({ paths }: CentreHome) =>
      /^listener .*$/m.exec(readFileSync(paths.mosquitto.configuration, 'utf8'))?.[0];
    const { folder } = await makeHome({ ...plan, hosts: [], folder: newFolder() });
    expect(listener(openHome(folder))).toBe('listener 8883 127.0.0.1');
    expect(openHome(folder).brokerUrl).toBe('mqtts://127.0.0.1:8883');
    const named = await newHome();
    expect(listener(named)).toBe('listener 8883');
    expect([named.brokerUrl, named.localBrokerUrl]).toEqual(['mqtts://broker.example:8883', 'mqtts://127.0.0.1:8883']);
  });
});

describe('making a home', () => {
  it('is refused where one is, which stays as it was', async () => {
    const { folder } = await newHome();
    const before = everyFile(folder).map((path) => (statSync(path).isFile() ? readFileSync(path, 'hex') : path));
    await expect(makeHome({ ...plan, folder })).rejects.toThrow(
      /is the home of a service centre already; it stays as it is/,
    );
    expect(everyFile(folder).map((path) => (statSync(path).isFile() ? readFileSync(path, 'hex') : path))).toEqual(
      before,
    );
  });

  it('is refused where something else is, and beside what an interrupted attempt has left', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'letter'), '');
    await expect(makeHome({ ...plan, folder })).rejects.toThrow(/holds something else; name a folder that is empty/);
    rmSync(join(folder, 'letter'));
    mkdirSync(`${folder}.unfinished`);
    await expect(makeHome({ ...plan, folder })).rejects.toThrow(
      /was interrupted, or still runs, in ".*unfinished"; .*remove that folder/,
    );
    rmSync(`${folder}.unfinished`, { recursive: true });
    await makeHome({ ...plan, folder });
  });

  it('leaves nothing behind when it fails', async () => {
    const folder = newFolder();
    const wrong = makeHome({ ...plan, folder, serviceNumber: 'æ' });
    await expect(wrong).rejects.toThrow(/service number "æ" must be a telephone number/);
    const noText = undefined as unknown as string;
    await expect(makeHome({ ...plan, folder, hosts: ['broker.example', noText] })).rejects.toThrow();
    expect(readdirSync(join(folder, '..'))).toEqual([]);
  });
});

describe('a home that is not whole', () => {
  it('is not opened, with the file and the way out', async () => {
    expect(() => openHome(newFolder())).toThrow(
      /is no home of a service centre; make one with: dosis centre init --home "/,
    );
    const { folder, paths } = await newHome();
    writeFileSync(paths.signingKey, 'nothing');
    expect(() => openHome(folder).signer()).toThrow(
      /signing\.key" holds no "PRIVATE KEY" in PEM; put it back from a copy/,
    );
    rmSync(paths.centre.key);
    expect(() => openHome(folder).tlsOfCentre()).toThrow(
      /centre\.key" could not be read \(ENOENT\); put it back from a copy/,
    );
    writeFileSync(paths.settings, '{"format":2}');
    expect(() => openHome(folder)).toThrow(/centre\.json" is not what this version of dosis writes/);
    writeFileSync(paths.settings, '{');
    expect(() => openHome(folder)).toThrow(/centre\.json" is not JSON/);
    rmSync(paths.settings);
    expect(() => openHome(folder)).toThrow(/lacks its centre\.json; put the file back from a copy/);
  });
});

describe('the keys that sign firmware', () => {
  const keyFile = (home: CentreHome, name: string) => {
    const { publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(home.paths.imageKeys, name), publicKey.export({ format: 'pem', type: 'spki' }));
    return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12));
  };

  it('are those in *.pub and *.pem, in the order of their names; what else lies there is none', async () => {
    const home = await newHome();
    const second = keyFile(home, 'b.pub');
    const first = keyFile(home, 'a.pem');
    const third = keyFile(home, 'c.pub');
    keyFile(home, 'd.pub.old');
    writeFileSync(join(home.paths.imageKeys, 'README'), 'Keys of the maker.');
    expect(home.imageKeys()).toEqual([first, second, third]);
    const { file } = await enrol(home, order('DK-0042'));
    expect(read(file).imageKeys).toEqual([first, second, third]);
  });

  it.each(['pub', 'pem'])('stop an enrolment when a *.%s of another kind is among them', async (ending) => {
    const home = await newHome();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const path = join(home.paths.imageKeys, `other.${ending}`);
    writeFileSync(path, publicKey.export({ format: 'pem', type: 'spki' }));
    expect(() => home.imageKeys()).toThrow(`"${path}" is no Ed25519 public key`);
    await expect(enrol(home, order('DK-0042'))).rejects.toThrow('Ed25519');
    writeFileSync(path, 'not PEM at all');
    expect(() => home.imageKeys()).toThrow(`"${path}" holds no "PUBLIC KEY" in PEM`);
  });
});

describe('an enrolment', () => {
  it('holds what belongs together, and what the unit is to believe', async () => {
    const home = await newHome();
    const { publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(home.paths.imageKeys, 'release.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
    const enrolled = await enrol(home, { ...order('DK-0042'), deviceClass: 'dual-roll', serviceNumber: '70 12 34 56' });
    const enrolment = read(enrolled.file);
    expect(enrolment).toMatchObject({
      device: 'DK-0042',
      deviceClass: 'dual-roll',
      broker: 'mqtts://broker.example:8883',
      centreKeys: [home.centreKey()],
      serviceNumber: '70 12 34 56',
      issuedAt: now,
      expiresAt: now + 5 * YEAR_S,
    });
    expect(enrolment.imageKeys).toEqual([
      new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12)),
    ]);
    expect(problemWithCredentials(enrolment)).toBeUndefined();
    expect(statSync(enrolled.file).mode & 0o777).toBe(0o600);
    const certificate = new X509Certificate(enrolment.certificate);
    expect(certificate.serialNumber.toLowerCase()).toBe(enrolled.serial);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('of mixed parts is told apart', async () => {
    const [home, other] = [await newHome(), await newHome()];
    const one = read((await enrol(home, order('unit-1'))).file);
    const two = read((await enrol(home, order('unit-2'))).file);
    const foreign = read((await enrol(other, order('unit-1'))).file);
    const said = (mixed: object) => problemWithCredentials({ ...one, ...mixed });
    expect(said({ device: 'unit-2' })).toBe('the certificate is not that of unit-2');
    expect(said({ privateKey: two.privateKey })).toBe('the private key does not belong to the certificate');
    expect(said({ authority: foreign.authority })).toBe('the certificate was not issued by the authority');
    expect(said({ authority: two.certificate })).toBe('the authority is no certificate of one');
    expect(said({ certificate: Uint8Array.of(1, 2) })).toBe('a certificate or key cannot be read');
    expect(said({ privateKey: Uint8Array.of(1, 2) })).toBe('a certificate or key cannot be read');
  });

  it('is made once; then it is renewed, or made anew after a revocation', async () => {
    const home = await newHome();
    const first = await enrol(home, { ...order('DK-0042'), deviceClass: 'dual-roll' });
    await expect(enrol(home, order('DK-0042'))).rejects.toThrow(
      /is enrolled already, until 2031-11-21; .*renew DK-0042.*revoke DK-0042/,
    );
    const second = await renew(home, order('DK-0042'));
    expect(second).toMatchObject({ class: 'dual-roll', file: first.file });
    expect(second.serial).not.toBe(first.serial);
    expect(await revoke(home, order('DK-0042'))).toEqual({ device: 'DK-0042', serials: [first.serial, second.serial] });
    expect(await revoke(home, order('DK-0042'))).toEqual({ device: 'DK-0042', serials: [] });
    expect(devicesOf(home)).toMatchObject([{ device: 'DK-0042', state: 'revoked', serial: second.serial }]);
    const third = await enrol(home, order('DK-0042'));
    expect(devicesOf(home)).toMatchObject([{ device: 'DK-0042', state: 'valid', serial: third.serial }]);
    expect(devicesOf(home, now + 6 * YEAR_S)).toMatchObject([{ state: 'expired' }]);
  });

  it('names the units that came before, newest first, and none that was revoked; what a unit attests, others can check', async () => {
    const home = await newHome();
    const made = [read((await enrol(home, order('DK-0042'))).file)];
    for (const _ of [1, 2]) made.unshift(read((await renew(home, order('DK-0042'))).file));
    const kids = made.map(({ attestationKey }) => attestationKey.kid);
    expect(made.map(({ predecessors }) => predecessors.map(({ kid }) => kid))).toEqual([
      kids.slice(1),
      kids.slice(2),
      [],
    ]);
    const [{ key } = { key: new Uint8Array() }] = made[1]?.predecessors ?? [];
    const message = Uint8Array.of(1, 2, 3);
    const secret = made[2]?.attestationKey.secret ?? new Uint8Array();
    expect(signatures.verify(key, message, signatures.sign(secret, message))).toBe(true);
    await revoke(home, order('DK-0042'));
    expect(read((await enrol(home, order('DK-0042'))).file).predecessors).toEqual([]);
    expect(read((await enrol(home, order('DK-0043'))).file).predecessors).toEqual([]);
  });

  it.each(['+', '#', 'a/b', '%u', 'a', '-abc', 'dosis.centre', 'æøå', 'a'.repeat(33), ''])(
    'is not made for %j',
    async (id) => {
      const home = await newHome();
      for (const act of [enrol, renew, revoke])
        await expect(act(home, order(id))).rejects.toThrow(/is no device id; write 3 to 32/);
      expect(readFileSync(home.paths.register, 'utf8')).toBe('');
    },
  );

  it('is neither renewed nor revoked for a device that nobody enrolled', async () => {
    const home = await newHome();
    for (const act of [renew, revoke])
      await expect(act(home, order('DK-1'))).rejects.toThrow(/DK-1 was never enrolled here/);
  });

  it('never outlasts the authority', async () => {
    const home = await newHome();
    const later = now + 25 * YEAR_S;
    const { expiresAt } = await enrol(home, { device: 'DK-1', years: 20, now: later });
    expect(expiresAt).toBe(new X509Certificate(home.authority().certificate).validToDate.getTime() / 1000);
  });

  it('does not replace a file that it was told to write, and puts nothing in the register then', async () => {
    const home = await newHome();
    const out = join(home.folder, 'precious');
    writeFileSync(out, 'precious');
    await expect(enrol(home, { ...order('DK-1'), out })).rejects.toThrow(/precious" exists already and stays as it is/);
    await expect(enrol(home, { ...order('DK-1'), out: join(home.folder, 'none', 'x') })).rejects.toThrow(/ENOENT/);
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(devicesOf(home)).toEqual([]);
  });

  it('waits for nobody: while another program changes the home it is refused, and a dead one is no hindrance', async () => {
    const home = await newHome();
    writeFileSync(home.paths.lock, String(process.ppid));
    await expect(enrol(home, order('DK-1'))).rejects.toThrow(/Another dosis \(process \d+\) is changing this home/);
    writeFileSync(home.paths.lock, String(2 ** 22 + 1));
    await enrol(home, order('DK-1'));
    expect(existsSync(home.paths.lock)).toBe(false);
  });
});

describe('the register', () => {
  it('survives a line that was cut off by a power cut, at every byte', async () => {
    const home = await newHome();
    await enrol(home, order('DK-1'));
    const whole = readFileSync(home.paths.register);
    const line = whole.toString().replaceAll('DK-1', 'DK-2');
    for (let length = 0; length < line.length; length += 7) {
      writeFileSync(home.paths.register, whole);
      appendFileSync(home.paths.register, line.slice(0, length));
      expect(devicesOf(home).map(({ device }) => device)).toEqual(['DK-1']);
    }
    await enrol(home, order('DK-2'));
    expect(devicesOf(home).map(({ device }) => device)).toEqual(['DK-1', 'DK-2']);
  });

  it('is not read past a line that is broken in the middle', async () => {
    const home = await newHome();
    await enrol(home, order('DK-1'));
    appendFileSync(home.paths.register, 'what is this\n');
    expect(() => devicesOf(home)).toThrow(/Line 2 of ".*register\.jsonl" is not what dosis writes; put the file back/);
  });

  it('lists a revocation later than the one before, and never in the future', async () => {
    const home = await newHome();
    const since: number[] = [];
    const { listedSince } = await import('../../../tools/centre/authority/certificates.ts');
    const { derOf } = await import('../../../tools/centre/authority/pem.ts');
    for (const device of ['DK-1', 'DK-2', 'DK-3']) {
      await enrol(home, order(device));
      await revoke(home, order(device));
      since.push(listedSince(derOf('X509 CRL', readFileSync(home.paths.revoked, 'utf8')) as Uint8Array));
    }
    expect(since).toEqual([...new Set(since)].sort((one, other) => one - other));
    expect(Math.max(...since)).toBeLessThanOrEqual(now);
  });
});

describe('what only the owner may read', () => {
  it.skipIf(process.getuid?.() === 0)('says so to others', async () => {
    const { folder } = await newHome();
    chmodSync(pathsOf(folder).settings, 0);
    expect(() => openHome(folder)).toThrow(/\(EACCES\); run dosis as the user who made the home/);
  });
});
