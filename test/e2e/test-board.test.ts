import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** @returns what somebody is told who tries the contract on this port */
function tried(port: string): { readonly status: number | null; readonly said: string } {
  const { status, stderr } = spawnSync(process.execPath, ['tools/test-board.ts', '--port', port], { encoding: 'utf8' });
  return { status, said: stderr };
}

it.each([
  ['/dev/null', 'is no serial port but something else; name one such as /dev/ttyUSB0.'],
  ['/dev/ttyNowhere', 'There is no port /dev/ttyNowhere; plug the unit in'],
])('the contract on a built unit says of %s at once why it cannot begin', (port, sentence) => {
  const { status, said } = tried(port);
  expect(status).toBe(2);
  expect(said).toContain(sentence);
});
