import type { Server } from 'node:net';

/** A port could not be had. The message is one sentence for the person who started the program: which port, and what to do. */
export class PortError extends Error {
  readonly port: number;
  constructor(port: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PortError';
    this.port = port;
  }
}

export interface Place {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** What listens there and how to move it, for the sentence when it cannot: `MQTT broker`, `--mqtt-port`. */
  readonly purpose: string;
  readonly option: string;
}

/** Starts listening and answers the port. @throws PortError */
export function listen(server: Server, place: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, place)));
    server.listen(place.port, place.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : place.port);
    });
  });
}

function portError(error: NodeJS.ErrnoException, { host, port, purpose, option }: Place): PortError {
  const trouble = troubles[error.code ?? ''] ?? `cannot be used (${error.code ?? error.message})`;
  const other = port < 65_000 ? port + 10 : port - 10;
  const sentence = `The ${purpose} cannot start: port ${port} on ${host} ${trouble}; choose another, e.g. ${option} ${other}.`;
  return new PortError(port, sentence, { cause: error });
}

const troubles: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program (perhaps an earlier dosis that still runs)',
  EACCES: 'is reserved for the administrator',
  EADDRNOTAVAIL: 'cannot be used because this machine has no such address',
};

export function urlOf(scheme: 'mqtt' | 'http', host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
