import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A length of cable between a client and a broker, to be cut. */
export interface Wire {
  readonly port: number;
  /** Connections that were ever made through it. */
  readonly made: number;
  /** Both ends lose the connection. */
  cut(): void;
  /** Nothing passes any more, and nobody is told, until the next connection is made. */
  block(): void;
  close(): Promise<void>;
}

export async function layWire(targetPort: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let made = 0;
  let blocked = false;
  const server = createServer((near) => {
    made += 1;
    const far = connect(targetPort, '127.0.0.1');
    blocked = false;
    near.pipe(far).pipe(near);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        ends.delete(end);
        if (blocked) return;
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get made() {
      return made;
    },
    cut() {
      for (const end of ends) end.destroy();
    },
    block() {
      blocked = true;
      for (const end of ends) end.unpipe().pause();
    },
    async close() {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
