import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeLogPart, type LogPart } from '../../../protocol/messages/log-part.ts';
import { logBytesMax, logPartBytesMax } from '../../../protocol/messages/signed-limits.ts';
import { topicOf } from '../../../protocol/topics.ts';
import { LOGS_BYTES_MAX, LOGS_KEPT_MAX } from '../../../tools/centre/orders/log-store.ts';
import { sha256 } from '../../../tools/centre/orders/sha256.ts';
import { centreLogCommand } from '../../../tools/cli/centre-log.ts';
import { centreSendCommand } from '../../../tools/cli/centre-send.ts';
import { OrdersBench } from './orders-bench.ts';
import { TypedCentre } from './typed-centre.ts';

const file = (length: number, salt = 7) =>
  Uint8Array.from({ length }, (_, index) => (index * salt + (index >> 8)) & 255);

/** A log as a unit sends it. */
function partsOf(command: number, bytes: Uint8Array, size = logPartBytesMax): LogPart[] {
  const hash = sha256(bytes);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => {
    const offset = index * size;
    return { command, hash, bytes: bytes.length, offset, data: bytes.slice(offset, offset + size) };
  });
}

class LogBench extends OrdersBench {
  ask(bytesMax = 100_000, device = 'unit-1'): number {
    return this.command(device, 'sendLog', { source: 'log', bytesMax }).command.id;
  }

  hear(parts: readonly LogPart[], device = 'unit-1'): void {
    for (const part of parts) this.centre.receive({ topic: topicOf(device, 'up/log'), payload: encodeLogPart(part) });
  }
}

describe('a log that a unit sends', () => {
  let bench: LogBench;
  beforeEach(() => {
    bench = new LogBench();
    bench.unit().birth();
  });
  const kept = () => bench.orders.logs.kept('unit-1').map(({ state, received }) => [state, received]);

  it('is put together from parts in any order, some of them twice, and of other sizes after a new connection', () => {
    const bytes = file(20_000);
    const command = bench.ask();
    const first = partsOf(command, bytes).slice(0, 3);
    const rest = partsOf(command, bytes, 1000).filter(({ offset }) => offset >= 11_000);
    bench.hear([...first, ...first]);
    expect(kept()).toEqual([['partial', 3 * logPartBytesMax]]);
    bench.hear([...rest].reverse());
    expect(kept()).toEqual([['whole', 20_000]]);
    const found = bench.orders.logs.find('unit-1', command);
    expect(found).toMatchObject({ source: 'log', bytes: 20_000 });
    expect(found?.content).toEqual(bytes);
    bench.hear(first);
    expect(kept()).toEqual([['whole', 20_000]]);
  });

  it('survives a restart of the centre in the middle', () => {
    const bytes = file(20_000);
    const command = bench.ask();
    const parts = partsOf(command, bytes);
    bench.hear(parts.slice(0, 2));
    bench.end();
    const again = new LogBench({ path: bench.path });
    again.hear(parts.slice(2));
    expect(again.orders.logs.find('unit-1', command)?.content).toEqual(bytes);
  });

  it('is told apart from a damaged one', () => {
    const command = bench.ask();
    const parts = partsOf(command, file(9000));
    const [first] = parts;
    first?.data.set([1, 2, 3], 50);
    bench.hear(parts);
    expect(kept()).toEqual([['damaged', 9000]]);
  });

  it('begins anew when the unit sends another under the same number', () => {
    const command = bench.ask();
    bench.hear(partsOf(command, file(9000)).slice(0, 2));
    const other = file(5000, 11);
    bench.hear(partsOf(command, other));
    expect(bench.orders.logs.find('unit-1', command)?.content).toEqual(other);
  });

  it.each<[string, (bench: LogBench) => readonly LogPart[], RegExp]>([
    ['that nobody asked for', () => partsOf(77, file(10)), /command 77, which asked for none/],
    [
      'for a command that asks for none',
      (at) => partsOf(at.command('unit-1', 'restart').command.id, file(10)),
      /which asked for none/,
    ],
    ['larger than was asked for', (at) => partsOf(at.ask(9), file(10)), /of 10 bytes .*, which asked for 9/],
  ])('%s is put aside, and the unit is alive all the same', (_, parts, reason) => {
    bench.hear(parts(bench));
    expect(kept()).toEqual([]);
    expect(bench.lines.join('\n')).toMatch(reason);
  });

  it('that is no part at all is put aside', () => {
    bench.centre.receive({ topic: topicOf('unit-1', 'up/log'), payload: Uint8Array.of(0xa0) });
    expect(bench.lines.join('\n')).toMatch(/refused from a stranger: command/);
  });

  it('drives out the oldest, so that nobody who never fetches one fills the disk', () => {
    const commands = Array.from({ length: LOGS_KEPT_MAX + 2 }, () => bench.ask());
    for (const command of commands) bench.hear(partsOf(command, file(5000, command % 251)));
    expect(bench.orders.logs.kept('unit-1').map(({ command }) => command)).toEqual(
      commands.slice(-LOGS_KEPT_MAX).reverse(),
    );
    bench.hear(partsOf(commands[0] ?? 0, file(5000)).slice(0, 1));
    expect(bench.orders.logs.kept('unit-1')).toHaveLength(LOGS_KEPT_MAX);
    const parts = bench.store.prepare('SELECT count(*) AS n FROM unit_log_part').get()?.n;
    expect(parts).toBe(2 * LOGS_KEPT_MAX);
  });
});

