import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A length of cable on this machine between one client and a broker. */
export interface Relay {
  readonly port: number;
  /** Both ends lose the connection, without a goodbye. */
  cut(): void;
  /** Nothing passes any more in either direction, and the connection stays: as when the power of one end is pulled. */
  freeze(): void;
  close(): Promise<void>;
}

export async function layRelay(to: { readonly host: string; readonly port: number }): Promise<Relay> {
  const ends = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(to.port, to.host);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        ends.delete(end);
        if (frozen) return;
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    freeze() {
      frozen = true;
      for (const end of ends) end.unpipe().pause();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
