import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../tools/cli/bin.js', import.meta.url));
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** The exit code, and everything it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

function dosis(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  cleanUp.push(() => child.kill('SIGKILL'));
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, said }));
  });
  return { child, said: () => said, ended };
}

async function takePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The panel's and the centre's addresses, once both are up. */
async function addresses(running: Running): Promise<readonly string[]> {
  await expect.poll(running.said, { timeout: 20_000 }).toContain('Ctrl-C');
  return running.said().match(/http:\/\/[\d.:]+\d/g) ?? [];
}

test('dosis start serves the panel and the service centre, and Ctrl-C ends both without a word', async () => {
  const running = dosis('start', '--port', '0');
  const [panel, centre] = await addresses(running);
  const page = await fetch(`${panel}/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<html')]);
  await expect
    .poll(async () => (await fetch(`${centre}/api/devices`)).json(), { timeout: 20_000 })
    .toMatchObject({
      devices: [{ id: 'dosis-sim-1', online: true }],
    });
  const before = running.said();
  running.child.kill('SIGINT');
  expect(await running.ended).toEqual({ code: 0, said: before });
});

test.each(['--port', '--centre-port'])(
  'a taken port of %s is one sentence that names it and the option',
  async (option) => {
    const taken = await takePort();
    const { code, said } = await dosis('start', '--port', '0', option, String(taken)).ended;
    expect(code).toBe(2);
    expect(said.trimEnd().split('\n')).toHaveLength(1);
    expect(said).toMatch(new RegExp(`\\b${taken}\\b.*${option} \\d+`, 'i'));
  },
);

test('a second dosis start beside the first only wants a port for its panel', async () => {
  const first = dosis('start', '--port', '0', '--profile', 'roll');
  const [panel] = await addresses(first);
  const port = Number(new URL(panel ?? '').port);
  const second = await dosis('start', '--port', String(port)).ended;
  expect(second.code).toBe(2);
  expect(second.said).toContain(`--port ${port + 1}`);
});
