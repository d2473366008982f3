import { Command, Option } from 'commander';
import { createLog } from '../../hal/linux/log.ts';
import type { Log } from '../../hal/ports/log.ts';
import { StoreError } from '../../hal/ports/store.ts';
import { PortError } from '../centre/listen.ts';
import { type RunningCentre, startCentre } from '../centre/main.ts';
import { CentreDatabaseError } from '../centre/schema.ts';
import { exitCodes } from './exit.ts';
import { EMBEDDED, readBroker, readPort } from './options.ts';
import { joinSupervisor } from './supervision.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  readonly broker: string;
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly host: string;
  readonly database: string;
  readonly supervised?: true;
}

export function centreCommand(): Command {
  return new Command('centre')
    .description('Runs a service centre: stores what devices send, acknowledges it, and shows it on a web page.')
    .option(
      '--broker <url>',
      'MQTT broker, e.g. mqtt://127.0.0.1:1883, or "embedded" for one of its own',
      readBroker,
      EMBEDDED,
    )
    .option('--mqtt-port <number>', 'port of the embedded broker', readPort, 1883)
    .option('--http-port <number>', 'port of the web page', readPort, 7170)
    .option('--host <address>', 'where both listen; neither asks for a password', '127.0.0.1')
    .option('--database <file>', 'SQLite file, made when missing', 'dosis-centre.sqlite')
    .addOption(new Option('--supervised', 'report to the program that started it, and end with it').hideHelp())
    .action((options: Options) => (options.supervised === true ? runSupervised(options) : run(options)));
}

async function run(options: Options): Promise<void> {
  const centre = await start(options, createLog()).catch((error: unknown) => {
    throw isRefusal(error) ? new UsageError(error.message, { cause: error }) : error;
  });
  process.stdout.write(
    `The service centre shows ${centre.httpUrl} and listens on ${centre.brokerUrl}. Ctrl-C stops it.\n`,
  );
  await untilInterrupted();
  await centre.close();
}

/** As a child of `dosis start`: the supervisor speaks to the person, so only trouble is said here. */
async function runSupervised(options: Options): Promise<void> {
  const supervisor = joinSupervisor();
  try {
    const { httpUrl, brokerUrl, close } = await start(options, troubleLog);
    supervisor.report({ type: 'ready', httpUrl, brokerUrl });
    await supervisor.gone;
    await close();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    supervisor.report({ type: 'refused', sentence: error.message, port: error instanceof PortError });
    process.exitCode = exitCodes.usage;
    await supervisor.gone;
  }
}

function start({ database, broker, mqttPort, httpPort, host }: Options, log: Log): Promise<RunningCentre> {
  return startCentre({
    broker,
    mqttPort,
    httpPort,
    host,
    databasePath: database,
    log,
    onFailure: (error) => {
      process.stderr.write(`The service centre stops, because its database failed: ${error.message}\n`);
      process.exit(exitCodes.failed);
    },
  });
}

const log = createLog();
/** Somebody who watches the panel need not read that all is well. */
const troubleLog: Log = {
  write: (level, text) => level === 'info' || log.write(level, text),
};

/** Something that the person who chose the options can mend; the message is their sentence. */
function isRefusal(error: unknown): error is PortError | StoreError | CentreDatabaseError {
  return error instanceof PortError || error instanceof StoreError || error instanceof CentreDatabaseError;
}
