import { Command, Option } from 'commander';
import { createLog } from '../../hal/linux/log.ts';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import type { Log } from '../../hal/ports/log.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { demoConfig } from '../../sim/live/demo-config.ts';
import { LiveUnit } from '../../sim/live/live-unit.ts';
import type { Metronome } from '../../sim/live/pace.ts';
import { type PanelServer, PanelServerError, servePanel } from '../../sim/panel/server.ts';
import { PortError } from '../centre/listen.ts';
import { type RunningCentre, startCentre } from '../centre/main.ts';
import { PORT_MAX, readPort } from './options.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

const CENTRE_PORT_ABOVE = 100;

interface Options {
  readonly port: number;
  readonly centrePort?: number;
  readonly profile: 'roll' | 'dual-roll';
}

export function startCommand(): Command {
  return new Command('start')
    .description('Runs a simulated dispenser you can see and press in a browser, and the service centre it reports to.')
    .option('--port <number>', 'port of the panel', readPort, 7070)
    .option(
      '--centre-port <number>',
      'port of the service centre; 100 above the panel’s, or another free one',
      readPort,
    )
    .addOption(
      new Option('--profile <name>', 'the kind of dispenser').choices(['dual-roll', 'roll']).default('dual-roll'),
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const running: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const stop of running.splice(0).reverse()) await stop();
  };
  try {
    const centre = await startOwnCentre(options);
    running.push(() => centre.close());
    const panel = await startDevice(options, centre, running);
    process.stdout.write(`The dispenser is running. Open it in a browser:\n\n  ${panel.url}\n\n`);
    process.stdout.write(`Its service centre is at ${centre.httpUrl}. Ctrl-C stops both.\n`);
  } catch (error) {
    await close();
    throw asUsageError(error);
  }
  await untilInterrupted(close);
}

/** Keeps to a port that was asked for; otherwise the panel knows where the centre is, so any will do. */
async function startOwnCentre({ port, centrePort }: Options): Promise<RunningCentre> {
  const start = (httpPort: number) =>
    startCentre({ broker: 'embedded', mqttPort: 0, httpPort, databasePath: ':memory:', log: troubleLog });
  if (centrePort !== undefined) return start(centrePort);
  return start(port === 0 ? 0 : Math.min(port + CENTRE_PORT_ABOVE, PORT_MAX)).catch((error: unknown) => {
    if (error instanceof PortError) return start(0);
    throw error;
  });
}

async function startDevice(
  { port, profile }: Options,
  centre: RunningCentre,
  running: (() => Promise<void> | void)[],
): Promise<PanelServer> {
  const { device } = usualUnit;
  let panel: PanelServer | undefined;
  const unit = new LiveUnit({
    device,
    config: demoConfig(profile),
    startMs: Date.now(),
    seed: Date.now() % 0x7fff_ffff,
    mqtt: createMqtt({ url: centre.brokerUrl, clientId: device }),
    metronome,
    onFrame: (frame) => panel?.push(frame),
  });
  running.push(() => unit.stop());
  panel = await servePanel({
    port,
    config: { centreUrl: centre.httpUrl, device },
    onCommand: (command) => unit.carryOut(command),
    latest: () => unit.frame(),
  });
  running.push(panel.close);
  return panel;
}

const log = createLog();
/** Somebody who watches the panel need not read that all is well. */
const troubleLog: Log = {
  write: (level, text) => level === 'info' || log.write(level, text),
};

const metronome: Metronome = {
  nowMs: () => performance.now(),
  every(everyMs, beat) {
    const timer = setInterval(beat, everyMs);
    return () => clearInterval(timer);
  },
};

function asUsageError(error: unknown): unknown {
  if (error instanceof PanelServerError) return new UsageError(error.message, { cause: error });
  // The centre calls its own option by another name.
  if (error instanceof PortError)
    return new UsageError(error.message.replace('--http-port', '--centre-port'), { cause: error });
  return error;
}
