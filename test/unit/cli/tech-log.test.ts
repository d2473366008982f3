import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { chainHash, GENESIS } from '../../../firmware/ledger/chain.ts';
import { encode } from '../../../protocol/cbor.ts';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { decodeJournal, encodeJournal } from '../../../protocol/messages/service-journal.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { computerZone } from '../../../tools/technician/zone.ts';
import { noSocat } from '../../contract/cable.ts';
import { run, TechBench } from './tech-bench.ts';

const { da } = techWords;
const at = Date.UTC(2026, 10, 21, 7) / 1000;
const day = (place: number): DeviceEvent[] => [
  { type: 'dose.taken', seq: 2 * place + 1, at: at + place * 86_400, slot: 'morning', date: '2026-11-21' },
  { type: 'alarm.raised', seq: 2 * place + 2, at: at + place * 86_400 + 60, code: 'mechanism-jam', suspect: true },
];
const limits = { bytesMax: 512, depthMax: 2, itemsMax: 8 };

/** A log as firmware/unit makes it. */
function logOf(events: readonly DeviceEvent[], firstSeq = 1): Uint8Array {
  return joined(rowsOf(events, firstSeq));
}

const joined = (rows: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(rows));

function rowsOf(events: readonly DeviceEvent[], firstSeq = 1): Uint8Array[] {
  let hash: Uint8Array = GENESIS;
  return events.map((event, place) => {
    const body = encodeEvent({ ...event, seq: firstSeq + place });
    hash = chainHash(hash, body);
    return encode([firstSeq + place, body, hash], limits);
  });
}

const events = Array.from({ length: 400 }, (_, place) => day(place)).flat();

