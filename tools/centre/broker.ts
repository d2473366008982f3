import { createServer } from 'node:net';
import type { AedesOptions } from 'aedes';
import { Aedes } from 'aedes';
import { listen, urlOf } from './listen.ts';

export interface BrokerOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Loopback unless told. */
  readonly host?: string;
  /** Handed to aedes; see its documentation. */
  readonly aedes?: AedesOptions;
}

export interface Broker {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Messages a client may send ahead of our answers. */
const RECEIVE_MAX = 20;
/** Eight times the largest batch of events. */
const PACKET_BYTES_MAX = 64 * 1024;
/** How long a broker keeps a session of a client that is gone. */
const SESSION_EXPIRY_S_MAX = 24 * 3600;
const SESSIONS_MAX = 10_000;

/**
 * An MQTT 5 broker in this process, for `npm start` and for tests: one process, everything in memory, no passwords.
 * A service centre for real citizens uses Mosquitto (see README.md).
 * @throws PortError
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { port: wanted, host = '127.0.0.1' } = options;
  const broker = await Aedes.createBroker({
    receiveMaximum: RECEIVE_MAX,
    maximumPacketSize: PACKET_BYTES_MAX,
    sessionExpiryIntervalLimit: SESSION_EXPIRY_S_MAX,
    pendingSessionsLimit: SESSIONS_MAX,
    ...options.aedes,
  });
  // A client's broken packet ends its own connection; the broker goes on.
  broker.on('clientError', () => undefined);
  broker.on('connectionError', () => undefined);
  const server = createServer((socket) => broker.handle(socket));
  const port = await listen(server, {
    host,
    port: wanted,
    purpose: { da: 'MQTT-brokeren', en: 'The MQTT broker' },
    option: '--mqtt-port',
  }).catch(async (error) => {
    await new Promise<void>((resolve) => broker.close(resolve));
    throw error;
  });
  return {
    port,
    url: urlOf('mqtt', host, port),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => broker.close(resolve));
      await closed;
    },
  };
}
