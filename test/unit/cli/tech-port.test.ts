import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSerial } from '../../../hal/linux/serial.ts';
import { TechTerminal } from '../../../tools/cli/tech-terminal.ts';
import { unopened } from '../../../tools/technician/port.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { stranger } from '../protocol/signing.ts';
import { passText, run, TechBench } from './tech-bench.ts';

const { da, en } = techWords;

describe.skipIf(noSocat !== undefined)('the way to a unit', () => {
  it('says that there is no such port, in the technician’s language', async () => {
    const missing = ['info', '--port', '/nowhere/tty'];
    expect(await run(...missing)).toEqual({ code: 2, out: '', err: `${da.mistakes.portMissing('/nowhere/tty')}\n` });
    const { err } = await run(...missing, '--lang', 'en');
    expect(err).toBe(`${en.mistakes.portMissing('/nowhere/tty')}\n`);
  });

  it.each(['12', 'FF:FF:10:3A:5B', 'FF-FF-10-3A-5B-0C', 'the blue one', ''])(
    'is not looked for with “%s”, which is no address of a pocket tag',
    async (text) => {
      const mistyped = ['tag', 'pair', '--port', '/nowhere/tty', '--tag', text];
      expect(await run(...mistyped)).toEqual({ code: 2, out: '', err: `${da.mistakes.tagMisread(text)}\n` });
      expect((await run(...mistyped, '--lang', 'en')).err).toBe(`${en.mistakes.tagMisread(text)}\n`);
    },
  );

  it('says with --json as one document what went wrong', async () => {
    const { out, err, code } = await run('info', '--port', '/nowhere/tty', '--json');
    expect({ code, err, out: JSON.parse(out) }).toEqual({
      code: 2,
      err: '',
      out: { error: { code: 'portMissing', sentence: da.mistakes.portMissing('/nowhere/tty') } },
    });
  });

  it('says that a path is no port', async () => {
    const { err, code } = await run('info', '--port', '/dev/null');
    expect({ err, code }).toEqual({
      code: 2,
      err: expect.stringMatching(/^\/dev\/null er ingen seriel port, men noget andet; skriv en seriel port/),
    });
  });

  it.each([
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'portForbidden'],
    ['Opening COM3: Access denied', 'portForbidden'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'portBusy'],
    ['Opening COM3: File not found', 'portMissing'],
  ])('knows what the system means by %s', (reason, code) => {
    expect(unopened(da, '/dev/ttyUSB0', reason)).toMatchObject({ code, exitCode: 2 });
  });

  it('says that another program holds the port', async () => {
    const bench = await new TechBench().lay();
    const other = createSerial({ path: bench.cable.laptop });
    onTestFinished(() => other.close());
    await new Promise<void>((resolve) => {
      other.listen(({ type }) => type === 'serial.opened' && resolve());
      other.open();
    });
    const { err, code } = await bench.stranger('info');
    expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.portBusy(bench.cable.laptop)}\n` });
  });

  it('says that nothing answers', async () => {
    const bench = await new TechBench().lay({ alone: true });
    const { err, code } = await bench.stranger('info');
    expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.portSilent(bench.cable.laptop)}\n` });
  });

  it('says that what answers is no unit', async () => {
    const bench = await new TechBench().lay({ alone: true });
    const modem = createSerial({ path: bench.cable.device });
    onTestFinished(() => modem.close());
    modem.listen(({ type }) => void (type === 'serial.received' && modem.write(new TextEncoder().encode('ERROR\r\n'))));
    modem.open();
    const { err, code } = await bench.stranger('info');
    expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.notAUnit(bench.cable.laptop)}\n` });
  });

  it('says that there is no cable at all, or several', async () => {
    const serial = await import('../../../hal/linux/serial-binding.ts');
    const port = { manufacturer: 'Acme', vendorId: '1209' } as never as object;
    const list = vi.spyOn(serial.serialBinding, 'list').mockResolvedValue([]);
    onTestFinished(() => list.mockRestore());
    expect(await run('info')).toEqual({ code: 2, out: '', err: `${da.mistakes.noPort()}\n` });
    const paths = ['/dev/ttyACM0', '/dev/ttyUSB3'];
    list.mockResolvedValue(paths.map((path) => ({ path, ...port })) as never);
    expect((await run('info')).err).toBe(`${da.mistakes.severalPorts(paths)}\n`);
  });

  it('asks which of several cables it is', async () => {
    const bench = await new TechBench().lay();
    const serial = await import('../../../hal/linux/serial-binding.ts');
    const list = vi.spyOn(serial.serialBinding, 'list');
    const canAsk = vi.spyOn(TechTerminal.prototype, 'canAsk', 'get').mockReturnValue(true);
    const ask = vi.spyOn(TechTerminal.prototype, 'ask').mockResolvedValueOnce('3').mockResolvedValueOnce('2');
    onTestFinished(() => {
      for (const spied of [list, canAsk, ask]) spied.mockRestore();
    });
    const ports = [{ path: '/nowhere/tty' }, { path: bench.cable.laptop, manufacturer: 'Acme' }];
    list.mockResolvedValue(ports.map((port) => ({ ...port, vendorId: '1209' })) as never);
    const { out, err } = await run('info');
    expect(err).toBe(`${da.ports.heading}\n  1  /nowhere/tty\n  2  ${bench.cable.laptop} (Acme)\n`);
    expect(ask.mock.calls.map(([question]) => question)).toEqual([da.ports.question(2), da.ports.question(2)]);
    expect(out).toContain('DK-0042');
  });

  it('takes the one cable there is', async () => {
    const bench = await new TechBench().lay();
    const serial = await import('../../../hal/linux/serial-binding.ts');
    const list = vi.spyOn(serial.serialBinding, 'list');
    onTestFinished(() => list.mockRestore());
    list.mockResolvedValue([{ path: '/dev/ttyS0' }, { path: bench.cable.laptop, vendorId: '1209' }] as never);
    expect((await run('info')).out).toContain('DK-0042');
  });
});

describe.skipIf(noSocat !== undefined)('a technician’s pass', () => {
  const refused = async (pass: string, code = 2) => {
    const bench = await new TechBench().lay();
    bench.file('pass.pem', pass);
    const ran = await bench.tech('info');
    expect(ran).toMatchObject({ code, out: '' });
    expect(bench.unit.storedTries).toBe(code === 2 ? 0 : 1);
    return { err: ran.err.trim(), file: bench.pass };
  };

  it('is asked for by what needs it', async () => {
    const bench = await new TechBench().lay();
    const { err, code } = await bench.stranger('fault', '--repaired');
    expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.passNeeded()}\n` });
  });

  it('is found by DOSIS_PASS', async () => {
    const bench = await new TechBench().lay();
    vi.stubEnv('DOSIS_PASS', bench.pass);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await bench.stranger('info')).out).toContain('T-17, tekniker; i 10 min uden brug, højst 60 min');
  });

  it('is no pass, or lacks its key, or has that of another', async () => {
    const [one, other] = [passText(), passText()];
    const nothing = await refused('hello');
    expect(nothing.err).toContain(da.mistakes.notAPass(nothing.file));
    const cut = await refused(one.slice(0, one.indexOf('-----BEGIN PRIVATE')));
    expect(cut.err).toContain(da.mistakes.passWithoutKey(cut.file));
    const mixed = await refused(
      one.slice(0, one.indexOf('-----BEGIN PRIVATE')) + other.slice(other.indexOf('-----BEGIN PRIVATE')),
    );
    expect(mixed.err).toContain(da.mistakes.passWrongKey(mixed.file));
  });

  it('that has ended, or is for another unit, costs no wrong try', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const { err } = await refused(passText({ notBefore: nowS - 999, expiresAt: nowS - 1 }));
    expect(err).toMatch(/^Passet T-17 udløb .* få et nyt af servicecentralen\./);
    const elsewhere = await refused(passText({ devices: ['DK-0001'] }));
    expect(elsewhere.err).toContain(da.mistakes.passElsewhere('T-17', 'DK-0042', ['DK-0001']));
  });

  it('of another centre is refused by the unit, which then waits', async () => {
    const bench = await new TechBench().lay();
    bench.file('pass.pem', passText({}, stranger));
    const { err, code } = await bench.tech('info');
    expect({ err, code }).toEqual({
      code: 1,
      err: `${da.failures.passRefused(da.session.passNotBelieved)} ${da.standing.untouched}\n`,
    });
    bench.unit.storedTries = 5;
    const { err: later } = await bench.tech('info');
    expect(later).toBe(`${da.failures.pause(16)} ${da.standing.untouched}\n`);
  });

  it('of a reader does not open what only a technician may do', async () => {
    const bench = await new TechBench().lay();
    bench.file('pass.pem', passText({ role: 'reader' }));
    const { err, code } = await bench.tech('fault', '--repaired');
    expect({ err, code }).toEqual({ code: 1, err: `${da.failures.denied('læser')} ${da.standing.untouched}\n` });
    expect(bench.unit.deeds).toEqual([]);
  });

  it('opens a session that ends with the command', async () => {
    const bench = await new TechBench().lay();
    await bench.tech('info');
    expect(bench.unit.entries.map(({ act, detail }) => `${act} ${detail}`)).toEqual([
      'session-opened ',
      'session-ended closed',
    ]);
  });
});
