import { describe, expect, it } from 'vitest';
import { faultOf, faults } from '../../../protocol/faults/catalogue.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { passText, run, TechBench, TestUnit } from './tech-bench.ts';

const { da } = techWords;

describe.skipIf(noSocat !== undefined)('dosis tech info', () => {
  it('tells without a pass what a unit tells anybody', async () => {
    const bench = await new TechBench().lay();
    const { out, err, code } = await bench.stranger('info');
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out.split('\n')).toEqual([
      'Apparat        DK-0042 · kører',
      'Program        0.1.0',
      'Art            ukendt (00112233-4455-6677-8899-aabbccddeeff)',
      'Start          nr. 3',
      'Indstilling    version 7, 000102030405',
      'Servicenummer  +45 70 12 34 56',
      'Fejl           5    Pose sidder fast',
      '               Se hvad du gør: dosis tech fault 5',
      'Plads          vises med et teknikerpas (--pass)',
      'Adgang         uden pas',
      '',
    ]);
  });

  it('tells with a pass also what lies in both slots, and what the pass allows', async () => {
    const bench = await new TechBench().lay();
    const { out } = await bench.tech('info', '--lang', 'en');
    expect(out).toMatch(
      /\nSlot 0 +1\.0\.0 · running, confirmed · [0-9a-f]{12}\nAccess +T-17, technician; 10 min unused/,
    );
  });

  it('tells an empty unit from one that is somebody', async () => {
    const unit = new TestUnit();
    unit.state = {
      ...unit.state,
      ...{ device: null, phase: 'unprovisioned', config: null, serviceNumber: null, epoch: null, faults: [] },
    };
    const bench = await new TechBench(unit).lay();
    const { out } = await bench.tech('info');
    expect(out).toContain('intet navn endnu · ikke sat op');
    expect(out).toContain('Indstilling  ingen endnu');
    expect(out).toContain('Fejl         ingen');
    expect(out.replace(/\s+/g, ' ')).toContain(da.fault.nobodys);
    const { out: wrong, code: codeOfFault } = await bench.stranger('fault');
    expect({ codeOfFault, wrong: wrong.replace(/\s+/g, ' ').trim() }).toEqual({
      codeOfFault: 1,
      wrong: da.fault.nobodys,
    });
    unit.state = { ...unit.state, faults: ['not-provisioned'] };
    expect((await bench.stranger('fault')).out).not.toContain('--repaired');
    const { err, code } = await bench.tech('log');
    expect({ err, code }).toEqual({ code: 2, err: `${techWords.da.mistakes.unitEmpty()}\n` });
    expect((await bench.stranger('log')).err).toBe(err);
    expect(unit.storedTries).toBe(0);
  });

  it('says that a unit without a plan gives no medicine, and where the plan comes from', async () => {
    const bench = await new TechBench().lay();
    bench.unit.state = { ...bench.unit.state, config: null, faults: [] };
    const said = async (command: string) => {
      const { out, code } = await bench.stranger(command);
      return { code, out: out.replace(/\s+/g, ' ').trim() };
    };
    expect(await said('info')).toEqual({ code: 0, out: expect.stringContaining(da.fault.unplanned) });
    expect(await said('fault')).toEqual({ code: 1, out: da.fault.unplanned });
  });

  it('is one JSON document', async () => {
    const bench = await new TechBench().lay();
    expect(await bench.json('info')).toMatchObject({
      device: 'DK-0042',
      phase: 'running',
      firmware: '0.1.0',
      config: { version: 7, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      faults: [{ code: 'mechanism-jam', number: 5, title: 'Pose sidder fast' }],
      images: [{ slot: 0, version: '1.0.0', active: true, confirmed: true, pending: false }],
      session: { pass: 'T-17', role: 'technician' },
    });
  });
});

