import { expect, test } from 'vitest';
import { centreCommand } from '../../../tools/cli/centre.ts';
import { readBroker, readCablePort } from '../../../tools/cli/options.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';

test.each([
  'embedded',
  'mqtt://127.0.0.1:1883',
  'mqtts://broker.example',
  'wss://broker.example/mqtt',
  'mqtt://[::1]:1883',
])('%s is a broker', (text) => {
  expect(readBroker(text)).toBe(text);
});

test.each(['foo', 'http://127.0.0.1:1883', '127.0.0.1:1883', 'broker.example:1883', 'mqtt://', 'mqtt:', ''])(
  '"%s" is no broker, and the sentence says what to write',
  async (text) => {
    const centre = centreCommand().exitOverride();
    const refused = centre.parseAsync(['--broker', text], { from: 'user' });
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(
      `--broker is "${text}"; write mqtt://HOST:PORT, or leave it out for the embedded one.`,
    );
  },
);

test.each(['', ' '])('"%s", as of a variable that nobody has set, is no port of a cable', (text) => {
  expect(() => readCablePort(text)).toThrow('An empty path is no port; name one, such as /dev/ttyUSB0.');
  expect(readCablePort('/dev/ttyUSB0')).toBe('/dev/ttyUSB0');
});
