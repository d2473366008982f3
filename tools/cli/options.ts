import { InvalidArgumentError, Option } from 'commander';
import { isDeviceId } from '../../protocol/topics.ts';
import { UsageError } from '../program/usage-error.ts';

export const PORT_MAX = 65_535;

/** Reads a TCP port; 0 lets the system choose one. */
export function readPort(text: string): number {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new InvalidArgumentError(`A port is a whole number from 0 to ${PORT_MAX}; 0 lets the system choose.`);
  }
  return port;
}

/** Reads the path of a serial port: what a shell makes of a variable that nobody has set is none. */
export function readCablePort(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('An empty path is no port; name one, such as /dev/ttyUSB0.');
  return text;
}

/** `--board simulated|emulated`. */
export function boardOption(): Option {
  const says =
    'the unit’s electronics: "simulated", or "emulated", the real drivers on an emulated microcontroller, which takes longer';
  return new Option('--board <kind>', says).choices(['simulated', 'emulated']).default('simulated');
}

/** Reads the id of a unit. */
export function readDevice(text: string): string {
  if (!isDeviceId(text)) throw new InvalidArgumentError('A unit has an id of 3 to 32 letters, digits and hyphens.');
  return text;
}

/** What stands in for the address of a broker: the centre runs one of its own. */
export const EMBEDDED = 'embedded';

/** What the MQTT adapter can reach (hal/linux/mqtt.ts). */
const brokerSchemes: ReadonlySet<string> = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

/** Reads the address of an MQTT broker, or `embedded`. @throws UsageError */
export function readBroker(text: string): string {
  const url = URL.parse(text);
  if (text === EMBEDDED || (url !== null && brokerSchemes.has(url.protocol) && url.hostname !== '')) return text;
  throw new UsageError(`--broker is "${text}"; write mqtt://HOST:PORT, or leave it out for the embedded one.`);
}
