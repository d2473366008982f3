import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TestResult } from '../../../firmware/service/unit.ts';
import { signTechnicianPass } from '../../../protocol/messages/technician-pass.ts';
import { openHome } from '../../../tools/centre/authority/home.ts';
import { makeHome } from '../../../tools/centre/authority/make-home.ts';
import { TechTerminal } from '../../../tools/cli/tech-terminal.ts';
import { readPassFile } from '../../../tools/technician/pass-file.ts';
import { signedReport } from '../../../tools/technician/test-report.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { passText, run, TechBench, TestUnit } from './tech-bench.ts';

const { da } = techWords;

/** A unit whose parts end as told; one takes a while. */
class TestedUnit extends TestUnit {
  results: TestResult[] = [
    { part: 'lamp', outcome: 'person' },
    { part: 'battery', outcome: 'failed', found: 'battery-low' },
    { part: 'clock', outcome: 'passed' },
    { part: 'radio', outcome: 'failed', found: 'offline' },
  ];
  looks = 0;

  constructor() {
    super();
    const { run: note } = this.selfTest;
    this.selfTest = {
      parts: () => this.results.map(({ part }) => part),
      run: (part: string) => {
        this.looks = 0;
        return note(part);
      },
      report: () => {
        this.looks += 1;
        return this.looks > 1 ? this.results : this.results.map(({ part }) => ({ part, outcome: 'running' as const }));
      },
    } as never;
  }
}

/** Somebody sits at the terminal and answers so, one after the other. */
function answering(...answers: string[]): string[] {
  const asked: string[] = [];
  const canAsk = vi.spyOn(TechTerminal.prototype, 'canAsk', 'get').mockReturnValue(true);
  const ask = vi.spyOn(TechTerminal.prototype, 'ask').mockImplementation(async (question) => {
    asked.push(question);
    return answers.shift() ?? 'j';
  });
  onTestFinished(() => {
    canAsk.mockRestore();
    ask.mockRestore();
  });
  return asked;
}

describe.skipIf(noSocat !== undefined)('dosis tech selftest', () => {
  const laid = () => new TechBench(new TestedUnit()).lay();

  it('has the unit try its parts, asks what was seen, and ends in a signed report', async () => {
    const bench = await laid();
    const asked = answering('?', 'j');
    const file = bench.path('report.cose');
    const { out, err, code } = await bench.tech('selftest', '--out', file);
    expect(asked).toEqual(['  Lyser lampen? [j/n] ', '  Lyser lampen? [j/n] ']);
    expect(err).toContain(da.yesNo.again);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      '  lampe    i orden, siger du',
      expect.stringMatching(/^ {2}batteri {2}ikke i orden: .+ \(dosis tech fault \d+\)$/),
      '  ur       i orden',
      '  radio    ikke i orden: der er ingen forbindelse til servicecentralen',
      '',
      'Ikke i orden: batteri, radio.',
      da.selftest.written(file),
      '',
    ]);
    const verified = await run('selftest', '--verify', file);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toContain('Underskrevet med pas T-17 (tekniker) og uændret siden.');
    expect(verified.out).toContain(da.report.centreUnchecked);
    expect(JSON.parse((await run('selftest', '--verify', file, '--json')).out)).toMatchObject({
      ...{ device: 'DK-0042', firmware: '0.1.0', boot: 3, config: 7, pass: 'T-17', centreChecked: false },
      parts: [{ part: 'lamp', outcome: 'passed', by: 'person' }, { part: 'battery' }, { part: 'clock' }, {}],
    });
    expect((await bench.tech('selftest', '--out', file)).err).toBe(`${da.mistakes.fileExists(file)}\n`);
  });

  it('takes a no for a no', async () => {
    const bench = await laid();
    answering('nej');
    const { out, code } = await bench.tech('selftest', 'lamp', '--out', bench.path('r'));
    expect({ out, code }).toEqual({ code: 1, out: expect.stringContaining('lampe  ikke i orden, siger du') });
  });

  it('tests the parts named, and knows them all', async () => {
    const bench = await laid();
    const { out, code } = await bench.tech('selftest', 'clock', '--out', bench.path('r'));
    expect({ out, code }).toEqual({ code: 0, out: expect.stringContaining('Alt er i orden.') });
    expect((await bench.tech('selftest', 'wheel')).err).toBe(
      `${da.mistakes.unknownPart('wheel', ['lampe', 'batteri', 'ur', 'radio'])}\n`,
    );
  });

  it('leaves untold what nobody was there to see, and says what the unit does not try', async () => {
    const bench = await laid();
    expect(await bench.json('selftest', 'lamp', '--out', bench.path('r'))).toMatchObject({
      parts: [{ part: 'lamp', outcome: 'untold', by: 'person' }],
    });
    bench.unit.verdict = 'not-permitted';
    const { out, code } = await bench.tech('selftest', 'lamp', '--out', bench.path('s'));
    expect({ out, code }).toEqual({
      code: 1,
      out: expect.stringContaining('ikke prøvet: åbn lågen med nøglen, og prøv igen'),
    });
  });

  it.each([
    ['da', 'Ikke i orden: batteri. Ikke prøvet: lampe, ur, radio.'],
    ['en', 'Not in order: battery. Not tried: lamp, clock, radio.'],
  ])('names the parts of which nobody knows, apart from those that are bad (%s)', async (language, closing) => {
    const bench = await laid();
    const unit = bench.unit as TestedUnit;
    const note = unit.selfTest.run;
    // Nobody sees the lamp, the clock is refused, and of the radio the unit has no result.
    unit.selfTest.run = (part) => (part === 'clock' ? 'busy' : note(part));
    unit.results = unit.results.map((result) =>
      result.part === 'radio' ? { part: 'radio', outcome: 'untested' } : result,
    );
    const { out, code } = await bench.tech('selftest', '--lang', language, '--out', bench.path('r'));
    expect({ code, closing: out.trimEnd().split('\n').at(-2) }).toEqual({ code: 1, closing });
  });

  it.each([
    ['da', 'Ikke prøvet: lampe.'],
    ['en', 'Not tried: lamp.'],
  ])('does not call in order what nobody was there to see (%s)', async (language, closing) => {
    const bench = await laid();
    const { out, code } = await bench.tech('selftest', 'lamp', 'clock', '--lang', language, '--out', bench.path('r'));
    expect({ code, closing: out.trimEnd().split('\n').at(-2) }).toEqual({ code: 1, closing });
  });

  it('has the door opened for what is tried only then, and asks no twice', async () => {
    const bench = await laid();
    const { run: note } = bench.unit.selfTest;
    let opened = false;
    bench.unit.selfTest.run = (part) => (opened || part === 'battery' ? note(part) : 'not-permitted');
    const asked = answering('nej');
    expect(await bench.json('selftest', '--out', bench.path('a'))).toMatchObject({
      parts: [{ outcome: 'refused' }, { outcome: 'failed' }, { outcome: 'refused' }, { outcome: 'refused' }],
    });
    expect(asked).toEqual([`  ${da.selftest.openDoor} [j/n] `]);
    vi.mocked(TechTerminal.prototype.ask).mockImplementation(async () => {
      opened = true;
      return 'ja';
    });
    expect((await bench.tech('selftest', 'lamp', '--out', bench.path('b'))).out).toContain('lampe  i orden, siger du');
  });

  it('writes nothing when it is interrupted', async () => {
    const bench = await laid();
    answering();
    vi.mocked(TechTerminal.prototype.ask).mockImplementation((_question, signal) => {
      process.emit('SIGINT');
      return Promise.reject(signal?.reason);
    });
    const { err, code } = await bench.tech('selftest', '--out', bench.path('r'));
    expect(code).toBe(130);
    expect(err).toContain(`${da.standing.interrupted} ${da.standing.testing}`);
    expect(existsSync(bench.path('r'))).toBe(false);
  });
});

