import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeConfigReport, encodeConfigReport } from '../../../../protocol/messages/config-report.ts';
import { enumeration } from '../../../../protocol/smp/commands/enumeration.ts';
import { fault } from '../../../../protocol/smp/commands/fault.ts';
import { filling } from '../../../../protocol/smp/commands/filling.ts';
import { fs } from '../../../../protocol/smp/commands/fs.ts';
import { history } from '../../../../protocol/smp/commands/history.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { provisioning } from '../../../../protocol/smp/commands/provisioning.ts';
import { selfTest } from '../../../../protocol/smp/commands/self-test.ts';
import { settings } from '../../../../protocol/smp/commands/settings.ts';
import { stat } from '../../../../protocol/smp/commands/stat.ts';
import { enumRc, fsRc, osRc, ownGroup, settingsRc, smpGroup, smpRc, statRc } from '../../../../protocol/smp/numbers.ts';
import { refusalNumber } from '../../../../protocol/smp/refusal-number.ts';
import { sha256 } from '../../protocol/signing.ts';
import { Bench } from './bench.ts';

const inGroup = (group: number, rc: number) => ({ ok: false, error: { group, rc } });
const opened = () => {
  const bench = new Bench();
  bench.open();
  bench.unit.entries.length = 0;
  return bench;
};
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('os', () => {
  it.each([
    [undefined, 'Dosis'],
    ['s', 'Dosis'],
    ['vn', 'DK-0042 0.1.0'],
    ['m', 'arm64'],
    ['a', 'Dosis DK-0042 0.1.0 0.1.0 unknown arm64 arm64 unknown Dosis'],
  ])('tells about itself in the format %s', (format, output) => {
    expect(new Bench().granted(os.info, { format })).toEqual({ output });
  });

  it.each(['x', 'sx', ''])('refuses the format "%s"', (format) => {
    expect(new Bench().ask(os.info, { format })).toEqual(inGroup(smpGroup.os, osRc.invalidFormat));
  });

  it('names its loader, and knows no modes of it', () => {
    const bench = new Bench();
    expect(bench.granted(os.bootloader, {})).toEqual({ bootloader: 'Dosis' });
    expect(bench.ask(os.bootloader, { query: 'mode' })).toEqual(inGroup(smpGroup.os, osRc.noAnswer));
  });

  it('tells the time only while it believes it', () => {
    const bench = opened();
    expect(bench.granted(os.datetime, {})).toEqual({ datetime: '2026-11-23T08:00:00Z' });
    bench.stamp = { ...bench.stamp, trusted: false };
    expect(bench.ask(os.datetime, {})).toEqual(inGroup(smpGroup.os, osRc.clockNotSet));
  });

  it('lets a clock in doubt be put right, in UTC or with an offset', () => {
    const bench = opened();
    bench.stamp = { ...bench.stamp, trusted: false };
    for (const datetime of ['2026-12-01T08:00:00', '2026-12-01T08:00:00Z', '2026-12-01T09:00:00+01:00']) {
      bench.granted(os.setDatetime, { datetime });
    }
    const clock = Date.UTC(2026, 11, 1, 8);
    expect(bench.unit.deeds).toEqual([{ clock }, { clock }, { clock }]);
  });

  it.each<[string, string, boolean, object]>([
    [
      'a clock that is right',
      '2026-12-01T08:00:00Z',
      true,
      { rc: smpRc.badState, reason: 'the clock is right as it is' },
    ],
    [
      'what has passed',
      '2026-11-21T08:00:00Z',
      false,
      { rc: smpRc.invalid, reason: 'that instant has passed already' },
    ],
    ['a day that does not exist', '2026-02-30T08:00:00Z', false, { rc: smpRc.invalid }],
  ])('does not set %s', (_, datetime, trusted, error) => {
    const bench = opened();
    bench.stamp = { ...bench.stamp, trusted };
    expect(bench.ask(os.setDatetime, { datetime })).toMatchObject({ ok: false, error });
    expect([bench.unit.deeds, bench.unit.entries]).toEqual([[], []]);
  });

  it('restarts, or says that the unit is busy', () => {
    const bench = opened();
    expect(bench.granted(os.reset, { force: 1 })).toEqual({});
    bench.unit.verdict = 'dose-open';
    expect(bench.ask(os.reset, {})).toEqual({ ok: false, error: { rc: smpRc.busy, reason: 'dose-open' } });
    expect(bench.unit.deeds).toEqual([{ restart: true }, { restart: false }]);
    expect(bench.ask(os.reset, { boot_mode: 1 })).toMatchObject({ error: { rc: smpRc.notSupported } });
  });
});

