import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../../firmware/domain/byte-source.ts';
import { logAsked } from '../../../../firmware/host/log-asked.ts';
import { encodeEvent } from '../../../../protocol/messages/event.ts';
import { decodeLogPart } from '../../../../protocol/messages/log-part.ts';
import { readLog } from '../../../../tools/technician/log-file.ts';
import { command, Desk, sealed } from '../centre-desk.ts';
import { labels, Rig, SECOND } from '../rig.ts';

type Asked = Parameters<typeof command>[1];

class Table {
  readonly rig: Rig;
  desk: Desk;

  constructor(trace?: ByteSource) {
    this.rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
    if (trace !== undefined) {
      Object.assign(this.rig.ports, { traceFile: () => trace });
      this.rig.cutPower();
      this.rig.boot();
    }
    this.desk = new Desk(this.rig);
    this.rig.pass(SECOND);
  }

  ask(asked: Asked): void {
    this.desk.send('command', sealed(command(this.rig, asked)));
  }

  /** What the centre has put together of the parts of a command. */
  received(id: number): Uint8Array {
    const parts = this.rig.published
      .filter(({ topic }) => topic === 'd/DD-0042/up/log')
      .map(({ payload }) => decodeLogPart(payload))
      .filter((part) => part.command === id);
    const whole = new Uint8Array(parts[0]?.bytes ?? 0);
    for (const { offset, data } of parts) whole.set(data, offset);
    const [{ hash } = { hash: undefined }] = parts;
    if (hash !== undefined) expect(createHash('sha256').update(whole).digest()).toEqual(Buffer.from(hash));
    return whole;
  }

  get answers() {
    return this.desk.answers.map(({ status, id }) => [id, status]);
  }
}

