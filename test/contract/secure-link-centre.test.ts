import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CentreHome } from '../../tools/centre/authority/home.ts';
import { mosquittoOf } from '../../tools/centre/authority/mosquitto.ts';
import { type CentreOptions, type RunningCentre, startCentre } from '../../tools/centre/main.ts';
import { batchMessage, opened } from '../unit/centre/support.ts';
import { mosquittoKind } from './brokers.ts';
import { Client } from './mqtt-suite.ts';
import { newHome, type TestHome, unitOptions } from './secure-home.ts';

const quiet = { write: () => undefined };

async function start(home: CentreHome, options: Partial<CentreOptions> = {}): Promise<RunningCentre> {
  const usual: CentreOptions = { broker: 'mosquitto', home, httpPort: 0, databasePath: ':memory:', log: quiet };
  const centre = await startCentre({ ...usual, ...options });
  onTestFinished(() => centre.close());
  await centre.whenConnected;
  return centre;
}

/** Waits until the centre has acknowledged what an enrolled unit sends. */
async function report(made: TestHome, device: string): Promise<void> {
  const options = unitOptions(await made.enrol(device));
  const will = { topic: `d/${device}/up/state`, payload: new Uint8Array(0) };
  const unit = new Client(options, { will, subscriptions: [`d/${device}/down/ack`] });
  onTestFinished(() => unit.mqtt.disconnect());
  await unit.connect();
  await unit.publish(1, batchMessage(device, 7, [opened(1)]));
  await unit.told('mqtt.message');
}

async function aHome(): Promise<TestHome> {
  const made = await newHome();
  onTestFinished(made.remove);
  return made;
}

/** `dosis centre` in a process of its own, as a service manager runs it. */
async function launch({ folder }: CentreHome): Promise<ChildProcess> {
  const main = new URL('../../tools/cli/main.ts', import.meta.url).pathname;
  const args = [main, 'centre', '--home', folder, '--mosquitto', '--http-port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  expect(line).toContain('The service centre shows');
  return child;
}

describe.runIf(mosquittoKind.unavailable === undefined)('a service centre with a home', () => {
  it('runs Mosquitto, serves enrolled units over it, and ends it when it ends', async () => {
    const made = await aHome();
    const centre = await start(made.home);
    await report(made, 'unit-1');
    expect(mosquittoOf(made.home)).toBeDefined();
    await centre.close();
    expect(mosquittoOf(made.home)).toBeUndefined();
  });

  it('joins a Mosquitto that runs already, and leaves it running', async () => {
    const made = await aHome();
    await start(made.home);
    const guest = await start(made.home, { broker: made.home.localBrokerUrl });
    await report(made, 'unit-1');
    await guest.close();
    expect(mosquittoOf(made.home)).toBeDefined();
  });

  it('hears of the end of its Mosquitto', async () => {
    const made = await aHome();
    const onBrokerEnd = vi.fn();
    await start(made.home, { onBrokerEnd });
    process.kill(mosquittoOf(made.home) as number, 'SIGKILL');
    await vi.waitFor(() => expect(onBrokerEnd).toHaveBeenCalledWith('SIGKILL'));
  });

  it('takes the place of a centre that was killed, and of the Mosquitto that it left behind', async () => {
    const made = await aHome();
    const killed = await launch(made.home);
    const orphan = mosquittoOf(made.home);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(mosquittoOf(made.home)).toBe(orphan);
    await start(made.home);
    expect(mosquittoOf(made.home)).not.toBe(orphan);
    await report(made, 'unit-1');
  });

  it('does not end the Mosquitto of a centre that lives', async () => {
    const made = await aHome();
    await launch(made.home);
    await expect(start(made.home)).rejects.toThrow(
      /runs with this home already \(process \d+\); leave out --mosquitto/,
    );
    expect(mosquittoOf(made.home)).toBeDefined();
    process.kill(mosquittoOf(made.home) as number, 'SIGTERM');
  });
});
