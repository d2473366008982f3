import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { faultOf } from '../../../protocol/faults/catalogue.ts';
import { signConfig } from '../../../protocol/messages/signed-config.ts';
import { refusalWords } from '../../../protocol/refusal-words.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { document } from '../protocol/signed-samples.ts';
import { centre, sha256 } from '../protocol/signing.ts';
import { TechBench } from './tech-bench.ts';

const { da } = techWords;
const order = { device: 'DK-0042', issuedAt: 1_795_248_000, document: { ...document, version: 8 } };
const signed = signConfig(order, centre);
const hash = sha256(new Uint8Array(1));

describe.skipIf(noSocat !== undefined)('dosis tech config', () => {
  it('gets what is in force as YAML and as JSON', async () => {
    const bench = await new TechBench().lay();
    const { out, code } = await bench.tech('config', 'get');
    expect(code).toBe(0);
    expect(parse(out)).toEqual(document);
    expect(await bench.json('config', 'get')).toEqual(document);
  });

  it('says that nothing is in force yet', async () => {
    const bench = await new TechBench().lay();
    bench.unit.config = { ...bench.unit.config, document: () => null } as never;
    const { err, code } = await bench.tech('config', 'get');
    expect({ err, code }).toEqual({ code: 1, err: `${da.failures.nothingInForce()} ${da.standing.untouched}\n` });
  });

  it('shows what a document would change', async () => {
    const bench = await new TechBench().lay();
    const file = bench.file('new.yaml', stringify({ ...document, quietMinutes: 10, language: 'en' }));
    const { out } = await bench.tech('config', 'diff', file);
    expect(out.split('\n').sort()).toEqual(['', 'language: "da" → "en"', 'quietMinutes: (intet) → 10']);
    expect((await bench.tech('config', 'diff', bench.file('same.yaml', stringify(document)))).out).toBe(
      `${da.config.same}\n`,
    );
  });

  it('says where a document is none', async () => {
    const bench = await new TechBench().lay();
    const refused = async (file: string) => (await bench.tech('config', 'diff', file)).err.trim();
    expect(await refused(bench.path('no'))).toBe(da.mistakes.fileUnreadable(bench.path('no'), 'ENOENT'));
    expect(await refused(bench.file('f', 'zone: UTC\nlanguage: [da'))).toMatch(/^".*f", linje 2, tegn \d+: dette er /);
    expect(await refused(bench.file('f', '- 1'))).toBe(da.mistakes.notAMap(bench.path('f')));
  });

  it.each([
    ['as bytes', signed],
    ['in base64', Buffer.from(signed).toString('base64')],
  ])('brings a signed document into force (%s)', async (_, content) => {
    const bench = await new TechBench().lay();
    bench.unit.state = { ...bench.unit.state, config: { version: 8, hash }, faults: [] };
    const { out, err, code } = await bench.tech('config', 'set', bench.file('signed', content));
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/^Version 8 gælder nu \([0-9a-f]{12}\)\.\n$/);
    expect(bench.unit.deeds).toContainEqual({ offered: signed.length });
  });

  it('names every field for which a document is refused, and what stays', async () => {
    const bench = await new TechBench().lay();
    bench.unit.offered = {
      ...{ status: 'rejected', version: 8, hash },
      errors: [
        { path: 'regimen.slots.0.at', code: 'invalid' },
        { path: '', code: 'base-mismatch' },
      ],
      inForce: { version: 7, hash },
    };
    const file = bench.file('signed', signed);
    const { out, code } = await bench.tech('config', 'set', file);
    expect(code).toBe(1);
    const [head, first, second, last] = out.split('\n');
    expect(head).toBe('Indstillingen, version 8, er afvist.');
    expect(first).toBe('  regimen.slots.0.at: Værdien er ikke tilladt. Ret den, og send igen.');
    expect(second).toMatch(/^ {2}\p{Lu}.+\.$/u);
    expect(last).toBe('Version 7 gælder stadig.');
    expect(await bench.json('config', 'set', file)).toMatchObject({
      status: 'rejected',
      errors: [{ path: 'regimen.slots.0.at', code: 'invalid' }, { code: 'base-mismatch' }],
      inForce: 7,
    });
    bench.unit.offered = { status: 'deferred', version: 8, hash, errors: [{ path: '', code: 'dose-open' }] };
    const deferred = await bench.tech('config', 'set', file);
    expect(deferred).toMatchObject({ code: 1, out: expect.stringContaining('version 8, venter;') });
    expect(deferred.out.split('\n')[1]).toBe(`  ${refusalWords['dose-open'].title.da}.`);
  });

  it('says that a document in force locks the unit, why, and what to do', async () => {
    const bench = await new TechBench().lay();
    bench.unit.state = { ...bench.unit.state, config: { version: 8, hash }, faults: ['stock-low'] };
    bench.unit.config = {
      ...bench.unit.config,
      offer: () => {
        bench.unit.state = { ...bench.unit.state, faults: ['medicine-changed', 'stock-low'] };
        return { status: 'applied', version: 8, hash };
      },
    };
    const file = bench.file('signed', signed);
    const { title, meaning, repair, ends, number } = faultOf('medicine-changed');
    const { out, code } = await bench.tech('config', 'set', file);
    const told = out.replace(/\s+/g, ' ');
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toMatch(/^Version 8 gælder nu /);
    expect(told).toContain(`Apparatet er nu låst og giver ingen medicin: ${title.da} (fejl ${number}).`);
    for (const sentence of [meaning, ...repair, ends]) expect(told).toContain(sentence.da);
    expect(told).toContain(`Det melder: ${faultOf('stock-low').number} `);
    expect(await bench.json('config', 'set', file)).toMatchObject({
      status: 'applied',
      locked: [{ code: 'medicine-changed', number }],
    });
  });

  it('does not blame a document for what was locked before', async () => {
    const bench = await new TechBench().lay();
    bench.unit.state = { ...bench.unit.state, config: { version: 8, hash }, faults: ['mechanism-jam'] };
    const { out, code } = await bench.tech('config', 'set', bench.file('signed', signed));
    expect({ code, told: out.split('\n')[1] }).toEqual({
      code: 0,
      told: da.fault.reports('5 Pose sidder fast'),
    });
  });

  it('says what a file is, before it bothers the unit', async () => {
    const bench = await new TechBench().lay();
    const refused = async (content: string | Uint8Array) => {
      const { err, code } = await bench.tech('config', 'set', bench.file('f', content));
      expect({ code, deeds: bench.unit.deeds }).toEqual({ code: 2, deeds: [] });
      return err.trim();
    };
    expect(await refused(stringify(document))).toBe(da.mistakes.otherFile(bench.path('f'), 'plan', 'signedPlan'));
    expect(await refused('hello')).toBe(da.mistakes.configUnsigned(bench.path('f')));
    expect(await refused(signed.subarray(0, 60))).toMatch(/er ikke en underskrevet indstilling\. \p{Lu}/u);
    expect(await refused(signConfig({ ...order, device: 'DK-0001' }, centre))).toBe(
      da.mistakes.configElsewhere(bench.path('f'), 'DK-0001', 'DK-0042'),
    );
  });
});