describe.skipIf(noSocat !== undefined)('dosis tech log', () => {
  const laid = async (log: Uint8Array) => {
    const bench = await new TechBench().lay();
    bench.unit.files = { log };
    return bench;
  };

  it('tells in words what has happened, by the clocks of the unit, and that the log is whole', async () => {
    const bench = await laid(logOf(day(0)));
    const { out, err, code } = await bench.tech('log');
    expect(code).toBe(0);
    const [first, second] = out.split('\n');
    expect(first).toBe('     1  21.11.2026, 08.00  Dosis taget · morgen 2026-11-21');
    expect(second).toBe('     2  21.11.2026, 08.01 (uret usikkert)  Alarm · 5 Pose sidder fast');
    expect(err).toBe('2 poster; intet er ændret eller fjernet.\nKlokkeslættene er apparatets (Europe/Copenhagen).\n');
    const english = await bench.tech('log', '--lang', 'en');
    expect(english.out).toContain('21/11/2026, 08:00  Dose taken · morning 2026-11-21');
  });

  it('says which roll was put in, and with how many sachets', async () => {
    const bench = await laid(logOf([{ type: 'stock.loaded', seq: 1, at, roll: 'B', count: 15 }]));
    expect((await bench.tech('log')).out).toBe('     1  21.11.2026, 08.00  Rulle sat i · B · 15 poser\n');
  });

  it('says whose clocks are shown where no plan says it', async () => {
    const bench = await laid(logOf(day(0)));
    const kept = await run('log', bench.file('log.bin', logOf(day(0))));
    const { name } = computerZone();
    expect(kept.err.split('\n')[1]).toBe(`Klokkeslættene er denne computers (${name}).`);
    expect(kept.out).toContain(da.instant(at, name));
    bench.unit.config = { ...bench.unit.config, document: () => null } as never;
    expect((await bench.tech('log')).err.split('\n')[1]).toBe(`Klokkeslættene er denne computers (${name}).`);
  });

  it.each([
    ['2026-11-21T08:01', 1],
    ['21.11.2026, 08.01', 1],
    ['21/11/2026 08:01', 1],
    ['2026-11-21T07:01Z', 1],
    ['2026-11-21T08:00', 2],
    ['2026-11-21', 2],
    ['21.11.2026, 08.02', 0],
  ])('reads --since %s by the clocks that it shows', async (since, count) => {
    const bench = await laid(logOf(day(0)));
    const { records } = (await bench.json('log', '--since', since)) as { records: unknown[] };
    expect(records).toHaveLength(count);
  });

  it('tells only what is newer, and keeps the whole', async () => {
    const bench = await laid(logOf(events));
    const { out } = await bench.tech('log', '--since', '2027-12-24', '--out', bench.path('log.bin'));
    expect(out.trim().split('\n')).toHaveLength(2 * 2);
    expect(new Uint8Array(readFileSync(bench.path('log.bin')))).toEqual(bench.unit.files.log);
    const kept = await run('log', bench.path('log.bin'), '--json');
    expect(JSON.parse(kept.out)).toMatchObject({ count: 800, whole: true, records: { length: 800 } });
    expect((await bench.tech('log', '--since', 'yesterday')).err).toBe(`${da.mistakes.sinceMisread('yesterday')}\n`);
  });

  it('goes on after a cut cable, and fetches anew what does not belong to it', async () => {
    const whole = logOf(events);
    const bench = await laid(whole);
    writeFileSync(bench.path('log.bin.part'), whole.subarray(0, 30_000));
    const before = bench.served?.traffic.out ?? 0;
    expect(await bench.tech('log', '--out', bench.path('log.bin'))).toMatchObject({ code: 0 });
    expect((bench.served?.traffic.out ?? 0) - before).toBeLessThan(1.5 * (whole.length - 30_000));
    expect(existsSync(bench.path('log.bin.part'))).toBe(false);
    writeFileSync(bench.path('other.part'), new Uint8Array(9_000));
    expect(await bench.tech('log', '--out', bench.path('other'))).toMatchObject({ code: 0 });
    expect(new Uint8Array(readFileSync(bench.path('other')))).toEqual(whole);
    expect((await bench.tech('log', '--out', bench.path('other'))).err).toBe(
      `${da.mistakes.fileExists(bench.path('other'))}\n`,
    );
  });

  it('keeps what came before the cable was pulled, and says how to go on', async () => {
    const whole = logOf(events);
    const bench = await laid(whole);
    const { copy } = bench.unit.history;
    bench.unit.history.copy = (name) => {
      const file = copy(name);
      const read = (offset: number, length: number) => {
        if (offset > 0 && length > 0 && offset < whole.length) void bench.cable.unplug();
        return file?.read(offset, length) ?? new Uint8Array();
      };
      return { bytes: whole.length, read };
    };
    const out = bench.path('log.bin');
    const { err, code } = await bench.tech('log', '--out', out);
    expect(code).toBe(1);
    expect(err).toMatch(
      new RegExp(`^${da.failures.cableLost()} Apparatet er ikke ændret; \\d+ % ligger i "${out}\\.part"`),
    );
    bench.unit.history.copy = copy;
    await vi.waitFor(() => expect(existsSync(bench.cable.laptop)).toBe(false));
    await bench.cable.plug();
    expect(await bench.tech('log', '--out', out)).toMatchObject({ code: 0 });
    expect(new Uint8Array(readFileSync(out))).toEqual(whole);
  });

  it('says that a file cannot be written, before anything is fetched', async () => {
    const bench = await laid(logOf(events));
    const file = bench.path('nowhere/log.bin');
    expect(await bench.tech('log', '--out', file)).toEqual({
      code: 2,
      out: '',
      err: `${da.mistakes.fileUnwritable(`${file}.part`, 'ENOENT')}\n`,
    });
    expect(bench.unit.entries).toEqual([]);
  });

  it('notices what was changed or left out', async () => {
    const rows = rowsOf(day(0).concat(day(1)));
    const bench = await laid(joined(rows.filter((_, place) => place !== 1)));
    const { err, code } = await bench.tech('log');
    expect({ first: err.split('\n')[0], code }).toEqual({ code: 1, first: da.failures.logBroken(1) });
    expect(await bench.json('log')).toMatchObject({ whole: false, brokenAfter: 1 });
  });

  it('believes a log that begins later from there on', async () => {
    const bench = await laid(logOf(day(0), 500));
    expect(await bench.json('log')).toMatchObject({ whole: true, records: [{ seq: 500 }, { seq: 501 }] });
  });

  it('says that a file is no log, or that a unit has none', async () => {
    const bench = await laid(new Uint8Array());
    expect(await bench.tech('log')).toMatchObject({ out: '', code: 0 });
    const { err, code } = await run('log', bench.file('x', 'hello'));
    expect({ err, code }).toEqual({ code: 2, err: expect.stringMatching(/x" er ikke en log fra et apparat: den /) });
    bench.unit.files = {};
    expect((await bench.tech('log')).err).toContain(da.failures.noFile('log'));
  });
});

describe.skipIf(noSocat !== undefined)('dosis tech ledger', () => {
  it('fetches a copy and says whom it is for', async () => {
    const bench = await new TechBench().lay();
    const copy = Uint8Array.from({ length: 9_000 }, (_, index) => index & 0xff);
    bench.unit.files = { ledger: copy };
    const file = bench.path('unit.sqlite');
    const { out, code } = await bench.tech('ledger', '--out', file);
    expect(code).toBe(0);
    expect(out).toContain(da.ledger.confidential);
    expect(new Uint8Array(readFileSync(file))).toEqual(copy);
  });
});

describe.skipIf(noSocat !== undefined)('dosis tech journal', () => {
  it('says who did what, to what, with which pass', async () => {
    const bench = await new TechBench().lay();
    const journal = encodeJournal([
      { at: 0, act: 'session-refused', detail: 'unknown-key' },
      { at: 1_795_252_000, act: 'image-confirm', detail: 'ab12', pass: 'T-0042', role: 'technician' },
      { at: 1_795_252_060, act: 'session-ended', detail: 'closed', pass: 'T-0042', role: 'technician' },
    ]);
    bench.unit.files = { journal };
    const { out, code } = await bench.tech('journal');
    expect({ code, lines: out.trimEnd().split('\n') }).toEqual({
      code: 0,
      lines: [
        'uden ur  uden pas · adgang afvist · unknown-key',
        expect.stringMatching(/^21\.11\.2026, 10\.06 {2}T-0042 \(tekniker\) · program bekræftet · ab12$/),
        expect.stringMatching(/· adgang lukket · af den, der havde den$/),
      ],
    });
    expect(JSON.parse((await bench.tech('journal', '--json')).out)).toEqual({ entries: decodeJournal(journal) });
  });

  it.each([
    [
      'da',
      'Kabel · afvist: meldt repareret · T-17 · Reglerne for udlevering tillader det ikke nu',
      'Kabel · afbrudt, måske ikke udført: dosis',
    ],
    ['en', 'Cable · refused: reported repaired · T-17 · ', 'Cable · cut off, perhaps not done: dose settled · T-17'],
  ])('is in the log of the unit too, refused as refused (%s)', async (language, refused, cutOff) => {
    const bench = await new TechBench().lay();
    const told = { seq: 1, at, pass: 'T-17' };
    bench.unit.files = {
      log: logOf([
        { type: 'service.refused', ...told, act: 'repaired', code: 'not-permitted' },
        { type: 'service.done', ...told, act: 'settle', cutOff: true },
        { type: 'service.done', ...told, act: 'settle' },
      ]),
    };
    const [first, second, third] = (await bench.tech('log', '--lang', language)).out.split('\n');
    expect(first).toContain(refused);
    expect(second).toContain(cutOff);
    expect(third).toMatch(/(Kabel · dosis afgjort|Cable · dose settled) · T-17$/);
  });

  it.each([
    [
      'da',
      [
        'afvist: rulle meldt isat · A 20 · Reglerne for',
        'mindst 16 gange inden for en time',
        'afbrudt, måske ikke udført: genstart',
      ],
    ],
    [
      'en',
      [
        'refused: roll reported fitted · A 20 · ',
        'at least 16 times within an hour',
        'cut off, perhaps not done: restart',
      ],
    ],
  ])('says of what was not done that it was refused or cut off, and how often (%s)', async (language, words) => {
    const bench = await new TechBench().lay();
    const who = { at, pass: 'T-17', role: 'technician' as const };
    const refused = { end: 'refused' as const, code: 'not-permitted' as const, times: 16 };
    bench.unit.files = {
      journal: encodeJournal([
        { ...who, act: 'load', detail: 'A 20', ...refused },
        { ...who, act: 'restart', detail: '', end: 'cut-off' },
        { ...who, act: 'restart', detail: '', end: 'begun' },
      ]),
    };
    const [first, second, third] = (await bench.tech('journal', '--lang', language)).out.split('\n');
    for (const word of words.slice(0, 2)) expect(first).toContain(word);
    for (const line of [second, third]) expect(line).toContain(words[2]);
  });

  it('is told in a sentence that cannot be read', async () => {
    const bench = await new TechBench().lay();
    bench.unit.files = { journal: Uint8Array.of(0xff) };
    const { err, code } = await bench.tech('journal');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(da.failures.journalUnreadable()) });
  });
});

describe.skipIf(noSocat !== undefined)('dosis tech trace', () => {
  it('fetches the recording and says how to play it', async () => {
    const bench = await new TechBench().lay();
    bench.unit.files = { trace: new TextEncoder().encode('{"dosis":"trace"}\n') };
    const file = bench.path('unit.trace');
    const { out, code } = await bench.tech('trace', '--out', file);
    expect(code).toBe(0);
    expect(out).toContain(`dosis sim replay "${file}"`);
    expect(readFileSync(file, 'utf8')).toBe('{"dosis":"trace"}\n');
  });

  it.each(['ENOSPC', 'EDQUOT'])('says of %s that the disk is full, and not that one may not write there', (code) => {
    expect(da.mistakes.fileUnwritable('x', code)).toBe(
      `"x" kan ikke skrives, for dens disk er fuld (${code}); skaf plads på den, og prøv igen.`,
    );
    expect(techWords.en.mistakes.fileUnwritable('x', code)).toContain('its disk is full');
  });

  it('leaves nothing behind where the unit keeps none', async () => {
    const bench = await new TechBench().lay();
    bench.unit.files = {};
    const { err, code } = await bench.tech('trace', '--out', bench.path('unit.trace'));
    expect({ err, code }).toEqual({ code: 1, err: `${da.failures.noFile('trace')} ${da.standing.untouched}\n` });
    expect(existsSync(bench.path('unit.trace.part'))).toBe(false);
  });
});