describe('stat', () => {
  it('lists the groups of counters and the cable’s own', () => {
    const bench = opened();
    expect(bench.granted(stat.list, {})).toEqual({ stat_list: ['doses', 'link', 'cable'] });
    expect(bench.granted(stat.data, { name: 'link' })).toEqual({ name: 'link', fields: { sent: 70_000 } });
    expect(bench.granted(stat.data, { name: 'cable' }).fields).toMatchObject({ wrongCrc: 0, refused: 0 });
    expect(bench.ask(stat.data, { name: '__proto__' })).toEqual(inGroup(smpGroup.stat, statRc.invalidName));
  });
});

describe('settings', () => {
  it.each([
    ['unit/device', 'DK-0042'],
    ['unit/epoch', '7'],
    ['unit/firmware', '0.1.0'],
    ['unit/class', '00112233445566778899aabbccddeeff'],
    ['unit/boot', '3'],
    ['unit/service-number', '+45 70 12 34 56'],
  ])('reads %s', (name, value) => {
    expect(text(opened().granted(settings.read, { name }).val)).toBe(value);
  });

  it('reads the document in force, whole or cut', () => {
    const bench = opened();
    const { val } = bench.granted(settings.read, { name: 'config/document' });
    expect(val).toEqual(bench.unit.config.document());
    expect(bench.granted(settings.read, { name: 'config/document', max_size: 4 })).toEqual({
      val: val.slice(0, 4),
      max_size: 4,
    });
  });

  it('reads what became of the last document', () => {
    const bench = opened();
    const { val } = bench.granted(settings.read, { name: 'config/report' });
    expect(decodeConfigReport(val)).toEqual(bench.unit.offered);
    expect(val).toEqual(encodeConfigReport(bench.unit.offered));
  });

  it('hands an offered document on and tells what became of it', () => {
    const bench = opened();
    const write = () => bench.ask(settings.write, { name: 'config/document', val: Uint8Array.of(1, 2, 3) });
    expect(write()).toEqual({ ok: true, value: {} });
    const common = { version: 8, hash: new Uint8Array(32) };
    bench.unit.offered = {
      status: 'rejected',
      ...common,
      errors: [
        { path: 'regimen.slots.0.at', code: 'invalid' },
        { path: '', code: 'too-large' },
      ],
    };
    expect(write()).toEqual({
      ok: false,
      error: { rc: smpRc.invalid, reason: 'rejected: regimen.slots.0.at invalid, too-large' },
    });
    bench.unit.offered = { status: 'deferred', ...common, errors: [{ path: '', code: 'dose-open' }] };
    expect(write()).toEqual({ ok: false, error: { rc: smpRc.busy, reason: 'deferred: dose-open' } });
    expect(bench.unit.entries).toHaveLength(3);
    const hash = Buffer.from(sha256(Uint8Array.of(1, 2, 3))).toString('hex');
    expect(bench.unit.entries[0]).toMatchObject({ act: 'config-offered', detail: hash });
  });

  it.each([
    ['unit/device', settingsRc.writeNotSupported],
    ['regimen/morning', settingsRc.keyNotFound],
  ])('does not write %s', (name, rc) => {
    const bench = opened();
    expect(bench.ask(settings.write, { name, val: Uint8Array.of(1) })).toEqual(inGroup(smpGroup.settings, rc));
    expect(bench.unit.deeds).toEqual([]);
  });

  it('knows nothing else, deletes nothing and commits nothing', () => {
    const bench = opened();
    const missing = inGroup(smpGroup.settings, settingsRc.keyNotFound);
    expect(bench.ask(settings.read, { name: 'config' })).toEqual(missing);
    bench.unit.state = { ...bench.unit.state, device: null };
    expect(bench.ask(settings.read, { name: 'unit/device' })).toEqual(missing);
    expect(bench.ask(settings.read, { name: 'image/refusal' })).toEqual(missing);
    expect(bench.ask(settings.remove, { name: 'config/document' })).toEqual(
      inGroup(smpGroup.settings, settingsRc.deleteNotSupported),
    );
    expect(bench.ask(settings.commit, {})).toMatchObject({ error: { rc: smpRc.notSupported } });
  });
});

