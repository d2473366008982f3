import type { Server } from 'node:net';
import type { InBothLanguages } from '../../protocol/faults/fault.ts';
import { SaidError } from './said-error.ts';

/** A port could not be had. The message is one sentence for the person who started the program: which port, and what to do. */
export class PortError extends SaidError {
  readonly port: number;
  constructor(port: number, said: InBothLanguages, options?: ErrorOptions) {
    super(said, options);
    this.name = 'PortError';
    this.port = port;
  }
}

export interface Place {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** What listens there and how to move it, for the sentence when it cannot: `The MQTT broker`, `--mqtt-port`. */
  readonly purpose: InBothLanguages;
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
  const code = error.code ?? error.message;
  const unknown = { da: `kan ikke bruges (${code})`, en: `cannot be used (${code})` };
  const trouble = troubles[code] ?? unknown;
  const other = port < 65_000 ? port + 10 : port - 10;
  const said = {
    da: `${purpose.da} kan ikke starte: port ${port} på ${host} ${trouble.da}; vælg en anden, fx ${option} ${other}.`,
    en: `${purpose.en} cannot start: port ${port} on ${host} ${trouble.en}; choose another, e.g. ${option} ${other}.`,
  };
  return new PortError(port, said, { cause: error });
}

const troubles: Readonly<Record<string, InBothLanguages>> = {
  EADDRINUSE: {
    da: 'er optaget af et andet program (måske en tidligere dosis, der kører endnu)',
    en: 'is taken by another program (perhaps an earlier dosis that still runs)',
  },
  EACCES: { da: 'er forbeholdt administratoren', en: 'is reserved for the administrator' },
  EADDRNOTAVAIL: {
    da: 'kan ikke bruges, fordi denne maskine ikke har den adresse',
    en: 'cannot be used because this machine has no such address',
  },
};

export function urlOf(scheme: 'mqtt' | 'http', host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
