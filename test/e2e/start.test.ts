import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const compiled = [join(root, 'tools/cli/bin.js')];
/** As `npm run dev` does. */
const fromTypeScript = [
  '--disable-warning=DEP0180',
  '--import',
  './tools/cli/ts-node.js',
  join(root, 'tools/cli/main.ts'),
];
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** The exit code, and everything it said. Its own processes hold the same pipes, so their end is waited for too. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

function dosis(...args: readonly string[]): Running {
  return run(compiled, ...args);
}

function run(...[program, ...args]: readonly [readonly string[], ...string[]]): Running {
  const child = spawn(process.execPath, [...program, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
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
  await expect.poll(running.said, { timeout: 60_000 }).toContain('Ctrl-C');
  return running.said().match(/http:\/\/[\d.:]+\d/g) ?? [];
}

/** The process of its service centre. */
function centrePid(running: Running): number {
  return Number(/process (\d+)/.exec(running.said())?.[1]);
}

test('dosis start serves the panel and the service centre, and Ctrl-C ends both without a word', async () => {
  const running = dosis('start', '--port', '0');
  const [panel, centre] = await addresses(running);
  const page = await fetch(`${panel}/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<html')]);
  await expect
    .poll(async () => (await fetch(`${centre}/api/devices`)).json(), { timeout: 60_000 })
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

test.each([
  ['compiled', compiled],
  ['from TypeScript', fromTypeScript],
])('dosis start, %s, ends with its service centre and says what, where and how to mend', async (_, program) => {
  const running = run(program, 'start', '--port', '0');
  const [, centre] = await addresses(running);
  const before = running.said();
  const pid = centrePid(running);
  process.kill(pid, 'SIGKILL');
  const { code, said } = await running.ended;
  expect(code).toBe(1);
  expect(said.slice(before.length)).toBe(
    `The service centre at ${centre} (process ${pid}) has ended by itself (SIGKILL), so the dispenser stops too; start both again with "dosis start".\n`,
  );
});

test('the service centre ends when dosis start is killed', async () => {
  const running = dosis('start', '--port', '0');
  const [, centre] = await addresses(running);
  const before = running.said();
  running.child.kill('SIGKILL');
  expect(await running.ended).toEqual({ code: null, said: before });
  await expect(fetch(`${centre}/`)).rejects.toThrow('fetch failed');
});

test('the service centre leaves Ctrl-C, which a terminal sends to both, to dosis start', async () => {
  const running = dosis('start', '--port', '0');
  const [, centre] = await addresses(running);
  process.kill(centrePid(running), 'SIGINT');
  expect((await fetch(`${centre}/`)).status).toBe(200);
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(0);
});

test('a service centre without its supervisor is refused in one sentence', async () => {
  const { code, said } = await dosis('centre', '--supervised').ended;
  expect(code).toBe(2);
  expect(said).toMatch(/^--supervised is for a program that starts the centre .*\n$/);
});

test('a second dosis start beside the first only wants a port for its panel', async () => {
  const first = dosis('start', '--port', '0', '--profile', 'roll');
  const [panel] = await addresses(first);
  const port = Number(new URL(panel ?? '').port);
  const second = await dosis('start', '--port', String(port)).ended;
  expect(second.code).toBe(2);
  expect(second.said).toContain(`--port ${port + 1}`);
});
