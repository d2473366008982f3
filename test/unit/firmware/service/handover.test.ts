import { describe, expect, it } from 'vitest';
import { handoverBytesMax } from '../../../../protocol/messages/handover.ts';
import { filling } from '../../../../protocol/smp/commands/filling.ts';
import { handover } from '../../../../protocol/smp/commands/handover.ts';
import { ownGroup } from '../../../../protocol/smp/numbers.ts';
import { refusalNumber } from '../../../../protocol/smp/refusal-number.ts';
import { Bench } from './bench.ts';

const inGroup = (group: number, rc: number) => ({ ok: false, error: { group, rc } });
const opened = () => {
  const bench = new Bench();
  bench.open();
  return bench;
};

describe('a handover', () => {
  const document = Uint8Array.from({ length: 10_000 }, (_, index) => index & 0xff);

  const heir = Uint8Array.of(1, 2, 3);

  it('is asked for, and read piece by piece', () => {
    const bench = opened();
    expect(bench.ask(handover.give, { heir, believes: [heir] })).toEqual({ ok: true, value: {} });
    expect(bench.unit.deeds).toEqual([{ give: heir, believes: [heir] }]);
    const read: number[] = [];
    for (;;) {
      const { data, len } = bench.granted(handover.read, { off: read.length });
      read.push(...data);
      if (read.length >= len) break;
    }
    expect(Uint8Array.from(read)).toEqual(document);
  });

  it('is not there while the unit has its own place', () => {
    const bench = opened();
    bench.unit.handed = null;
    expect(bench.ask(handover.read, { off: 0 })).toEqual(inGroup(ownGroup.handover, refusalNumber('state-mismatch')));
  });

  it('is taken when its last piece is there, and only in order', () => {
    const bench = opened();
    expect(bench.granted(handover.take, { off: 0, data: document.slice(0, 6_000), len: 10_000 })).toEqual({
      off: 6_000,
    });
    expect(bench.ask(handover.take, { off: 7_000, data: document.slice(7_000) })).toMatchObject({ ok: false });
    expect(bench.unit.deeds).toEqual([]);
    expect(bench.granted(handover.take, { off: 6_000, data: document.slice(6_000) })).toEqual({ off: 10_000 });
    expect(bench.unit.deeds).toEqual([{ take: document }]);
    expect(bench.ask(handover.take, { off: 10_000, data: Uint8Array.of(1) })).toMatchObject({ ok: false });
  });

  it.each([0, handoverBytesMax + 1])('of %i bytes is refused before anything is kept', (len) => {
    const bench = opened();
    expect(bench.ask(handover.take, { off: 0, data: new Uint8Array(), len })).toMatchObject({ ok: false });
  });

  it('is refused for the reason that the unit gives', () => {
    const bench = opened();
    bench.unit.verdict = 'replayed';
    const short = document.slice(0, 10);
    expect(bench.ask(handover.take, { off: 0, data: short, len: 10 })).toEqual(
      inGroup(ownGroup.handover, refusalNumber('replayed')),
    );
    expect(bench.ask(handover.give, { heir, believes: [heir] })).toEqual(
      inGroup(ownGroup.handover, refusalNumber('replayed')),
    );
  });

  it('that one session began, another does not go on with', () => {
    const bench = opened();
    bench.granted(handover.take, { off: 0, data: document.slice(0, 6_000), len: 10_000 });
    bench.server.unplugged(bench.stamp);
    bench.open();
    expect(bench.ask(handover.take, { off: 6_000, data: document.slice(6_000) })).toMatchObject({ ok: false });
  });
});

describe('the bays', () => {
  it('say what hangs in them, as a filling says it', () => {
    expect(opened().granted(filling.rolls, { roll: 'A' })).toEqual({
      sachets: [['morning', '2026-11-21'], true, null],
      over: 1,
    });
  });
});
