import type { Serial } from '../../hal/ports/serial.ts';
import type { Stamp } from '../machine/events.ts';
import type { ServiceServer } from './server.ts';

/** Joins a server to its cable: what comes is answered, and a cable that is pulled out ends the session. */
export function serveCable(
  serial: Serial,
  server: ServiceServer,
  now: () => Stamp,
  answered: () => void = () => {},
): void {
  serial.listen((event) => {
    if (event.type === 'serial.closed') server.unplugged(now());
    if (event.type !== 'serial.received') return;
    const answer = server.receive(event.bytes, now());
    if (answer.length === 0) return;
    answered();
    serial.write(answer);
  });
  serial.open();
}