describe('the logs of many units', () => {
  it('have an end together, and the oldest make room', () => {
    const bench = new LogBench();
    const devices = Array.from(
      { length: 1 + LOGS_BYTES_MAX / logBytesMax / LOGS_KEPT_MAX },
      (_, index) => `unit-${index}`,
    );
    for (const device of devices) {
      bench.unit(device).birth();
      for (let log = 0; log < LOGS_KEPT_MAX; log += 1) {
        bench.nowMs += 1000;
        const part = { hash: sha256(file(1)), bytes: logBytesMax, offset: 0, data: file(10) };
        bench.hear([{ ...part, command: bench.ask(logBytesMax, device) }], device);
      }
    }
    const kept = devices.map((device) => bench.orders.logs.kept(device).length);
    expect(kept).toEqual(devices.map((_, index) => (index === 0 ? 0 : LOGS_KEPT_MAX)));
  });
});

describe('a log on the command line', () => {
  let bench: LogBench;
  let typed: TypedCentre;
  const run = (...args: string[]) => typed.run(...args);
  beforeEach(async () => {
    bench = new LogBench();
    bench.nowMs = Date.now();
    typed = await TypedCentre.before(bench.centre, centreSendCommand, centreLogCommand);
    bench.unit().birth();
  });

  /** The unit sends this, and says so. */
  const sends = (bytes: Uint8Array, change: (parts: LogPart[]) => LogPart[] = (parts) => parts) => {
    bench.unit().birth();
    const unit = bench.units.get('unit-1');
    if (unit === undefined) throw new Error('There is no unit.');
    unit.obeys = ({ id }) => {
      bench.hear(change(partsOf(id, bytes)));
      return { status: 'done', logBytes: bytes.length };
    };
  };

  it('is waited for, put together, checked and kept in a file; and again later', async () => {
    const bytes = file(30_000);
    sends(bytes);
    const path = typed.path('unit.log');
    expect(await run('send', 'unit-1', 'send-log', '--out', path)).toContain(
      `30000 bytes are in "${path}", whole and as the unit sent them.`,
    );
    expect(process.exitCode ?? 0).toBe(0);
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
    expect(readdirSync(typed.folder).sort()).toEqual(['token', 'unit.log']);
    expect(await run('log', 'unit-1')).toMatch(/^unit-1 \d+ · log, 30000 bytes, .*: whole\n$/);
    expect(await run('log', 'unit-1', '--lang', 'da')).toMatch(/: hel\n$/);
    const later = typed.path('later.log');
    expect(JSON.parse(await run('log', 'unit-1', '--out', later, '--json'))).toMatchObject({
      ...{ file: later, state: 'whole', bytes: 30_000 },
    });
    expect(new Uint8Array(readFileSync(later))).toEqual(bytes);
    const json = await run('send', 'unit-1', 'send-log', '--out', path, '--json');
    expect(JSON.parse(json)).toMatchObject({ state: 'done', log: { file: path, state: 'whole' } });
  });

  it('of which nothing was written down is an empty file', async () => {
    sends(new Uint8Array());
    const path = typed.path('unit.log');
    expect(await run('send', 'unit-1', 'send-log', '--since', '1m', '--out', path, '--lang', 'da')).toContain(
      `Intet blev skrevet ned i den tid; "${path}" er tom.`,
    );
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('that was damaged on its way leaves no file, says so and ends with 1', async () => {
    sends(file(9000), (parts) => {
      parts[1]?.data.set([0, 0, 0]);
      return parts;
    });
    const path = typed.path('unit.log');
    expect(await run('send', 'unit-1', 'send-log', '--out', path)).toContain('damaged on its way; ask for it again');
    expect([process.exitCode, existsSync(path)]).toEqual([1, false]);
  });

  it('says what to do when there is none, no room for it, or no such command', async () => {
    expect(await run('log', 'unit-1')).toContain('No log of unit-1 is kept here');
    expect(await run('log', 'unit-1', '--lang', 'da')).toContain('Her ligger ingen log fra unit-1');
    await expect(run('log', 'unit-1', '--out', typed.path('x'))).rejects.toThrow(/No log of unit-1/);
    await expect(run('log', 'u')).rejects.toThrow(/"u" is no unit/);
    await expect(run('log', 'unit-1', 'x')).rejects.toThrow(/number of a command/);
    const nowhere = typed.path('gone', 'unit.log');
    await expect(run('send', 'unit-1', 'send-log', '--out', nowhere)).rejects.toThrow(/name a file in a folder/);
    expect(bench.orders.readings.commands('unit-1')).toEqual([]);
    await expect(run('send', 'unit-1', 'restart', '--out', typed.path('x'))).rejects.toThrow(/goes with send-log/);
    await expect(run('send', 'unit-1', 'self-test', '--parts', 'lamp,wheel')).rejects.toThrow(/"wheel" is no part/);
  });

  it('shows what a self-test found of each part, in the language asked for', async () => {
    const unit = bench.units.get('unit-1');
    if (unit === undefined) throw new Error('There is no unit.');
    unit.obeys = () => ({
      status: 'done',
      faulty: ['battery'],
      tested: [
        { part: 'lamp', outcome: 'untold', by: 'person' },
        { part: 'motor', outcome: 'failed', by: 'unit', found: 'mechanism-silent' },
        { part: 'battery', outcome: 'failed', by: 'unit', found: 'no-mains' },
        { part: 'clock', outcome: 'passed', by: 'unit' },
      ],
    });
    const told = await run('send', 'unit-1', 'self-test', '--wait', '--lang', 'da');
    expect(told).toMatch(/ {2}givet .+ af operator, gælder til .+\n {2}fejl i: batteri\n/);
    expect(told).toContain('  kan kun ses eller høres ved apparatet, og er ikke prøvet: lampe\n');
    expect(told).toMatch(/motor: ikke i orden: .+ \(\d+\)\n/);
    expect(told).toContain('batteri: ikke i orden: der er ingen strøm fra stikkontakten\n');
    expect(told).toContain('ur: i orden\n');
    expect(process.exitCode).toBe(1);
    unit.obeys = () => ({ status: 'done', tested: [{ part: 'clock', outcome: 'passed', by: 'unit' }] });
    expect(await run('send', 'unit-1', 'self-test', '--parts', 'clock', '--wait')).toContain('  all is well\n');
    expect(process.exitCode ?? 0).toBe(0);
  });
});
