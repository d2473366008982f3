// The contract of the electronics on a unit that somebody has built: npm run test:board -- --port /dev/ttyUSB0. It says what
// to do at the unit, and when.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connectBoard } from './cli/connect-board.ts';

const { values } = parseArgs({ options: { port: { type: 'string' } }, strict: false });
if (typeof values.port !== 'string') {
  process.stderr.write('Which unit? Give its serial port: npm run test:board -- --port /dev/ttyUSB0\n');
  process.exit(2);
}
if (!existsSync(values.port)) {
  process.stderr.write(`There is no port ${values.port}; plug the unit in, and look under /dev/serial/by-id.\n`);
  process.exit(2);
}
const warnings: string[] = [];
const electronics = await connectBoard({
  ...{ board: 'reference', port: values.port, named: () => '--port' },
  log: { write: (level, text) => level === 'warning' && warnings.push(text) },
});
await electronics.close();
const [warning] = warnings;
if (warning !== undefined) {
  process.stderr.write(`${warning}\n`);
  process.exit(2);
}
const suite = ['run', '--project', 'contract', 'electronics-bench', '--disable-console-intercept', '--bail', '1'];
const { status } = spawnSync('npx', ['vitest', ...suite], {
  stdio: 'inherit',
  env: { ...process.env, DOSIS_BOARD_PORT: values.port },
});
process.exit(status ?? 1);
