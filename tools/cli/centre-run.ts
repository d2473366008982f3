import { Command, Option } from 'commander';
import { createLog } from '../../hal/linux/log.ts';
import type { Log } from '../../hal/ports/log.ts';
import { StoreError } from '../../hal/ports/store.ts';
import type { Language } from '../../protocol/messages/config.ts';
import { type CentreHome, HomeError, openHome } from '../centre/authority/home.ts';
import { PortError } from '../centre/listen.ts';
import { type RunningCentre, startCentre } from '../centre/main.ts';
import { sentenceOf } from '../centre/said-error.ts';
import { CentreDatabaseError } from '../centre/schema.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { joinSupervisor } from '../program/supervision.ts';
import { UsageError } from '../program/usage-error.ts';
import { centreWords, languageOption } from './centre-words.ts';
import { EMBEDDED, readBroker, readPort } from './options.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface Options {
  readonly broker?: string;
  readonly home?: string;
  readonly mosquitto?: true;
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly host: string;
  readonly database?: string;
  readonly lang: Language;
  readonly supervised?: true;
}

/** `dosis centre run`, which also is `dosis centre` without a command, and so is given whatever is no command. */
export function runningCommand(): Command {
  return new Command('run')
    .description('run a service centre: it stores what devices send, acknowledges it, and shows it on a web page')
    .allowExcessArguments()
    .option(
      '--broker <url>',
      'MQTT broker, e.g. mqtts://broker.example:8883, or "embedded" for one of its own without passwords (default: that of the home, or else embedded)',
      readBroker,
    )
    .option('--home <folder>', 'keys and certificates of the centre, made by "dosis centre init"')
    .option('--mosquitto', 'start Mosquitto with the configuration in the home, and end it with the centre')
    .option('--mqtt-port <number>', 'port of the embedded broker', readPort, 1883)
    .option('--http-port <number>', 'port of the web page', readPort, 7170)
    .option(
      '--host <address>',
      'where the web page and the embedded broker listen; neither asks for a password',
      '127.0.0.1',
    )
    .option('--database <file>', 'SQLite file, made when missing (default: in the home, or else dosis-centre.sqlite)')
    .addOption(languageOption())
    .addOption(new Option('--supervised', 'report to the program that started it, and end with it').hideHelp())
    .action((options: Options, { args: [word] }: Command) => {
      if (word !== undefined) throw new UsageError(centreWords[options.lang].run.noCommand(word));
      return options.supervised === true ? runSupervised(options) : run(options);
    });
}

async function run(options: Options): Promise<void> {
  const centre = await start(options, createLog()).catch((error: unknown) => {
    throw isRefusal(error) ? new UsageError(sentenceOf(error, options.lang), { cause: error }) : error;
  });
  process.stdout.write(`${centreWords[options.lang].run.running(centre.httpUrl, centre.brokerUrl)}\n`);
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
    supervisor.report({ type: 'refused', sentence: sentenceOf(error, options.lang), port: error instanceof PortError });
    process.exitCode = exitCodes.usage;
    await supervisor.gone;
  }
}

/** @throws what `isRefusal` knows; UsageError */
async function start(options: Options, log: Log): Promise<RunningCentre> {
  const { mqttPort, httpPort, host, lang } = options;
  const t = centreWords[lang].run;
  const home = options.home === undefined ? undefined : openHome(options.home);
  return startCentre({
    broker: brokerOf(options, home),
    ...(home && { home }),
    mqttPort,
    httpPort,
    host,
    databasePath: options.database ?? home?.paths.database ?? 'dosis-centre.sqlite',
    log,
    onFailure: (error) => fall(t.stops(t.databaseFailed(error.message))),
    onBrokerEnd: (how) => fall(t.stops(t.brokerEnded(how))),
  });
}

function fall(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCodes.failed);
}

function brokerOf({ broker, mosquitto, lang }: Options, home: CentreHome | undefined): string {
  const t = centreWords[lang].run;
  if (mosquitto === undefined) {
    if (home !== undefined && broker !== undefined && /^(mqtt|ws):/.test(broker)) {
      throw new UsageError(t.noTls(broker));
    }
    return broker ?? home?.localBrokerUrl ?? EMBEDDED;
  }
  if (home === undefined) throw new UsageError(t.needsHome);
  if (broker !== undefined) throw new UsageError(t.twoBrokers);
  return 'mosquitto';
}

const log = createLog();
/** Somebody who watches the panel need not read that all is well. */
const troubleLog: Log = {
  write: (level, text) => level === 'info' || log.write(level, text),
};

/** Something that the person who chose the options can mend; the message is their sentence. */
function isRefusal(error: unknown): error is PortError | StoreError | CentreDatabaseError | HomeError | UsageError {
  return refusals.some((kind) => error instanceof kind);
}

const refusals = [PortError, StoreError, CentreDatabaseError, HomeError, UsageError];
