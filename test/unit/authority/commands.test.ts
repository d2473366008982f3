import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';

let home: string;
let printed: string[];
beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), 'dosis-cli-')), 'home');
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(join(home, '..'), { recursive: true });
});

/** What a command line prints; its options may stand before or after what it names. */
async function said(...args: string[]): Promise<string> {
  printed.length = 0;
  await runCommandLine(['centre', ...args]);
  return printed.join('');
}

/** As a user to whom the home does not belong. */
async function openedByNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  else chmodSync(home, 0);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    else chmodSync(home, 0o700);
  }
}

const json = async (...args: string[]) => JSON.parse(await said(...args, '--home', home, '--json'));

describe('dosis centre', () => {
  it('makes a home, enrols, renews, revokes and lists, each told as one JSON document', async () => {
    expect(await json('init', '--host', 'broker.example', '10.0.0.4', '--port', '8884')).toEqual({
      home,
      broker: 'mqtts://broker.example:8884',
    });
    const first = await json('enrol', 'DK-0042', '--class', 'dual-roll', '--years', '2');
    expect(first).toMatchObject({
      device: 'DK-0042',
      class: 'dual-roll',
      file: join(home, 'enrolments', 'DK-0042.enrolment'),
    });
    const second = await json('renew', 'DK-0042', '--out', `${home}.enrolment`);
    expect(existsSync(`${home}.enrolment`)).toBe(true);
    expect(await json('devices')).toMatchObject([{ device: 'DK-0042', serial: second.serial, state: 'valid' }]);
    expect(await json('revoke', 'DK-0042', '--older')).toMatchObject({ serials: [first.serial] });
    expect(await json('devices')).toMatchObject([{ serial: second.serial, state: 'valid' }]);
    expect(await json('revoke', 'DK-0042', '--older')).toMatchObject({ serials: [] });
    expect(await json('revoke', 'DK-0042')).toEqual({
      device: 'DK-0042',
      serials: [second.serial],
      brokerTold: false,
      connectionEnded: false,
    });
    expect(await json('devices')).toMatchObject([{ state: 'revoked' }]);
  });

  it('says in plain words what it did and what comes next', async () => {
    expect(await said('init', '--home', home)).toMatch(
      /keep a copy in a safe place.\n.*from this machine only.*\nStart both: dosis centre --home ".*" --mosquitto\n/,
    );
    expect(await said('devices', '--home', home)).toBe(
      'No device is enrolled yet; enrol one with: dosis centre enrol ID\n',
    );
    expect(await said('enrol', 'DK-1', '--home', home)).toMatch(
      /^DK-1 is enrolled until \d{4}-\d\d-\d\d, serial .*\n.*holds the private key of the device: bring it there by cable, then delete it/,
    );
    expect(await said('renew', 'DK-1', '--home', home)).toMatch(/^DK-1 has a new certificate until /);
    expect(await said('devices', '--home', home)).toMatch(/^device .*\nDK-1 +valid /);
    expect(await said('revoke', 'DK-1', '--home', home)).toMatch(
      /^DK-1 is revoked \(2 certificates\). No Mosquitto of this home runs on this machine: bring ".*revoked.pem" to the broker/,
    );
    expect(await said('revoke', 'DK-1', '--home', home)).toMatch(/^DK-1 had no certificate left to revoke/);
  });

  it.each<[string, string[], RegExp]>([
    ['no command', ['enrl', 'X'], /has no command "enrl"/],
    ['a host with a scheme', ['init', '--host', 'mqtts://x'], /A host is a name such as broker\.example/],
    ['too many years', ['enrol', 'DK-1', '--years', '21'], /Years are a number above 0 and up to 20/],
    ['no years', ['enrol', 'DK-1', '--years', '0'], /Years are a number/],
    ['an id with a slash', ['enrol', 'a/b'], /"a\/b" is no device id/],
    [
      'a citizen number for a unit',
      ['enrol', '0102031234'],
      /^The id looks like a citizen number \(CPR\), [^0]*DD-0042/,
    ],
    ['one with a hyphen', ['enrol', '010203-1234'], /looks like a citizen number/],
    ['one inside an id', ['enrol', 'hr-010203-1234'], /looks like a citizen number/],
    ['ten digits of no date', ['enrol', '9999991234'], /looks like a citizen number/],
    ['a citizen number in Danish', ['enrol', '010203-1234', '--lang', 'da'], /^Id’et ligner et CPR-nummer/],
    ['a class in capitals', ['enrol', 'DK-1', '--class', 'X'], /deviceClass must be .* such as "dispenser", not "X"/],
    [
      'a folder that is not there',
      ['enrol', 'DK-1', '--out', '/nowhere/x'],
      /"\/nowhere\/x" could not be written \(ENOENT\)/,
    ],
    ['Mosquitto without a home', ['--mosquitto'], /--mosquitto needs a home/],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    await said('init', '--home', home);
    const refused = said(...args, ...(args[0] === 'enrol' ? ['--home', home] : []));
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(sentence);
  });

  it.each(['0102031234', '010203-1234', '991399-0000'])(
    'makes no pass for %s, which looks like a citizen number',
    async (id) => {
      await said('init', '--home', home);
      const out = `${home}.pass`;
      await expect(said('pass', id, '--home', home, '--out', out)).rejects.toThrow(/looks like a citizen number/);
      const forUnit = said('pass', 'T-1', '--home', home, '--out', out, '--device', id);
      await expect(forUnit).rejects.toThrow(/looks like a citizen number/);
      expect(existsSync(out)).toBe(false);
      await said('pass', 'T-20261121', '--home', home, '--out', out);
      expect(existsSync(out)).toBe(true);
    },
  );

  it('says in Danish what it did, when it is asked to', async () => {
    const danish = (...args: string[]) => said(...args, '--home', home, '--lang', 'da');
    expect(await danish('init')).toMatch(/^Servicecentralen har sin mappe i ".*gem en kopi/);
    expect(await danish('devices')).toMatch(/^Intet apparat er indskrevet endnu/);
    expect(await danish('enrol', 'DK-1')).toMatch(/^DK-1 er indskrevet til .*\n.*bring den dertil over kablet/);
    expect(await danish('devices')).toMatch(/^apparat +status +til +serienummer +slags\nDK-1 +gyldig +\d/);
    await expect(danish('enrol', 'DK-1')).rejects.toThrow(/DK-1 er allerede indskrevet/);
    expect(await danish('revoke', 'DK-1')).toMatch(/^DK-1 er taget tilbage \(1 certifikat\)\. Ingen Mosquitto/);
    expect(await danish('pass', 'T-1', '--out', `${home}.pass`)).toMatch(/er pas T-1 \(tekniker\) til /);
  });

  it('says that a home may not be looked into, and does not call it none', async () => {
    await said('init', '--home', home);
    const denied = openedByNobody(() => said('devices', '--home', home));
    await expect(denied).rejects.toThrow(
      /centre\.json" could not be read \(EACCES\); run dosis as the user who made the home/,
    );
  });

  it('makes no home in a folder that it may not look into, and does not say that something else is there', async () => {
    mkdirSync(home, { mode: 0o700 });
    const denied = openedByNobody(() => said('init', '--home', home));
    await expect(denied).rejects.toThrow(/home" could not be read \(EACCES\); run dosis as the user who made the home/);
  });

  it('refuses a broker without TLS, and two brokers at once, where a home asks for certificates', async () => {
    await said('init', '--home', home);
    await expect(said('--home', home, '--broker', 'mqtt://127.0.0.1:1')).rejects.toThrow(
      /has no TLS; with --home write mqtts:/,
    );
    const both = said('--home', home, '--mosquitto', '--broker', 'mqtts://127.0.0.1:1');
    await expect(both).rejects.toThrow(/both name a broker/);
  });
});
