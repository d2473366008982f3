import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import { openHome } from '../centre/authority/home.ts';
import { enrolledDevices, readRegister } from '../centre/authority/register.ts';
import { atHome, type HomeFlags, tell, withHome } from './centre-home.ts';
import { centreWords } from './centre-words.ts';
import type { CentreWords } from './centre-words-en.ts';
import { readPort } from './options.ts';

interface InitFlags extends HomeFlags {
  readonly host?: readonly string[];
  readonly port: number;
  readonly serviceNumber?: string;
}

interface EnrolFlags extends HomeFlags {
  readonly class?: string;
  readonly years: number;
  readonly serviceNumber?: string;
  readonly out?: string;
}

interface RevokeFlags extends HomeFlags {
  readonly older?: true;
}

const MQTTS_PORT = 8883;
const YEARS = 5;
const YEARS_MAX = 20;

/** `dosis centre init`, and who may speak to its broker: `enrol`, `renew`, `revoke`, `devices`. */
export function authorityCommands(): readonly Command[] {
  return [initCommand(), enrolCommand('enrol'), enrolCommand('renew'), revokeCommand(), devicesCommand()];
}

function initCommand(): Command {
  return withHome(new Command('init'))
    .description('make the keys and certificates of a service centre, and a configuration of Mosquitto that uses them')
    .option(
      '--host <name...>',
      'names or addresses by which devices reach the broker; none: this machine only',
      readHost,
    )
    .option('--port <number>', 'port of the broker', readPort, MQTTS_PORT)
    .option('--service-number <text>', 'telephone number that a device shows before it has a configuration')
    .action((flags: InitFlags) => atHome(() => init(flags), flags.lang));
}

function enrolCommand(name: 'enrol' | 'renew'): Command {
  const [description, kind] =
    name === 'enrol'
      ? ['make a device one of this centre’s: its certificate, and whom it believes, in one file', 'dispenser']
      : ['give a device a new certificate; the old one holds until it ends or is revoked', 'as before'];
  return withHome(new Command(name))
    .description(description)
    .argument('<id>', 'id of the device: 3 to 32 letters, digits and hyphens')
    .option('--class <name>', `kind of device (default: ${kind})`)
    .option('--years <number>', 'how long the certificate holds', readYears, YEARS)
    .option('--service-number <text>', 'telephone number that the device shows (default: that of the home)')
    .option('--out <file>', 'where to write the enrolment (default: in the home)')
    .action((device: string, flags: EnrolFlags) => atHome(() => putIntoService(name, device, flags), flags.lang));
}

function revokeCommand(): Command {
  return withHome(new Command('revoke'))
    .description('take back every certificate of a device, and end its connection')
    .argument('<id>', 'id of the device')
    .option('--older', 'all but the newest: the unit that was replaced loses its own')
    .action((device: string, flags: RevokeFlags) => atHome(() => takeBack(device, flags), flags.lang));
}

function devicesCommand(): Command {
  return withHome(new Command('devices'))
    .description('list the devices that were enrolled, each with its newest certificate')
    .action((flags: HomeFlags) => atHome(() => list(flags), flags.lang));
}

async function init(flags: InitFlags): Promise<void> {
  const { makeHome } = await import('../centre/authority/make-home.ts');
  const { host: hosts = [], port, serviceNumber } = flags;
  const { folder, brokerUrl } = await makeHome({
    folder: flags.home,
    hosts,
    port,
    ...(serviceNumber === undefined ? {} : { serviceNumber }),
    now: nowS(),
  });
  const t = centreWords[flags.lang].home;
  const reach = hosts.length === 0 ? t.onlyHere : '';
  tell(flags.json, { home: folder, broker: brokerUrl }, t.made(folder, brokerUrl, reach));
}

async function putIntoService(name: 'enrol' | 'renew', device: string, flags: EnrolFlags): Promise<void> {
  const { dateOf, enrol, renew } = await import('../centre/authority/enrol.ts');
  const { class: deviceClass, years, serviceNumber, out } = flags;
  const enrolled = await (name === 'enrol' ? enrol : renew)(openHome(flags.home), {
    device,
    years,
    now: nowS(),
    ...(deviceClass === undefined ? {} : { deviceClass }),
    ...(serviceNumber === undefined ? {} : { serviceNumber }),
    ...(out === undefined ? {} : { out }),
  });
  const t = centreWords[flags.lang].home;
  const done = name === 'enrol' ? t.enrolled : t.renewed;
  const sentence = done(device, dateOf(enrolled.expiresAt), enrolled.serial);
  tell(flags.json, enrolled, `${sentence}\n${t.enrolment(enrolled.file)}`);
}

async function takeBack(device: string, flags: RevokeFlags): Promise<void> {
  const [{ revoke }, { tellMosquitto }, { eject }] = await Promise.all([
    import('../centre/authority/enrol.ts'),
    import('../centre/authority/mosquitto.ts'),
    import('../centre/authority/eject.ts'),
  ]);
  const home = openHome(flags.home);
  const now = nowS();
  const revoked = await revoke(home, { device, now, older: flags.older === true });
  const told = tellMosquitto(home);
  const ended = told && (await eject(home, device, now));
  const t = centreWords[flags.lang].home;
  const count = revoked.serials.length;
  const older = flags.older === true;
  const first = count === 0 ? t.nothingRevoked(device, older) : t.revoked(device, count, older);
  tell(
    flags.json,
    { ...revoked, brokerTold: told, connectionEnded: ended },
    `${first} ${brokerSentence(t, home.paths.revoked, told, ended)}`,
  );
}

function brokerSentence(t: CentreWords['home'], list: string, told: boolean, ended: boolean): string {
  if (!told) return t.brokerUntold(list);
  return ended ? t.brokerTold : t.brokerMute;
}

function list(flags: HomeFlags): void {
  const now = nowS();
  const devices = enrolledDevices(readRegister(openHome(flags.home).paths.register), now);
  const t = centreWords[flags.lang].home;
  const states = Object.values(t.deviceStates).map((word) => word.length);
  const columns = [32, Math.max(8, ...states), 10, 32, 0];
  const line = (cells: readonly string[]) => cells.map((cell, at) => cell.padEnd(columns[at] ?? 0)).join('  ');
  const rows = devices.map(({ device, state, expiresAt, class: kind, serial }) =>
    line([device, t.deviceStates[state], new Date(expiresAt * 1000).toISOString().slice(0, 10), serial, kind]),
  );
  tell(flags.json, devices, rows.length === 0 ? t.noDevices : [line(t.deviceHeads), ...rows].join('\n'));
}

/** Reads one more name of the broker's certificate. */
function readHost(text: string, before: readonly string[] = []): readonly string[] {
  if (isIP(text) !== 0 || /^(?=.{1,100}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('A host is a name such as broker.example or an address, without port.');
}

function readYears(text: string): number {
  const years = Number(text);
  if (years > 0 && years <= YEARS_MAX && text.trim() !== '') return years;
  throw new InvalidArgumentError(`Years are a number above 0 and up to ${YEARS_MAX}.`);
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}
