import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { provision } from '../../firmware/ledger/provision.ts';
import { FieldTrace } from '../../firmware/trace/field-trace.ts';
import { openTraceFolder } from '../../hal/linux/trace-store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { runCommandLine } from '../../tools/cli/program.ts';
import type { Happening, Sight } from './traced-unit.ts';

const MINUTE_MS = 60_000;
const SECRET = 'birthe';

/** A dose of three sachets that is open now, whenever that is. */
function planFor(nowMs: number): ConfigDocument {
  const at = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return {
    version: 1,
    profile: 'dual-roll',
    zone: 'UTC',
    language: 'da',
    serviceNumber: '70 12 34 56',
    regimen: { slots: [{ id: 'nu', at: at(nowMs), beforeMinutes: 30, afterMinutes: 240, sachets: 3 }] },
    messages: [{ id: SECRET, at: at(nowMs + 10 * MINUTE_MS), text: `Ring til ${SECRET}` }],
  };
}

/** The unit's process and what is seen of it. */
class Process {
  readonly sights: Sight[] = [];
  readonly #child: ChildProcess;

  constructor(beginning: object) {
    this.#child = fork(fileURLToPath(new URL('./traced-unit.ts', import.meta.url)), [JSON.stringify(beginning)]);
    this.#child.on('message', (sight: Sight) => this.sights.push(sight));
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  tell(happening: Happening): void {
    this.#child.send(happening);
  }

  async sees(wanted: Partial<Sight>): Promise<void> {
    await vi.waitFor(() => expect(this.sights).toContainEqual(expect.objectContaining(wanted)), 60_000);
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

it('a real unit, killed again and again, keeps a trace that replays to the byte and holds no word of the centre', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-field-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [ledger, traces] = [join(folder, 'ledger.sqlite'), join(folder, 'traces')];
  const nowMs = Date.now();
  const store = openStore({ path: ledger });
  provision(store, { device: 'DD-TRACE', epoch: 5, atMs: nowMs - 60 * MINUTE_MS, config: planFor(nowMs) });
  store.close();

  const first = new Process({ ledger, traces, fed: 0, cup: 'empty', mute: true });
  await first.sees({ see: 'panel', message: 'awaiting-fill' });
  first.tell({ do: 'sense', event: { type: 'door.opened', withKey: true } });
  first.tell({ do: 'ask', event: { type: 'stock.loaded', roll: 'A', sachets: Array(9).fill('unlabelled') } });
  first.tell({ do: 'sense', event: { type: 'door.closed' } });
  first.tell({
    do: 'ask',
    event: { type: 'message.received', text: `Husk ${SECRET}`, buttons: [SECRET], untilMs: nowMs + 600 * MINUTE_MS },
  });
  first.tell({ do: 'offer', signed: Buffer.from(`no document of ${SECRET}`).toString('base64') });
  first.tell({
    do: 'hear',
    event: { type: 'mqtt.connected', grant: { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 65_536 } },
  });
  await first.sees({ see: 'panel', button: 'release' });
  await first.sees({ see: 'sent', topic: 'd/DD-TRACE/up/event' });
  first.tell({ do: 'sense', event: { type: 'button.pressed' } });
  await first.sees({ see: 'moved', what: 'release' });
  await first.kill();

  // The sachet lies in the cup; the unit that was killed over it never heard so.
  const second = new Process({ ledger, traces, fed: 1, cup: 'occupied', mute: false });
  await second.sees({ see: 'panel', message: 'take-the-sachet' });
  second.tell({ do: 'sense', event: { type: 'cup.emptied' } });
  await second.sees({ see: 'panel', message: 'message' });
  await second.kill();

  const third = new Process({ ledger, traces, fed: 3, cup: 'empty', mute: false });
  await third.sees({ see: 'panel', message: 'message' });
  third.tell({ do: 'sense', event: { type: 'choice.pressed', choice: 1 } });
  await third.sees({ see: 'panel', message: 'ready-next-day' });
  await third.kill();

  expect(readdirSync(traces)).toEqual(['000001.jsonl', '000002.jsonl', '000003.jsonl']);
  const { bytes, read } = new FieldTrace(openTraceFolder(traces)).copy();
  const downloaded = join(folder, 'trace');
  writeFileSync(downloaded, read(0, bytes));
  const text = readFileSync(downloaded, 'latin1');
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(Buffer.from(`Ring til ${SECRET}`).toString('base64').slice(4, 16));

  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runCommandLine(['sim', 'replay', downloaded, '--json']);
  const [[printed] = []] = out.mock.calls;
  out.mockRestore();
  expect(JSON.parse(String(printed))).toMatchObject({ divergence: null, same: true, runs: 3, of: 'DD-TRACE' });
  expect(process.exitCode).toBe(0);
  process.exitCode = undefined;
});