describe('fs', () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 31) & 0xff);
  const fetched = (bench: Bench, name: string) => {
    const parts: number[] = [];
    for (let end = Number.POSITIVE_INFINITY; parts.length < end; ) {
      const { data, len } = bench.granted(fs.download, { name, off: parts.length });
      if (len !== undefined) end = len;
      parts.push(...data);
    }
    return Uint8Array.from(parts);
  };

  it('gives a file in pieces that fill the buffer, and its sums', () => {
    const bench = opened();
    bench.unit.files = { ledger: bytes };
    expect(bench.granted(fs.status, { name: '/ledger' })).toEqual({ len: bytes.length });
    expect(fetched(bench, '/ledger')).toEqual(bytes);
    expect(bench.granted(fs.download, { name: '/ledger', off: 0 }).data.length).toBeGreaterThan(8100);
    expect(bench.granted(fs.hash, { name: '/ledger' })).toEqual({ type: 'crc32', len: 20_000, output: crc32(bytes) });
    expect(bench.granted(fs.hash, { name: '/ledger', type: 'sha256', off: 10, len: 100 })).toEqual({
      type: 'sha256',
      off: 10,
      len: 100,
      output: Uint8Array.from(createHash('sha256').update(bytes.subarray(10, 110)).digest()),
    });
    expect(bench.granted(fs.hashTypes, {})).toEqual({
      types: { crc32: { format: 0, size: 4 }, sha256: { format: 1, size: 32 } },
    });
  });

  it('keeps one copy still while it is read, and takes a new one from the start', () => {
    const bench = opened();
    bench.unit.files = { ledger: bytes };
    bench.granted(fs.download, { name: '/ledger', off: 0 });
    bench.unit.files = { ledger: Uint8Array.of(9) };
    expect(bench.granted(fs.download, { name: '/ledger', off: 19_999 }).data).toEqual(bytes.slice(19_999));
    expect(bench.granted(fs.hash, { name: '/ledger' }).output).toBe(crc32(bytes));
    bench.granted(fs.close, {});
    expect(bench.granted(fs.status, { name: '/ledger' })).toEqual({ len: 1 });
    expect(fetched(bench, '/ledger')).toEqual(Uint8Array.of(9));
  });

  it('gives the ledger, which holds what the citizen was told, to technicians alone', () => {
    for (const role of ['reader', 'filler'] as const) {
      const bench = new Bench();
      bench.open({ role });
      bench.unit.files = { ledger: bytes };
      expect(bench.ask(fs.status, { name: '/ledger' })).toMatchObject({ error: { rc: smpRc.accessDenied } });
      expect(bench.ask(fs.download, { name: '/ledger', off: 0 })).toMatchObject({ error: { rc: smpRc.accessDenied } });
    }
  });

  it('gives an empty file', () => {
    const bench = opened();
    expect(bench.granted(fs.download, { name: '/log', off: 0 })).toEqual({ off: 0, data: new Uint8Array(), len: 0 });
    expect(bench.ask(fs.hash, { name: '/log' })).toEqual(inGroup(smpGroup.fs, fsRc.empty));
  });

  it.each([
    ['/trace', fsRc.notFound],
    ['/etc/shadow', fsRc.notFound],
    ['/../ledger', fsRc.notFound],
    ['ledger', fsRc.notFound],
    ['', fsRc.notFound],
  ])('has no file "%s" here', (name, rc) => {
    const bench = opened();
    expect(bench.ask(fs.download, { name, off: 0 })).toEqual(inGroup(smpGroup.fs, rc));
    expect(bench.ask(fs.status, { name })).toEqual(inGroup(smpGroup.fs, rc));
  });

  it('refuses an offset behind the end, a sum it does not know, and to be written', () => {
    const bench = opened();
    expect(bench.ask(fs.download, { name: '/ledger', off: 20_001 })).toEqual(inGroup(smpGroup.fs, fsRc.offsetTooLarge));
    expect(bench.ask(fs.hash, { name: '/ledger', type: 'md5' })).toEqual(inGroup(smpGroup.fs, fsRc.hashNotFound));
    const upload = { name: '/ledger', off: 0, len: 1, data: Uint8Array.of(1) };
    expect(bench.ask(fs.upload, upload)).toEqual(inGroup(smpGroup.fs, fsRc.readOnly));
  });

  it('writes down each copy that is taken, once', () => {
    const bench = opened();
    bench.unit.files = { ledger: bytes };
    fetched(bench, '/ledger');
    expect(bench.unit.entries.map(({ act, detail }) => `${act} ${detail}`)).toEqual(['file-copied ledger']);
  });
});

