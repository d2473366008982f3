import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Metric, median, metric } from './metric.ts';

const ROUNDS = 7;
/** Either may cost time at start and has nothing to do with the product. */
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...ENVIRONMENT } = process.env;

interface Start {
  readonly ms: number;
  readonly rssMb: number;
}

/** From process start to "ready to remind" on a ledger in a file, against a Node that does nothing. */
export async function bootMetrics(folder: string): Promise<Metric[]> {
  const child = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? './boot-child.ts' : './boot-child.js', import.meta.url),
  );
  const ledger = `${folder}/boot.sqlite`;
  const cache = `${folder}/compiled`;
  await start([...process.execArgv, child, ledger, cache, 'provision']);
  const ours: Start[] = [];
  const bare: Start[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await start([...process.execArgv, child, ledger, cache]));
    bare.push(await start(['-e', 'console.log(process.memoryUsage.rss())']));
  }
  const mid = (starts: readonly Start[], key: keyof Start): number => median(starts.map((one) => one[key]));
  return [
    metric(
      { name: 'boot.time', value: mid(ours, 'ms'), unit: 'ms', ceiling: mid(bare, 'ms') },
      { of: 'ratio', side: 'at most', bound: 3, unit: '× bare node' },
    ),
    metric(
      { name: 'boot.memory', value: mid(ours, 'rssMb'), unit: 'MB', ceiling: mid(bare, 'rssMb') },
      { of: 'ratio', side: 'at most', bound: 2, unit: '× bare node' },
    ),
  ];
}

/** Starts Node and waits for its first line, its own resident size in bytes. */
function start(args: readonly string[]): Promise<Start> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', (line: Buffer) => {
      resolve({ ms: performance.now() - startedMs, rssMb: Number(line.toString()) / 1e6 });
      child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== null && code !== 0) reject(new Error(`The bench's child ended with code ${code}.`));
    });
  });
}
