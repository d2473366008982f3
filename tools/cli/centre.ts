import { Command } from 'commander';
import { StoreError } from '../../hal/ports/store.ts';
import { PortError } from '../centre/listen.ts';
import { startCentre } from '../centre/main.ts';
import { CentreDatabaseError } from '../centre/schema.ts';
import { readPort } from './options.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  readonly broker: string;
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly host: string;
  readonly database: string;
}

export function centreCommand(): Command {
  return new Command('centre')
    .description('Runs a service centre: stores what devices send, acknowledges it, and shows it on a web page.')
    .option('--broker <url>', 'MQTT broker, e.g. mqtt://127.0.0.1:1883, or "embedded" for one of its own', 'embedded')
    .option('--mqtt-port <number>', 'port of the embedded broker', readPort, 1883)
    .option('--http-port <number>', 'port of the web page', readPort, 7170)
    .option('--host <address>', 'where both listen; neither asks for a password', '127.0.0.1')
    .option('--database <file>', 'SQLite file, made when missing', 'dosis-centre.sqlite')
    .action(run);
}

async function run({ database, ...options }: Options): Promise<void> {
  const centre = await startCentre({
    ...options,
    databasePath: database,
    onFailure: (error) => {
      process.stderr.write(`The service centre stops, because its database failed: ${error.message}\n`);
      process.exit(1);
    },
  }).catch(refuse);
  process.stdout.write(
    `The service centre shows ${centre.httpUrl} and listens on ${centre.brokerUrl}. Ctrl-C stops it.\n`,
  );
  await untilInterrupted(() => centre.close());
}

function refuse(error: unknown): never {
  const ours = error instanceof PortError || error instanceof StoreError || error instanceof CentreDatabaseError;
  throw ours ? new UsageError(error.message, { cause: error }) : error;
}