describe('enum', () => {
  const groups = [0, 1, 2, 3, 8, 10, 64, 65, 66, 67, 68, 69, 70, 71];

  it('lists every group, all at once or one by one', () => {
    const bench = new Bench();
    expect(bench.granted(enumeration.count, {})).toEqual({ count: groups.length });
    expect(bench.granted(enumeration.list, {})).toEqual({ groups });
    const single = groups.map((_, index) => bench.granted(enumeration.single, { index }));
    expect(single.map(({ group }) => group)).toEqual(groups);
    expect(single.filter(({ end }) => end === true)).toEqual([{ group: 71, end: true }]);
    expect(bench.granted(enumeration.single, {})).toEqual({ group: 0 });
    const behind = bench.ask(enumeration.single, { index: groups.length });
    expect(behind).toEqual(inGroup(smpGroup.enum, enumRc.indexTooLarge));
  });

  it('names them and counts their commands, all or those asked for', () => {
    const bench = new Bench();
    expect(bench.granted(enumeration.details, { groups: [0, 64, 200] })).toEqual({
      groups: [
        { group: 0, name: 'os', handlers: 6 },
        { group: 64, name: 'session', handlers: 4 },
      ],
    });
    expect(bench.granted(enumeration.details, {}).groups).toHaveLength(groups.length);
  });
});