describe('dosis tech selftest --verify', () => {
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'dosis-report-'));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };
  const report = {
    ...{ device: 'DK-0042', firmware: '0.1.0', boot: 3, at: Math.floor(Date.now() / 1000) },
    parts: [{ part: 'lamp', outcome: 'passed', by: 'person' }],
  } as const;

  it('believes the pass of the centre that is named, and no other', async () => {
    const now = Math.floor(Date.now() / 1000);
    const parent = folder();
    const { folder: home } = await makeHome({ folder: join(parent, 'home'), hosts: [], port: 8883, now });
    const held = readPassFile(passText());
    const ours = { ...held, pass: signTechnicianPass(held.says, openHome(home).signer()) };
    const bench = new TechBench();
    const good = bench.file('good', signedReport(report, ours));
    expect((await run('selftest', '--verify', good, '--home', home)).out).toContain(da.report.centreChecked);
    const bad = bench.file('bad', signedReport(report, held));
    expect(await run('selftest', '--verify', bad, '--home', home)).toEqual({
      code: 1,
      out: '',
      err: `${da.failures.badReport(da.report.strangePass)}\n`,
    });
  });

  it('notices every changed byte, a foreign key, and a pass that was over', async () => {
    const bench = new TechBench();
    const held = readPassFile(passText());
    const signed = signedReport(report, held);
    for (let at = 0; at < signed.length; at += 1) {
      const changed = signed.map((byte, place) => (place === at ? byte ^ 1 : byte));
      const { code, out } = await run('selftest', '--verify', bench.file('changed', changed));
      expect({ at, out, code: code > 0 }).toEqual({ at, out: '', code: true });
    }
    const foreign = signedReport(report, { ...held, sign: readPassFile(passText()).sign });
    expect((await run('selftest', '--verify', bench.file('f', foreign))).err).toContain(da.report.notByPass);
    const late = signedReport({ ...report, at: report.at + 999_999 }, held);
    expect((await run('selftest', '--verify', bench.file('l', late))).err).toContain(da.report.passOver);
    expect((await run('selftest', '--verify', bench.file('n', 'x'))).err).toMatch(
      /er ikke en rapport over en selvtest/,
    );
    expect(new Uint8Array(readFileSync(bench.file('whole', signed)))).toEqual(signed);
  });
});
