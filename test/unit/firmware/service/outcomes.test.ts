import { describe, expect, it } from 'vitest';
import { fault } from '../../../../protocol/smp/commands/fault.ts';
import { filling } from '../../../../protocol/smp/commands/filling.ts';
import { fs } from '../../../../protocol/smp/commands/fs.ts';
import { handover } from '../../../../protocol/smp/commands/handover.ts';
import { image } from '../../../../protocol/smp/commands/image.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { selfTest } from '../../../../protocol/smp/commands/self-test.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import { settings } from '../../../../protocol/smp/commands/settings.ts';
import { smpRc } from '../../../../protocol/smp/numbers.ts';
import { sha256 } from '../../protocol/signing.ts';
import { Bench } from './bench.ts';

const opened = () => {
  const bench = new Bench();
  bench.open();
  bench.unit.entries.length = 0;
  return bench;
};

describe('what came of an act', () => {
  it.each<[string, (bench: Bench) => unknown]>([
    ['repaired', (bench) => bench.ask(fault.repaired, {})],
    ['settle', (bench) => bench.ask(fault.settle, { slot: 'morning', date: '2026-11-21', fate: 'taken' })],
    ['load', (bench) => bench.ask(filling.load, { roll: 'A', sachets: [true] })],
    ['bin-emptied', (bench) => bench.ask(filling.binEmptied, {})],
    ['self-test', (bench) => bench.ask(selfTest.run, { part: 'lamp' })],
    ['hand-over', (bench) => bench.ask(handover.give, { heir: Uint8Array.of(1), believes: [] })],
    ['restart', (bench) => bench.ask(os.reset, {})],
  ])('is told after it, done or refused and why: %s', (act, ask) => {
    const bench = opened();
    ask(bench);
    bench.unit.verdict = 'dose-open';
    ask(bench);
    expect(bench.unit.ends).toEqual([
      [act, 'done'],
      [act, 'refused', 'dose-open'],
    ]);
    expect(bench.unit.entries.map((entry) => entry.act)).toEqual([act, act]);
  });

  it('is told of a clock that could not be set', () => {
    const bench = opened();
    bench.stamp = { ...bench.stamp, trusted: false };
    bench.unit.verdict = 'unsupported';
    bench.ask(os.setDatetime, { datetime: '2026-11-30T12:00:00Z' });
    expect(bench.unit.ends).toEqual([['clock-set', 'refused', 'unsupported']]);
  });

  it('is told of a document, with the first of its faults', () => {
    const bench = opened();
    const errors = [
      { path: 'version', code: 'older-version' as const },
      { path: '', code: 'too-large' as const },
    ];
    bench.unit.offered = { status: 'rejected', version: 8, hash: new Uint8Array(32), errors };
    bench.ask(settings.write, { name: 'config/document', val: Uint8Array.of(1) });
    expect(bench.unit.ends).toEqual([['config-offered', 'refused', 'older-version']]);
  });

  it('is told of each step of a firmware, as far as there are words', () => {
    const bench = opened();
    bench.ask(image.setState, { hash: new Uint8Array(32), confirm: false });
    const data = Uint8Array.of(1, 2, 3);
    bench.unit.images.begin = () => ({ ok: true, value: { offset: 0, complete: false } });
    bench.unit.images.write = () => ({ ok: true, value: { offset: 3, complete: true } });
    bench.granted(image.upload, { off: 0, len: 3, sha: sha256(data), data });
    expect(bench.unit.ends).toEqual([
      ['image-test', 'refused'],
      ['image-begun', 'done'],
      ['image-complete', 'done'],
    ]);
  });

  it('is told of nothing that was only looked at, or that no one asked for in an understandable way', () => {
    const bench = opened();
    bench.granted(fs.download, { name: '/log', off: 0 });
    bench.ask(fault.settle, { slot: 'noon', date: '2026-11-21', fate: 'taken' });
    bench.granted(session.close, {});
    expect(bench.unit.ends).toEqual([['file-copied', 'done']]);
  });

  it('is no copy where there is no file', () => {
    const bench = opened();
    bench.unit.files = {};
    expect(bench.ask(fs.download, { name: '/trace', off: 0 }).ok).toBe(false);
    expect(bench.unit.entries).toEqual([]);
  });

  it('is not promised to anybody before it is written down', () => {
    const bench = opened();
    bench.unit.conclude = () => {
      throw new Error('The disk is full.');
    };
    expect(bench.ask(fault.repaired, {})).toEqual({ ok: false, error: { rc: smpRc.unknown } });
    expect(bench.unit.deeds).toHaveLength(1);
  });
});