describe('our own groups', () => {
  it('tell whose unit it is', () => {
    const bench = new Bench();
    expect(bench.granted(provisioning.state, {})).toMatchObject({
      phase: 'running',
      device: 'DK-0042',
      epoch: 7,
      firmware: '0.1.0',
      boot: 3,
      config: 7,
      service: '+45 70 12 34 56',
    });
    const nobody = { device: null, epoch: null, config: null, serviceNumber: null };
    bench.unit.state = { ...bench.unit.state, ...nobody, phase: 'unprovisioned' };
    expect(Object.keys(bench.granted(provisioning.state, {})).sort()).toEqual(['boot', 'class', 'firmware', 'phase']);
  });

  it('hand on what the unit refuses, as a number with a name', () => {
    const bench = opened();
    bench.unit.verdict = 'not-permitted';
    const refused = (group: number) => inGroup(group, refusalNumber('not-permitted'));
    expect(bench.ask(provisioning.provision, { enrolment: Uint8Array.of(1) })).toEqual(refused(ownGroup.provisioning));
    expect(bench.ask(selfTest.run, { part: 'lamp' })).toEqual(refused(ownGroup.selfTest));
    expect(bench.ask(fault.repaired, {})).toEqual(refused(ownGroup.fault));
    expect(bench.ask(filling.binEmptied, {})).toEqual(refused(ownGroup.filling));
  });

  it('list faults with the number that people read out', () => {
    const bench = new Bench();
    bench.unit.state = { ...bench.unit.state, faults: ['mechanism-jam', 'ledger-newer'] };
    const known = [
      { code: 'mechanism-jam', number: 5 },
      { code: 'ledger-newer', number: 103 },
    ];
    expect(bench.granted(fault.list, {})).toEqual({ faults: known });
  });

  it('settle a dose in doubt, and no other', () => {
    const bench = opened();
    expect(bench.granted(fault.doubts, {})).toEqual({ doses: [{ slot: 'morning', date: '2026-11-21' }] });
    bench.granted(fault.settle, { slot: 'morning', date: '2026-11-21', fate: 'taken' });
    const other = bench.ask(fault.settle, { slot: 'evening', date: '2026-11-21', fate: 'missed' });
    expect(other).toEqual(inGroup(ownGroup.fault, refusalNumber('not-permitted')));
    expect(bench.unit.deeds).toEqual([{ type: 'uncertainty.settled', dose: 'morning/2026-11-21', fate: 'taken' }]);
  });

  it('take in a roll', () => {
    const bench = opened();
    bench.granted(filling.load, { roll: 'B', sachets: [null, ['morning', '2026-11-21'], true] });
    const sachets = [null, { slot: 'morning', date: '2026-11-21' }, 'unlabelled'];
    expect(bench.unit.deeds).toEqual([{ type: 'stock.loaded', roll: 'B', sachets }]);
  });

  it('take in the longest roll in one message, and none longer', () => {
    const bench = opened();
    const sachets = Array.from({ length: 300 }, () => ['before-lunch', '2026-11-21'] as [string, string]);
    expect(bench.ask(filling.load, { roll: 'A', sachets }).ok).toBe(true);
    expect(() => bench.ask(filling.load, { roll: 'A', sachets: [...sachets, null] })).toThrow(
      'a list of 1 to 300 sachets',
    );
  });

  it('run the parts of the self-test that there are, and report', () => {
    const bench = opened();
    expect(bench.granted(selfTest.parts, {})).toEqual({ parts: ['lamp', 'battery'] });
    bench.granted(selfTest.run, { part: 'battery' });
    const unknown = bench.ask(selfTest.run, { part: 'warp-drive' });
    expect(unknown).toEqual(inGroup(ownGroup.selfTest, refusalNumber('unsupported')));
    expect(bench.unit.deeds).toEqual([{ run: 'battery' }]);
    const results = [{ part: 'battery', outcome: 'failed', found: 'battery-low' }];
    expect(bench.granted(selfTest.report, {})).toEqual({ results });
  });

  it('give the records in pieces, each once', () => {
    const bench = opened();
    const seqs: number[] = [];
    for (let after = 0; after < 200; after = seqs.at(-1) ?? 200) {
      const { records, last } = bench.granted(history.records, { after });
      expect([records.length <= 64, last]).toEqual([true, 200]);
      seqs.push(...records.map(({ seq }) => seq));
    }
    expect(seqs).toEqual(bench.unit.records.map(({ seq }) => seq));
    expect(bench.granted(history.records, { after: 200 })).toEqual({ records: [], last: 200 });
  });

  it('give fewer records where the buffer is small', () => {
    const bench = new Bench(undefined, 400);
    bench.open();
    const { records } = bench.granted(history.records, { after: 0 });
    expect(records.length).toBeGreaterThan(2);
    expect(records.length).toBeLessThan(6);
  });
});
