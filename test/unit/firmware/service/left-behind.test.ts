import { describe, expect, it } from 'vitest';
import { IDLE_MS_MAX } from '../../../../firmware/service/session-gate.ts';
import { fs } from '../../../../protocol/smp/commands/fs.ts';
import { handover } from '../../../../protocol/smp/commands/handover.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import { smpRc } from '../../../../protocol/smp/numbers.ts';
import { Bench } from './bench.ts';

const document = Uint8Array.from({ length: 10_000 }, (_, index) => index & 0xff);

const ends: readonly [string, (bench: Bench) => unknown][] = [
  ['closed', (bench) => bench.granted(session.close, {})],
  ['left idle', (bench) => bench.pass(IDLE_MS_MAX)],
  [
    'over',
    (bench) => {
      for (let minutes = 0; minutes < 60; minutes += 5) {
        bench.granted(os.echo, { d: 'still here' });
        bench.pass(5 * 60_000);
      }
    },
  ],
  ['cut off by the cable', (bench) => bench.server.unplugged(bench.stamp)],
  ['replaced', () => undefined],
];

describe('what a session has left behind that was', () => {
  it.each(ends)('%s, another does not go on with: a document half sent', (_, end) => {
    const bench = new Bench();
    bench.open();
    bench.granted(handover.take, { off: 0, data: document.slice(0, 6_000), len: 10_000 });
    end(bench);
    expect(bench.open({ id: 'T-18' }).ok).toBe(true);
    expect(bench.ask(handover.take, { off: 6_000, data: document.slice(6_000) })).toMatchObject({
      ok: false,
      error: { rc: smpRc.invalid },
    });
    expect(bench.unit.deeds).toEqual([]);
  });

  it.each(ends)('%s, another does not go on with: a file half read', (_, end) => {
    const bench = new Bench();
    bench.open();
    bench.granted(fs.download, { name: '/ledger', off: 0 });
    bench.unit.files = { ledger: Uint8Array.from({ length: 20_000 }, () => 7) };
    bench.granted(fs.download, { name: '/ledger', off: 8_000 });
    expect(bench.granted(fs.download, { name: '/ledger', off: 8_000 }).data[0]).toBe(0);
    end(bench);
    bench.open({ id: 'T-18' });
    expect(bench.granted(fs.download, { name: '/ledger', off: 8_000 }).data[0]).toBe(7);
    const copied = bench.unit.entries.filter(({ act }) => act === 'file-copied');
    expect(copied.map(({ pass }) => pass)).toEqual(['T-17', 'T-18']);
  });
});
