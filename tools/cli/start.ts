import { Command, Option } from 'commander';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import { RealTimeElectronics } from '../../sim/board/real-time-electronics.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { demoConfig } from '../../sim/live/demo-config.ts';
import { LiveUnit } from '../../sim/live/live-unit.ts';
import { type PanelServer, PanelServerError, servePanel } from '../../sim/panel/server.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { CentreRefusal, type OwnCentre, startOwnCentre } from '../program/own-centre.ts';
import { UsageError } from '../program/usage-error.ts';
import { metronome } from './metronome.ts';
import { boardOption, PORT_MAX, readPort } from './options.ts';
import { untilInterrupted } from './until-interrupted.ts';

const CENTRE_PORT_ABOVE = 100;

interface Options {
  readonly port: number;
  readonly centrePort?: number;
  readonly profile: 'roll' | 'dual-roll';
  readonly board: 'simulated' | 'emulated';
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
    .addOption(boardOption())
    .action(run);
}

async function run(options: Options): Promise<void> {
  const running: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const stop of running.splice(0).reverse()) await stop();
  };
  try {
    const centre = await startCentre(options);
    running.push(() => centre.close());
    const panel = await startDevice(options, centre, running);
    process.stdout.write(`The dispenser is running. Open it in a browser:\n\n  ${panel.url}\n\n`);
    if (options.board === 'emulated')
      process.stdout.write(
        'Its electronics are emulated: what moves takes its time, and a jump through hours some seconds.\n',
      );
    process.stdout.write(`Its service centre is at ${centre.httpUrl} (process ${centre.pid}). Ctrl-C stops both.\n`);
    const fallen = await Promise.race([untilInterrupted(), centre.fallen]);
    if (fallen !== undefined) tellOfFall(centre, fallen);
  } catch (error) {
    throw asUsageError(error);
  } finally {
    await close();
  }
}

/** Keeps to a port that was asked for; otherwise the panel knows where the centre is, so any will do. */
async function startCentre({ port, centrePort }: Options): Promise<OwnCentre> {
  if (centrePort !== undefined) return startOwnCentre(centrePort);
  return startOwnCentre(port === 0 ? 0 : Math.min(port + CENTRE_PORT_ABOVE, PORT_MAX)).catch((error: unknown) => {
    if (error instanceof CentreRefusal && error.port) return startOwnCentre(0);
    throw error;
  });
}

/** A dispenser whose centre is gone would report to nobody, so both end. */
function tellOfFall({ httpUrl, pid }: OwnCentre, how: string): void {
  process.stderr.write(
    `The service centre at ${httpUrl} (process ${pid}) has ended by itself (${how}), so the dispenser stops too; start both again with "dosis start".\n`,
  );
  process.exitCode = exitCodes.failed;
}

async function startDevice(
  { port, profile, board }: Options,
  centre: OwnCentre,
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
    ...(board === 'emulated' && { electronics: new RealTimeElectronics(metronome) }),
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

function asUsageError(error: unknown): unknown {
  if (error instanceof PanelServerError) return new UsageError(error.message, { cause: error });
  // The centre calls its own option by another name.
  if (error instanceof CentreRefusal)
    return new UsageError(error.message.replace('--http-port', '--centre-port'), { cause: error });
  return error;
}
