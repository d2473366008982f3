import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { openConfig, readOffered } from '../../../protocol/messages/signed-config.ts';
import { type Broker, startBroker } from '../../../tools/centre/broker.ts';
import { ConfigStore } from '../../../tools/centre/orders/config-store.ts';
import { sha256, trust } from '../protocol/signing.ts';
import { databaseFile } from './orders-bench.ts';
import { ScriptedUnit } from './scripted-unit.ts';

function start(broker: Broker, ...args: (string | number)[]): ChildProcess {
  const program = fileURLToPath(new URL('./orders-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, broker.url, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const offersTo = ({ configs }: ScriptedUnit) => configs.map((bytes) => openConfig(bytes, trust));

/** Of the document that the unit works from, which tells the documents of this test apart. */
function minutesInForce(unit: ScriptedUnit): number | undefined {
  const offer = offersTo(unit).find(({ version }) => version === unit.inForce?.version);
  return offer === undefined ? undefined : readOffered(offer).quietMinutes;
}

it('a centre killed between storing, sending and hearing never gives two documents one version, and goes on', async () => {
  const broker = await startBroker({ port: 0 });
  onTestFinished(() => broker.close());
  const path = databaseFile();
  const unit = new ScriptedUnit('unit-1');
  const beat = setInterval(() => unit.birth(), 100);
  onTestFinished(() => clearInterval(beat));
  onTestFinished(await unit.connect(broker.url));
  const ends: [string, number][] = [
    ['storing', 1],
    ['sending', 1],
    ['storing', 2],
    ['sending', 1],
    ['storing', 3],
    ['sending', 2],
  ];
  for (const [round, [point, count]] of ends.entries()) {
    const child = start(broker, path, point, count, round + 1);
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  }
  const last = start(broker, path, 'never', 0, 99);
  let said = '';
  last.stdout?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  await vi.waitFor(() => expect(minutesInForce(unit)).toBe(99), 60_000);
  // A copy for an older base may have been refused meanwhile, and that heard before the word on the good one.
  await vi.waitFor(() => expect(said).toContain(`${unit.inForce?.version} is applied\n`), 60_000);
  const hashes = new Map<number, string>();
  for (const { version, document } of offersTo(unit)) {
    const hash = hexOf(sha256(document));
    expect(hashes.get(version) ?? hash).toBe(hash);
    hashes.set(version, hash);
  }
  last.kill('SIGKILL');
  await once(last, 'exit');
  const store = openStore({ path });
  onTestFinished(() => store.close());
  const configs = new ConfigStore(store);
  const { version, hash } = configs.wanted('unit-1') ?? {};
  expect(unit.inForce).toEqual({ version, hash: new Uint8Array(hash ?? []) });
  expect(store.integrityProblems()).toEqual([]);
});
