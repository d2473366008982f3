import type { Stamp } from '../../../../firmware/machine/events.ts';
import { commandsOf } from '../../../../firmware/service/commands.ts';
import { ServiceServer } from '../../../../firmware/service/server.ts';
import type { ServicedUnit } from '../../../../firmware/service/unit.ts';
import { signatures } from '../../../../hal/crypto/ed25519.ts';
import { createEntropy } from '../../../../hal/linux/entropy.ts';
import type { Serial } from '../../../../hal/ports/serial.ts';

export interface Served {
  readonly server: ServiceServer;
  /** What a restart does to a server: it forgets all that is not durable. */
  restart(): void;
  /** Bytes in and out so far. */
  readonly traffic: { in: number; out: number };
}

/** Puts a unit's server at one end of a cable, as the composition on a board does. */
export function serve(unit: ServicedUnit, serial: Serial, now: () => Stamp): Served {
  const entropy = createEntropy();
  const started = () => new ServiceServer(unit, commandsOf(unit), { entropy, signatures, startedMonoMs: now().monoMs });
  const traffic = { in: 0, out: 0 };
  let server = started();
  serial.listen((event) => {
    if (event.type === 'serial.closed') server.unplugged(now());
    if (event.type !== 'serial.received') return;
    traffic.in += event.bytes.length;
    const answer = server.receive(event.bytes, now());
    traffic.out += answer.length;
    if (answer.length > 0) serial.write(answer);
  });
  return {
    get server() {
      return server;
    },
    restart() {
      server = started();
    },
    traffic,
  };
}

/** Real time, as a board with a believed clock stamps it. */
export function realStamp(wallMs: number): () => Stamp {
  const startMs = performance.now();
  return () => {
    const monoMs = Math.round(performance.now() - startMs);
    return { wallMs: wallMs + monoMs, monoMs, trusted: true };
  };
}
