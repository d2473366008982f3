import { Command, InvalidArgumentError } from 'commander';
import { CentreWatch } from '../../sim/fleet/centre-watch.ts';
import { DEVICES_MIN, Fleet } from '../../sim/fleet/fleet.ts';
import type { RealTime } from '../../sim/fleet/fleet-unit.ts';
import { type FleetReport, promisesOf, type Storm } from '../../sim/fleet/report.ts';
import { HomeError } from '../centre/authority/home.ts';
import { PortError } from '../centre/listen.ts';
import { type Ground, layGround } from '../fleet/fleet-ground.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { UsageError } from '../program/usage-error.ts';
import { fleetWords } from './fleet-words.ts';
import { untilInterrupted } from './until-interrupted.ts';

const CODE_OF_CTRL_C = 130;
const DEVICES_MAX = 2_000;
/** Within the minutes in which units have doses to miss. */
const SECONDS_MAX = 900;

const footnote = `
Every unit is the real firmware with virtual hardware, a certificate and a connection of its own. Nobody presses a
button: doses are missed, some units fall silent, the broker is restarted. Everything stays on this machine; the run ends
by itself after about two minutes more than --seconds.
With --broker that broker is left running, so no restart is measured; its centre must not run at the same time.`;

interface Flags {
  readonly devices: number;
  readonly seconds: number;
  readonly broker?: string;
  readonly home?: string;
  readonly json?: true;
}

const time: RealTime = {
  nowMs: Date.now,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

type Tell = (step: string) => void;

/** `dosis fleet`: a load of simulated units, and what a service centre shows of them. */
export function fleetCommand(): Command {
  return new Command('fleet')
    .description('Runs many simulated units on one broker, and measures how soon the service centre knows.')
    .option('--devices <n>', 'how many units', wholeNumber(DEVICES_MIN, DEVICES_MAX), 200)
    .option('--seconds <n>', 'how long doses are missed', wholeNumber(1, SECONDS_MAX), 60)
    .option('--home <folder>', 'the home that enrols the units (default: one that is thrown away)')
    .option('--broker <url>', 'a Mosquitto of that home that runs already on this machine, mqtts://127.0.0.1:PORT')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', footnote)
    .action(async (flags: Flags) => {
      const tell: Tell = process.stderr.isTTY && !flags.json ? (step) => process.stderr.write(`… ${step}\n`) : () => {};
      const report = await run(flags, tell);
      process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : fleetWords(report));
      process.exitCode = report.promises.every(({ held }) => held) ? exitCodes.held : exitCodes.failed;
    });
}

async function run({ devices: count, seconds, home, broker }: Flags, tell: Tell): Promise<FleetReport> {
  const devices = Array.from({ length: count }, (_, index) => `fleet-${String(index + 1).padStart(4, '0')}`);
  tell(`${count} units are enrolled`);
  const laid = layGround({
    devices,
    ...(home === undefined ? {} : { home }),
    ...(broker === undefined ? {} : { broker }),
  });
  let stopping: Promise<never> | undefined;
  void untilInterrupted().then(() => {
    stopping = tidyUp(laid);
  });
  try {
    const ground = await laid;
    const report = await measure({ devices, seconds, ground, tell });
    await ground.close();
    return report;
  } catch (error) {
    // Whatever fails because everything is being ended is nobody's business.
    await stopping;
    await laid.then((ground) => ground.close()).catch(() => undefined);
    if (error instanceof HomeError || error instanceof PortError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Broker and centre are processes of their own, and keys lie in a folder: none of it is left behind. */
async function tidyUp(laid: Promise<Ground>): Promise<never> {
  await laid.then((ground) => ground.close()).catch(() => undefined);
  process.exit(CODE_OF_CTRL_C);
}

interface Plan {
  readonly devices: readonly string[];
  readonly seconds: number;
  readonly ground: Ground;
  readonly tell: Tell;
}

async function measure({ devices, seconds, ground, tell }: Plan): Promise<FleetReport> {
  const centre = await CentreWatch.open(ground.centreUrl, time.nowMs);
  tell('units are made and filled');
  const { broker, lineOf } = ground;
  const fleet = await Fleet.make({ devices, broker, lineOf, centre, time });
  try {
    tell('all are switched on');
    const arrival = await fleet.arrive();
    tell(`doses are missed for ${seconds} s`);
    const missed = await fleet.miss(seconds);
    tell('some fall silent');
    const noticed = await fleet.pull();
    const storms = await allStorms(fleet, ground, tell);
    tell('the ledgers are compared');
    const incomplete = await fleet.incomplete();
    const memory = { fleet: process.memoryUsage.rss() / 1e6, ...ground.memory() };
    const measured = { devices: devices.length, seconds, arrival, missed, noticed, storms, incomplete, memory };
    const report = { ...measured, crashes: fleet.crashes };
    return { ...report, promises: promisesOf(report) };
  } finally {
    await fleet.stop();
    centre.close();
  }
}

async function allStorms(fleet: Fleet, { restart }: Ground, tell: Tell): Promise<Storm[]> {
  const storms: Storm[] = [];
  if (restart === null) return storms;
  for (const sessions of ['kept', 'lost'] as const) {
    tell(`the broker is restarted, sessions ${sessions}`);
    storms.push(await fleet.storm(sessions, () => restart(sessions)));
  }
  return storms;
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}
