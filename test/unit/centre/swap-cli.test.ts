import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { openHandover } from '../../../protocol/messages/handover.ts';
import { openConfig } from '../../../protocol/messages/signed-config.ts';
import { centreCommand } from '../../../tools/cli/centre.ts';
import { trust } from '../protocol/signing.ts';
import { OrdersBench } from './orders-bench.ts';
import { batchMessage, birthMessage, nowMs, opened } from './support.ts';
import { TypedCentre } from './typed-centre.ts';

const atS = nowMs / 1000;

/** A log as the unit gives it: records in a chain of hashes, each `[seq, record, hash]` in CBOR. */
function logOf(...events: readonly DeviceEvent[]): Buffer {
  let hash = Buffer.alloc(32);
  return Buffer.concat(
    events.map((event) => {
      const body = encodeEvent(event);
      hash = createHash('sha256').update(hash).update(body).digest();
      return Buffer.concat([Buffer.of(0x83, event.seq, 0x58, body.length), body, Buffer.of(0x58, 32), hash]);
    }),
  );
}

describe('a swap on the command line of the centre', () => {
  let bench: OrdersBench;
  let typed: TypedCentre;
  const run = (...args: string[]) => typed.run('centre', ...args);
  const code = () => typed.code;
  const path = (name: string) => typed.path(name);
  /** What `dosis tech swap` keeps. */
  const keep = (
    log: string | null,
    content = logOf(opened(1), opened(2), { type: 'unit.handedOver', seq: 3, at: atS }),
  ) => {
    mkdirSync(path('swap'), { recursive: true });
    writeFileSync(path('swap/unit.log'), content);
    const kept = { device: 'unit-1', epoch: 7, lastSeq: 3, waiting: 2, log, rolls: [] };
    writeFileSync(path('swap/swap.json'), JSON.stringify(kept));
  };
  beforeEach(async () => {
    bench = new OrdersBench({ at: nowMs });
    typed = await TypedCentre.before(bench.centre, centreCommand);
    bench.unit().birth();
    bench.set('unit-1');
    bench.centre.receive(batchMessage('unit-1', 7, [opened(1)]));
  });
  const replaced = () => {
    bench.centre.receive(birthMessage('unit-1', { epoch: 8, session: 9 }));
    bench.centre.receive(batchMessage('unit-1', 8, [{ type: 'unit.tookOver', seq: 1, at: atS, epoch: 7, through: 3 }]));
  };

  it('writes a handover for a silent unit, and warns when that one is connected', async () => {
    const told = await run('handover', 'unit-1', '--out', path('h'));
    expect(told).toContain('no dose came to an end');
    expect(told).toContain('unit-1 is connected just now');
    const { keys, verify } = trust;
    const written = new Uint8Array(readFileSync(path('h')));
    expect(openHandover(written, { predecessors: [], centre: keys, verify })).toMatchObject({
      device: 'unit-1',
      source: 'centre',
    });
    await expect(run('handover', 'unit-9', '--out', path('h9'))).rejects.toThrow(/never heard of unit-9/);
    await expect(run('handover', 'unit-1', '--out', path('no/h'))).rejects.toThrow(/folder that exists/);
  });

  it('writes a plan as it travels, for a new unit', async () => {
    expect(await run('config', 'get', 'unit-1', '--signed', path('plan'), '--new-unit')).toContain(
      'signed for a new unit',
    );
    expect(openConfig(new Uint8Array(readFileSync(path('plan'))), trust).base).toBeUndefined();
    await expect(run('config', 'get', 'unit-1', '--new-unit')).rejects.toThrow(/--new-unit needs --signed/);
  });

  it('takes in the folder of a swap, and once more without harm', async () => {
    keep('unit.log');
    await expect(run('take-in', path('swap'))).rejects.toThrow(/unit-1 works with ledger 7 itself/);
    replaced();
    expect(await run('take-in', path('swap'))).toBe(
      'Of unit-1 with ledger 7 2 records came in; 1 were here already.\nNothing is waited for any more.\n',
    );
    expect(code()).toBe(0);
    expect(JSON.parse(await run('take-in', path('swap/unit.log'), '--json'))).toMatchObject({ stored: 0, owed: false });
  });

  it('takes in only the sound part of a log that was changed, and says so', async () => {
    const log = logOf(opened(1), opened(2), opened(3));
    log.set([0], log.length - 1);
    log.set([1], log.length - 2);
    keep('unit.log', log);
    replaced();
    const told = await run('take-in', path('swap'));
    expect(told).toContain('After record 2 the log was changed or left out');
    expect(told).toContain('There are more: this centre has them through 2.');
    expect(code()).toBe(1);
    expect(await run('take-in', '--lost', path('swap'))).toContain('Nobody waits any longer');
  });

  it('says what is missing when it is not told whose log it is, or there is none', async () => {
    await expect(run('take-in')).rejects.toThrow(/name the folder/);
    await expect(run('take-in', '--lost')).rejects.toThrow(/--unit ID --epoch NUMBER/);
    writeFileSync(path('loose.log'), 'no log');
    await expect(run('take-in', path('loose.log'))).rejects.toThrow(/belongs to no swap/);
    await expect(run('take-in', path('loose.log'), '--unit', 'unit-1', '--epoch', '7')).rejects.toThrow(
      /cannot be taken in: it is/,
    );
    const loose = ['--unit', 'unit-1', '--epoch', '7'];
    for (const whose of [[], loose]) {
      await expect(run('take-in', path('gone.log'), ...whose)).rejects.toThrow(
        /gone\.log" cannot be read \(ENOENT\); name the folder of the swap, or a log\.$/,
      );
    }
    await expect(run('take-in', typed.folder)).rejects.toThrow(
      /is a folder, but not one that "dosis tech swap" has kept/,
    );
    await expect(run('take-in', path('loose.log'), ...loose)).rejects.toThrow(/it is no log of a unit \(byte 0\)/);
    await expect(run('take-in', path('loose.log'), ...loose, '--lang', 'da')).rejects.toThrow(
      /kan ikke tages ind: det er ikke loggen fra et apparat/,
    );
    keep(null);
    await expect(run('take-in', path('swap'))).rejects.toThrow(/has no log: the unit could not be asked/);
  });

  it('does not take an empty file, or another of our files, for the log of a unit', async () => {
    replaced();
    const loose = ['--unit', 'unit-1', '--epoch', '7'];
    writeFileSync(path('empty.log'), '');
    await expect(run('take-in', path('empty.log'), ...loose)).rejects.toThrow(
      /empty\.log" cannot be taken in: it is empty/,
    );
    writeFileSync(path('plan.yaml'), 'profile: roll\nregimen: {}\n');
    await expect(run('take-in', path('plan.yaml'), ...loose)).rejects.toThrow(/plan\.yaml/);
    expect(bench.centre.owed()).toHaveLength(1);
  });

  it('shows an operator what is owed, until it is there', async () => {
    keep('unit.log');
    replaced();
    const page = async () => (await fetch(`${typed.web.url}/?lang=en`)).text();
    expect(await page()).toContain('Nobody knows what the old device did after it was heard last');
    bench.centre.receive(batchMessage('unit-1', 7, [{ type: 'unit.handedOver', seq: 3, at: atS }]));
    expect(await page()).toContain('The last records of the old device have not arrived');
    await run('take-in', path('swap'));
    expect(await page()).not.toContain('Replaced devices');
  });
});