describe('dosis tech fault', () => {
  it('explains a number without a unit, in lines of a terminal’s width', async () => {
    const { out, code } = await run('fault', '5');
    const { title, meaning, repair } = faultOf('mechanism-jam');
    expect(code).toBe(0);
    expect(out.startsWith(`Fejl 5: ${title.da}\n  ${meaning.da.slice(0, 40)}`)).toBe(true);
    expect(out).toContain(`  1. ${repair[0]?.da.slice(0, 40)}`);
    expect(out).toContain('Medicin         Låst, til en tekniker har været der.');
    expect(out).toContain('»Apparatet kan ikke give medicin. Ring [servicenummer].');
    expect(out).toContain('Del             kniv, klap og fremføring');
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it.each(faults.map(({ number }) => number))('has both languages whole for fault %i', async (number) => {
    for (const lang of ['da', 'en']) {
      const { out } = await run('fault', String(number), '--lang', lang);
      expect(out).not.toMatch(/undefined|\{|\}/);
    }
  });

  it('says that there is no such number', async () => {
    const { err, code } = await run('fault', '99');
    expect({ err, code }).toEqual({ code: 2, err: expect.stringMatching(/^Der er ingen fejl med nummer 99;/) });
  });

  it('lists them all', async () => {
    const { out } = await run('fault', '--all', '--lang', 'en');
    expect(out.split('\n')).toHaveLength(faults.length + 1);
    expect(out).toContain('\n101  ');
    const document = JSON.parse((await run('fault', '--all', '--json')).out) as { faults: unknown[] };
    expect(document.faults).toHaveLength(faults.length);
  });

  it.skipIf(noSocat !== undefined)('says what is wrong with a unit, by its own name and number', async () => {
    const bench = await new TechBench().lay();
    const { out, code } = await bench.stranger('fault');
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('Ring +45 70 12 34 56. Sig: DK-0042, fejl 5.');
    expect(await bench.json('fault')).toMatchObject({ device: 'DK-0042', faults: [{ number: 5, locks: true }] });
    bench.unit.state = { ...bench.unit.state, faults: [] };
    expect(await bench.stranger('fault')).toEqual({ code: 0, err: '', out: 'Apparatet melder ingen fejl.\n' });
  });

  it.skipIf(noSocat !== undefined)('says of a unit that was replaced that it is locked for good', async () => {
    const bench = await new TechBench().lay();
    bench.unit.state = { ...bench.unit.state, phase: 'replaced', faults: [] };
    expect(await bench.stranger('info')).toMatchObject({ out: expect.stringContaining(da.phases.replaced) });
    const { out, code } = await bench.stranger('fault');
    expect({ code, told: out.replace(/\s+/g, ' ').trim() }).toEqual({ code: 1, told: da.fault.replaced });
    expect(await bench.json('fault')).toMatchObject({ phase: 'replaced', faults: [] });
  });

  it.skipIf(noSocat !== undefined)(
    'names the command that ends a fault: for a dose in doubt, with the dose',
    async () => {
      const bench = await new TechBench().lay();
      expect((await bench.tech('fault')).out).toContain(da.fault.repairedWith);
      bench.unit.state = { ...bench.unit.state, faults: ['dose-uncertain'] };
      bench.unit.doubts = () => ['morning/2026-11-21'];
      expect((await bench.tech('fault')).out).toContain(da.fault.settleWith('morning/2026-11-21'));
      expect((await bench.stranger('fault')).out).not.toContain('--settle');
      bench.file('pass.pem', passText({ role: 'reader' }));
      const { out, code } = await bench.tech('fault');
      expect({ code, told: out.includes('--settle') }).toEqual({ code: 1, told: false });
      expect(out).toContain(`Fejl ${faultOf('dose-uncertain').number}`);
    },
  );

  it.skipIf(noSocat !== undefined)('reports a unit repaired', async () => {
    const bench = await new TechBench().lay();
    const { out, code } = await bench.tech('fault', '--repaired');
    expect(bench.unit.deeds).toEqual([{ type: 'fault.repaired' }]);
    expect({ out, code }).toEqual({ code: 0, out: expect.stringContaining('Det melder stadig: 5 Pose sidder fast.') });
    bench.unit.state = { ...bench.unit.state, faults: [] };
    expect((await bench.tech('fault', '--repaired')).err).toContain('der er intet at melde repareret');
    bench.unit.state = { ...bench.unit.state, faults: ['mechanism-jam'] };
    bench.unit.verdict = 'not-permitted';
    const refused = await bench.tech('fault', '--repaired');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^Apparatet gjorde det ikke: .+ Apparatet er ikke ændret\.\n$/);
  });
});
