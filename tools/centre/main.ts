import { kidOf } from '../../hal/crypto/ed25519.ts';
import { createEntropy } from '../../hal/linux/entropy.ts';
import { createLog } from '../../hal/linux/log.ts';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Store, StoreError } from '../../hal/ports/store.ts';
import type { CentreHome } from './authority/home.ts';
import { startMosquitto } from './authority/mosquitto.ts';
import { attestationsOf, readRegister } from './authority/register.ts';
import { type Broker, startBroker } from './broker.ts';
import { Centre } from './centre.ts';
import { openDatabaseFile } from './database-file.ts';
import { imagesOf } from './images/images-of.ts';
import { startWeb, type Web } from './web.ts';

export interface CentreOptions {
  /**
   * `mqtts://host:port` of a broker that runs elsewhere, `embedded` for one in this process, or `mosquitto` for one in a
   * process of its own that ends with the centre; the last needs a home.
   */
  readonly broker: string;
  /** Keys and certificates; a broker with TLS is spoken to in its name. */
  readonly home?: CentreHome;
  /** For the embedded broker; 0 lets the system choose. */
  readonly mqttPort?: number;
  /** 0 lets the system choose. */
  readonly httpPort: number;
  /** Where the embedded broker and the web listen. Loopback unless told: neither asks for a password. */
  readonly host?: string;
  /** The SQLite file, made when missing, or `:memory:`. */
  readonly databasePath: string;
  /** Names the centre at the broker; each of several centres on one broker needs its own. */
  readonly clientId?: string;
  readonly log?: Log;
  /**
   * The database has failed and the centre stores nothing more; end the process with a code that starts it again.
   * Devices keep what was not acknowledged.
   */
  readonly onFailure?: (error: StoreError) => void;
  /** The Mosquitto of its own has ended by itself, as told: the centre reaches no device any more. */
  readonly onBrokerEnd?: (how: string) => void;
}

export interface RunningCentre {
  readonly httpUrl: string;
  readonly brokerUrl: string;
  /** Resolves when the broker has been reached for the first time. */
  readonly whenConnected: Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_MQTT_PORT = 1883;

/**
 * Starts the service centre. What was started before something fails is stopped again.
 * @throws PortError, StoreError, CentreDatabaseError, HomeError: each message is one sentence for the person who started it
 */
export async function startCentre(options: CentreOptions): Promise<RunningCentre> {
  const { host = '127.0.0.1', log = createLog(), clientId = 'dosis-centre' } = options;
  const { onFailure = (error) => log.write('error', `the centre must be restarted: ${error.message}`) } = options;
  const started: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    // A port that is taken must not leave a new database behind; and whoever asks must find the database open to the end.
    let store: Store | undefined;
    started.push(() => store?.close());
    const broker = await brokerFor(options, { host, log });
    started.push(() => broker.close());
    const { home } = options;
    const operator = home === undefined ? {} : { operatorToken: home.operatorToken() };
    const web: Web = await startWeb({ host, port: options.httpPort, ...operator });
    started.push(() => web.close());
    store = openDatabaseFile(options.databasePath);
    const tls = broker.url.startsWith('mqtts:') ? home?.tlsOfCentre() : undefined;
    const mqtt = createMqtt({ url: broker.url, clientId, ...(tls && { tls }) });
    const signing = home === undefined ? {} : { signer: home.signer(), heirOf: heirIn(home), images: imagesOf(home) };
    const centre = new Centre({ store, mqtt, entropy: createEntropy(), log, nowMs: Date.now, onFailure, ...signing });
    web.show(centre);
    centre.start();
    started.push(() => centre.stop());
    return { httpUrl: web.url, brokerUrl: broker.url, whenConnected: centre.link.whenConnected, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function brokerFor(
  { broker, home, mqttPort = DEFAULT_MQTT_PORT, onBrokerEnd }: CentreOptions,
  { host, log }: { host: string; log: Log },
): Promise<Pick<Broker, 'url' | 'close'>> {
  if (broker === 'embedded') return startBroker({ port: mqttPort, host });
  if (broker !== 'mosquitto' || home === undefined) return { url: broker, close: async () => undefined };
  const mosquitto = await startMosquitto(home, log);
  let closing = false;
  void mosquitto.ended.then((how) => closing || onBrokerEnd?.(how));
  return {
    url: home.localBrokerUrl,
    close: () => {
      closing = true;
      return mosquitto.close();
    },
  };
}

/** The unit that was enrolled last under a name is the one that is to go on. */
function heirIn({ paths }: CentreHome): (device: string) => Uint8Array | undefined {
  return (device) => {
    const [newest] = attestationsOf(readRegister(paths.register), device);
    return newest === undefined ? undefined : kidOf(newest);
  };
}