describe('a log that the centre asks for', () => {
  it('is the same file as at the cable, is accepted first and done when the broker has all of it', () => {
    const table = new Table();
    table.ask({ type: 'sendLog', id: 3, source: 'log', bytesMax: 65_536 });
    table.rig.pass(SECOND);
    const file = table.received(3);
    const { records, brokenAfter } = readLog(file);
    expect(brokenAfter).toBeNull();
    // The command itself is the last record that there was when the log was read.
    expect(records.map(({ seq }) => seq)).toEqual(table.rig.events.map(({ seq }) => seq));
    expect(records.at(-1)?.event).toMatchObject({ type: 'command.obeyed', id: 3 });
    expect(table.answers).toEqual([
      [3, 'accepted'],
      [3, 'done'],
    ]);
    expect(table.desk.answers.at(-1)).toMatchObject({ logBytes: file.length });
    expect(table.rig.calls.filter((call) => call.startsWith('mechanism.re'))).toEqual([]);
  });

  it('is the newest whole records of so many bytes, and of those only what is not older than asked', () => {
    const table = new Table();
    for (let times = 0; times < 400; times += 1) {
      table.rig.ask({ type: 'service.noted', act: 'session-opened', pass: 'T-1' });
    }
    table.ask({ type: 'sendLog', id: 3, source: 'log', bytesMax: 2000 });
    table.rig.pass(SECOND);
    const file = table.received(3);
    expect(file.length).toBeLessThanOrEqual(2000);
    expect(file.length).toBeGreaterThan(1900);
    const last = table.rig.events.at(-1)?.seq ?? 0;
    expect(readLog(file).records.at(-1)?.seq).toBe(last);
    expect(readLog(file).brokenAfter).toBeNull();

    table.rig.pass(60 * SECOND);
    const since = Math.floor(table.rig.wallMs / 1000);
    table.ask({ type: 'sendLog', id: 4, source: 'log', since, bytesMax: 65_536 });
    table.rig.pass(SECOND);
    const some = readLog(table.received(4)).records.flatMap(({ event }) => event ?? []);
    expect(some.length).toBeGreaterThan(0);
    for (const { at } of some) expect(at).toBeGreaterThanOrEqual(since);
  });

  it('of a long history has no gap, and ends where it was asked from', () => {
    const table = new Table();
    for (let times = 0; times < 700; times += 1) {
      table.rig.ask({ type: 'service.noted', act: 'session-opened', pass: 'T-1' });
    }
    table.ask({ type: 'sendLog', id: 3, source: 'log', bytesMax: 1_000_000 });
    table.rig.pass(SECOND);
    const { records, brokenAfter } = readLog(table.received(3));
    expect(brokenAfter).toBeNull();
    expect(records.map(({ seq }) => seq)).toEqual(table.rig.events.map(({ seq }) => seq));
  });

  it('keeps what was written down while nobody believed the clock, whatever it showed', () => {
    const row = (seq: number, at: number, suspect = false) => {
      const body = encodeEvent({ type: 'bin.emptied', seq, at, ...(suspect ? { suspect } : {}) });
      return { seq, body, hash: new Uint8Array(32) };
    };
    const rows = [row(1, 1000), row(2, 5, true), row(3, 3000)];
    const ledger = { lastSeq: 3, records: (after: number, limit: number) => rows.slice(after, after + limit) };
    const source = logAsked({ source: 'log', bytesMax: 1000, since: 2000 }, ledger, {});
    const { records } = readLog(source.read(0, source.bytes));
    expect(records.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('since an hour that nothing has happened in is empty, and done', () => {
    const table = new Table();
    table.rig.pass(60 * SECOND);
    const since = Math.floor(table.rig.wallMs / 1000) + 3600;
    table.ask({ type: 'sendLog', id: 3, source: 'log', since, bytesMax: 65_536 });
    table.rig.pass(SECOND);
    expect(table.received(3)).toHaveLength(0);
    expect(table.desk.answers.at(-1)).toMatchObject({ status: 'done', logBytes: 0 });
  });

  it('of the trace is refused by a unit that keeps none, and with a time by any', () => {
    const without = new Table();
    without.ask({ type: 'sendLog', id: 3, source: 'trace', bytesMax: 1000 });
    expect(without.desk.answers.at(-1)).toMatchObject({ errors: [{ path: 'source', code: 'unsupported' }] });
    const table = new Table({ bytes: 9000, read: (_offset, length) => new Uint8Array(length).fill(65) });
    table.ask({ type: 'sendLog', id: 3, source: 'trace', since: 1, bytesMax: 1000 });
    expect(table.desk.answers.at(-1)).toMatchObject({ errors: [{ path: 'since', code: 'unsupported' }] });
    table.ask({ type: 'sendLog', id: 4, source: 'trace', bytesMax: 9000 });
    table.rig.pass(SECOND);
    expect(table.received(4)).toEqual(new Uint8Array(9000).fill(65));
    expect(table.desk.answers.at(-1)).toMatchObject({ status: 'done', logBytes: 9000 });
  });

  it('that cannot be read fails, and says so', () => {
    const read = (): never => {
      throw new Error('The card is gone.');
    };
    const table = new Table({ bytes: 9000, read });
    table.ask({ type: 'sendLog', id: 4, source: 'trace', bytesMax: 9000 });
    table.rig.pass(SECOND);
    expect(table.desk.answers.at(-1)).toMatchObject({
      status: 'failed',
      id: 4,
      errors: [{ path: 'source', code: 'storage-fault' }],
    });
  });

  it('waits for its turn: a second one meanwhile is told that the unit is busy', () => {
    const table = new Table({ bytes: 9000, read: (_offset, length) => new Uint8Array(length) });
    table.ask({ type: 'sendLog', id: 3, source: 'trace', bytesMax: 9000 });
    table.ask({ type: 'sendLog', id: 4, source: 'log', bytesMax: 9000 });
    table.rig.pass(SECOND);
    table.ask({ type: 'sendLog', id: 5, source: 'log', bytesMax: 9000 });
    table.rig.pass(SECOND);
    expect(table.answers).toEqual([
      [3, 'accepted'],
      [4, 'refused'],
      [3, 'done'],
      [5, 'accepted'],
      [5, 'done'],
    ]);
  });

  it('survives a lost line, and ends with a power cut: then it was not done, and the unit says so', () => {
    const table = new Table({ bytes: 40_000, read: (_offset, length) => new Uint8Array(length).fill(66) });
    table.ask({ type: 'sendLog', id: 3, source: 'trace', bytesMax: 40_000 });
    table.rig.pass(3);
    table.rig.hear({ type: 'mqtt.disconnected', reason: 'gone' });
    table.rig.online = true;
    table.rig.pass(600 * SECOND);
    expect(table.received(3)).toEqual(new Uint8Array(40_000).fill(66));
    expect(table.desk.answers.at(-1)).toMatchObject({ status: 'done', id: 3, logBytes: 40_000 });

    table.rig.online = false;
    table.ask({ type: 'sendLog', id: 4, source: 'trace', bytesMax: 40_000 });
    table.rig.cutPower();
    table.rig.boot();
    const again = new Desk(table.rig);
    again.send('command', sealed(command(table.rig, { type: 'sendLog', id: 4, source: 'trace', bytesMax: 40_000 })));
    table.rig.pass(SECOND);
    expect(again.answers.at(-1)).toMatchObject({ status: 'failed', id: 4, errors: [{ path: '', code: 'not-done' }] });
  });
});
