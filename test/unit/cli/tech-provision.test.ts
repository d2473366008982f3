import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { decodeEnrolment, encodeEnrolment } from '../../../protocol/messages/enrolment.ts';
import { enrol } from '../../../tools/centre/authority/enrol.ts';
import type { CentreHome } from '../../../tools/centre/authority/home.ts';
import { centreCommand } from '../../../tools/cli/centre.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { newHome, nowS, type TestHome } from '../../contract/secure-home.ts';
import { FreshUnit } from './fresh-unit.ts';
import { run, TechBench, type TestUnit } from './tech-bench.ts';

const { da } = techWords;

/** What a unit is that has been provisioned and not yet filled. */
const becomes = (unit: TestUnit, device: string): void => {
  unit.state = { ...unit.state, device, phase: 'running', faults: ['stock-empty'] };
};

let secure: TestHome;
let home: CentreHome;
let enrolment: Uint8Array;
beforeAll(async () => {
  secure = await newHome();
  home = secure.home;
  const { file } = await enrol(home, { device: 'DK-0077', years: 1, now: nowS() });
  enrolment = new Uint8Array(readFileSync(file));
});
afterAll(() => secure.remove());

describe.skipIf(noSocat !== undefined)('dosis tech provision', () => {
  const laid = async (unit = new FreshUnit()) => {
    const bench = await new TechBench(unit).lay();
    unit.onRestart = () => {
      becomes(unit, 'DK-0077');
      bench.served?.restart();
    };
    return bench;
  };
  const refused = async (bench: TechBench, file: string) => {
    const { err, code, out } = await bench.stranger('provision', file);
    expect({ out, code, deeds: bench.unit.deeds }).toEqual({ out: '', code: 2, deeds: [] });
    return err.trim();
  };

  it('makes an empty unit into the one of the enrolment, and says what comes next', async () => {
    const bench = await laid();
    const file = bench.file('unit.enrolment', enrolment);
    const { out, err, code } = await bench.stranger('provision', file);
    expect({ code, err }).toEqual({ code: 0, err: `${da.provision.restarting('DK-0077')}\n` });
    expect(bench.unit.deeds).toEqual([{ enrolment: enrolment.length }]);
    expect(out).toMatch(/^Apparatet er nu DK-0077\.\n/);
    expect(out).toContain(`  1. Slet "${file}": den indeholder apparatets private nøgle.`);
    expect(out).toContain('dosis centre config set DK-0077 FIL');
  });

  it('refuses a unit that is somebody already, and says who', async () => {
    const bench = await laid();
    becomes(bench.unit, 'DK-0001');
    expect(await refused(bench, bench.file('e', enrolment))).toBe(da.mistakes.alreadySomebody('DK-0001'));
    bench.unit.state = { ...bench.unit.state, device: null, phase: 'lockedDown' };
    expect(await refused(bench, bench.file('e', enrolment))).toBe(da.mistakes.notEmpty());
  });

  it('checks the enrolment before it bothers the unit', async () => {
    const bench = await laid();
    const fields = decodeEnrolment(enrolment);
    const file = (changes: Partial<typeof fields>) => bench.file('e', encodeEnrolment({ ...fields, ...changes }));
    expect(await refused(bench, bench.path('nowhere'))).toBe(
      da.mistakes.fileUnreadable(bench.path('nowhere'), 'ENOENT'),
    );
    expect(await refused(bench, bench.file('e', 'hello'))).toMatch(/^".*e" er ikke en indskrivning, som /);
    expect(await refused(bench, file({ device: 'DK-0078' }))).toBe(da.mistakes.enrolmentMismatch(bench.path('e')));
    const { privateKey } = decodeEnrolment(
      new Uint8Array(readFileSync((await enrol(home, { device: 'DK-0079', years: 1, now: nowS() })).file)),
    );
    expect(await refused(bench, file({ privateKey }))).toBe(da.mistakes.enrolmentMismatch(bench.path('e')));
    expect(await refused(bench, file({ issuedAt: 1, expiresAt: nowS() - 1 }))).toMatch(/udløb .*dosis centre renew/);
    expect(await refused(bench, file({ deviceClass: 'tray' }))).toBe(
      da.mistakes.enrolmentClass(bench.path('e'), 'tray', 'dispenser'),
    );
  });

  it('says how things stand when the unit does not come back', async () => {
    const bench = await laid();
    bench.unit.onRestart = () => undefined;
    const { err, code } = await bench.stranger('provision', bench.file('e', enrolment), '--patience', '1');
    expect(code).toBe(1);
    expect(err).toContain(`${da.failures.notBack('som DK-0077', 1)} ${da.standing.provisioning('DK-0077')}`);
  });

  it('says so when it is interrupted', async () => {
    const bench = await laid();
    bench.unit.onRestart = () => void process.emit('SIGINT');
    const { err, code } = await bench.stranger('provision', bench.file('e', enrolment));
    expect(code).toBe(130);
    expect(err).toContain(`${da.standing.interrupted} ${da.standing.provisioning('DK-0077')}`);
  });
});

describe.skipIf(noSocat !== undefined)('dosis centre pass', () => {
  const entries = [{ name: 'centre', summary: '', load: async () => centreCommand() }];
  const issue = async (...args: readonly string[]) => {
    let out = '';
    const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    try {
      await runCommandLine(['centre', 'pass', ...args, '--home', home.folder], entries);
    } finally {
      written.mockRestore();
    }
    return out;
  };

  it('lets its holder into the units of that centre', async () => {
    const bench = await new TechBench().lay();
    onTestFinished(() => undefined);
    bench.unit.trustedKeys = () => [home.centreKey()] as never;
    const file = bench.path('own.pem');
    expect(await issue('T-99', '--role', 'filler', '--days', '2', '--out', file)).toContain(`--pass "${file}"`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { out, code } = await run('info', '--port', bench.cable.laptop, '--pass', file);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('T-99, påfylder;') });
    await expect(issue('T-99', '--out', file)).rejects.toThrow(/exists, and a pass is never overwritten/);
  });

  it('names what a pass cannot be', async () => {
    const out = join(home.folder, 'pass.pem');
    await expect(issue('Jens Hansen', '--out', out)).rejects.toThrow(/^The pass cannot be made: id must be /);
    await expect(issue('T-1', '--days', '900', '--out', out)).rejects.toThrow(/up to 366/);
    await expect(issue('T-1', '--device', '??', '--out', out)).rejects.toThrow(/^The pass cannot be made: devices\.0 /);
  });
});
