import { Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { writeWhole } from '../../hal/linux/whole-file.ts';
import type { ConfigDocument, Language } from '../../protocol/messages/config.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import type {
  ConfigHistoryReading,
  ConfigReading,
  RolloutReading,
  UnitConfigReading,
} from '../centre/orders/order-readings.ts';
import { orderWords, standingWord, stopSentence } from '../centre/orders/words.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { unwritableFile } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import {
  CentreClient,
  type CentreFlags,
  print,
  speaking,
  waitFor,
  when,
  withCentre,
  withOrigin,
} from './centre-client.ts';
import { centreWords } from './centre-words.ts';
import { checkedDocument, type Difference, differences, readMap } from './config-file.ts';
import { readDevice } from './options.ts';

interface SetFlags extends CentreFlags {
  readonly group?: string;
  readonly over?: string;
}

interface GetFlags extends CentreFlags {
  readonly of?: number;
  readonly signed?: string;
  readonly newUnit?: true;
}

type WithDocument = ConfigReading & { readonly document: ConfigDocument };

/** A unit that is there answers in seconds; one that is not, when it connects. */
const CONFIG_WAIT_MS = 600_000;
/** A rollout goes by the patience of its own. */
const ROLLOUT_WAIT_MS = 7 * 86_400_000;

/** `dosis centre config`: what units work from, by way of a running centre. */
export function centreConfigCommand(): Command {
  const command = new Command('config').description('the settings of units, by way of a running service centre');
  const add = (name: string, does: string) => withCentre(command.command(name).description(does));
  add('get', 'print the document that a unit is meant to work from, as YAML')
    .argument('<id>', 'the unit', readDevice)
    .option('--of <version>', 'an older one', readVersion)
    .option('--signed <file>', 'write it as it travels, for "dosis tech config set" and "dosis tech swap --plan"')
    .option('--new-unit', 'with --signed: for a unit that has none yet, and takes the place of this one')
    .action((id: string, flags: GetFlags) => get(id, flags));
  withOrigin(add('set', 'give a unit, or a group in waves, a new document'))
    .argument('[id]', 'the unit', readDevice)
    .argument('[file]', 'the whole document, YAML or JSON; its version, if any, says what it was made from')
    .option('--group <file>', 'YAML or JSON: devices, document or change, waves, failuresMax, patienceS')
    .option('--over <hash>', 'replace what the unit has although this centre has no copy of it')
    .action((id: string | undefined, file: string | undefined, flags: SetFlags) =>
      speaking(flags, () => (flags.group === undefined ? set(id, file, flags) : setGroup(id, flags.group, flags))),
    );
  add('diff', 'show what is not the same')
    .argument('<id>', 'the unit', readDevice)
    .argument('<before>', 'a file or a version')
    .argument('[after]', 'a file or a version; what the unit is meant to have, when it is left out')
    .action((id: string, before: string, after: string | undefined, flags: CentreFlags) =>
      diff(id, { before, after }, flags),
    );
  add('history', 'list every document of a unit, newest first')
    .argument('<id>', 'the unit', readDevice)
    .action(history);
  withOrigin(add('rollback', 'make a new version that says what an older one said'))
    .argument('<id>', 'the unit', readDevice)
    .argument('<version>', 'the older version', readVersion)
    .option('--over <hash>', 'replace what the unit has although this centre has no copy of it')
    .action(rollback);
  add('rollouts', 'show the rollouts, or how each unit of one stands')
    .argument('[number]', 'the rollout', readVersion)
    .action(rollouts);
  withOrigin(add('resume', 'go on with a rollout that has stopped'))
    .argument('<number>', 'the rollout', readVersion)
    .action((id: number, flags: CentreFlags) => changeRollout(id, 'resume', flags));
  withOrigin(add('stop', 'stop a rollout before its next wave'))
    .argument('<number>', 'the rollout', readVersion)
    .action((id: number, flags: CentreFlags) => changeRollout(id, 'stop', flags));
  return command;
}

async function get(id: string, flags: GetFlags): Promise<void> {
  const client = new CentreClient(flags);
  if (flags.newUnit === true && flags.signed === undefined) {
    throw new UsageError(centreWords[flags.lang].config.newUnitAlone);
  }
  const version = flags.of ?? (await wantedOf(client, id, flags.lang)).version;
  if (flags.signed !== undefined) return keepSigned(client, { id, version, file: flags.signed }, flags);
  const found = await versionOf(client, id, version);
  print(flags.json === true ? JSON.stringify(found) : stringify(found.document).trimEnd());
}

async function keepSigned(
  client: CentreClient,
  { id, version, file }: { readonly id: string; readonly version: number; readonly file: string },
  flags: GetFlags,
): Promise<void> {
  const { json } = flags;
  const newUnit = flags.newUnit === true;
  const path = `/api/devices/${id}/config/${version}/signed`;
  const { signed } = await client.post<{ signed: string }>(path, { newUnit });
  try {
    writeWhole(file, Buffer.from(signed, 'base64'));
  } catch (error) {
    throw unwritableFile(file, error, flags.lang);
  }
  if (json === true) return print(JSON.stringify({ device: id, version, newUnit, file }));
  print(centreWords[flags.lang].config.signed(file, version, id, newUnit));
}

async function set(id: string | undefined, file: string | undefined, flags: SetFlags): Promise<void> {
  const t = centreWords[flags.lang].config;
  if (id === undefined || file === undefined) throw new UsageError(t.setWhat);
  const client = new CentreClient(flags);
  const draft = readMap(file, flags.lang);
  const document = checkedDocument(draft, flags.lang);
  const before = await client.get<UnitConfigReading>(`/api/devices/${id}/config`);
  const base = baseOf(id, draft.version, before, flags.lang);
  const { by: author, reason, over } = flags;
  const made = await client.post<ConfigReading>(`/api/devices/${id}/config`, { document, base, over, author, reason });
  if (flags.json !== true) {
    print(`${t.stored(made.version, id)} ${t.checkedByUnit}`);
    if (!before.heard) print(t.neverHeard(id));
  }
  await follow(client, id, made, flags);
}

/** A file that was made from an older document than the newest would undo what others did since. */
function baseOf(id: string, version: unknown, { wanted }: UnitConfigReading, lang: Language): string | null {
  if (version === undefined || version === wanted?.version) return wanted?.hash ?? null;
  const t = centreWords[lang].config;
  if (wanted === null) throw new UsageError(t.noneButVersion(id));
  throw new UsageError(t.madeFromOlder(id, String(version), wanted.author, wanted.version));
}

async function follow(client: CentreClient, id: string, made: ConfigReading, flags: CentreFlags): Promise<void> {
  const look = () => versionOf(client, id, made.version);
  const over = ({ state }: ConfigReading) => state === 'applied' || state === 'rejected' || state === 'superseded';
  const seen: ConfigReading = flags.wait === true ? await waitFor(look, over, flags.timeout ?? CONFIG_WAIT_MS) : made;
  if (flags.json === true) print(JSON.stringify(seen));
  else print(...configLines(id, seen, flags));
  if (flags.wait === true && seen.state !== 'applied') process.exitCode = exitCodes.failed;
}

function configLines(id: string, { version, state, errors }: ConfigReading, { lang }: CentreFlags): string[] {
  const reasons = errors.map((error) => `  ${refusalSentence(error, lang)}`);
  return [centreWords[lang].config.line(id, version, orderWords[lang].configStates[state]), ...reasons];
}

async function diff(
  id: string,
  { before, after }: { before: string; after: string | undefined },
  flags: CentreFlags,
): Promise<void> {
  const client = new CentreClient(flags);
  const side = async (text: string) =>
    /^\d+$/.test(text) ? (await versionOf(client, id, Number(text))).document : readMap(text, flags.lang);
  const wanted = async () => (await versionOf(client, id, (await wantedOf(client, id, flags.lang)).version)).document;
  const newest = after === undefined && !/^\d+$/.test(before);
  // A file alone is compared with what the unit is meant to have, to see what it would change.
  const found = newest
    ? differences(await wanted(), await side(before))
    : differences(await side(before), after === undefined ? await wanted() : await side(after));
  if (flags.json === true) print(JSON.stringify({ differences: found.map(jsonDifference) }));
  else if (found.length === 0) print(centreWords[flags.lang].config.same);
  else print(...found.map((difference) => differenceLine(difference, flags.lang)));
}

function differenceLine({ path, before, after }: Difference, lang: Language): string {
  const said = (value: unknown) => (value === undefined ? centreWords[lang].config.nothing : JSON.stringify(value));
  return `${path}: ${said(before)} → ${said(after)}`;
}

function jsonDifference({ path, before = null, after = null }: Difference): Difference {
  return { path, before, after };
}

async function history(id: string, flags: CentreFlags): Promise<void> {
  const found = await new CentreClient(flags).get<{ history: ConfigHistoryReading[] }>(
    `/api/devices/${id}/config/history`,
  );
  if (flags.json === true) return print(JSON.stringify(found));
  const unit = await new CentreClient(flags).get<UnitConfigReading>(`/api/devices/${id}/config`);
  const t = centreWords[flags.lang].config;
  if (found.history.length === 0) return print(t.noHistory(id));
  for (const { author, reason, madeMs, saysAgain, ...order } of found.history) {
    const again = saysAgain === null ? '' : ` · ${t.saysAgain(saysAgain)}`;
    const note = reason === '' ? '' : ` · ${reason}`;
    print(...configLines(id, { author, reason, madeMs, saysAgain, ...order }, flags).slice(0, 1));
    print(
      `  ${t.made(when(madeMs, flags.lang), author)}${again}${note}`,
      ...configLines(id, { ...order, author, reason, madeMs, saysAgain }, flags).slice(1),
    );
  }
  if (unit.discrepancy !== null && unit.inForce !== null) {
    print(
      `${orderWords[flags.lang].discrepancies[unit.discrepancy]}: ${t.version(unit.inForce.version)}${unit.inForce.hash === null ? '' : ` (${unit.inForce.hash})`}.`,
    );
  }
}

async function rollback(id: string, version: number, flags: SetFlags): Promise<void> {
  const client = new CentreClient(flags);
  const { by: author, reason, over } = flags;
  const made = await client.post<ConfigReading>(`/api/devices/${id}/config/rollback`, {
    version,
    over,
    author,
    reason,
  });
  await follow(client, id, made, flags);
}

async function setGroup(id: string | undefined, file: string, flags: SetFlags): Promise<void> {
  if (id !== undefined) throw new UsageError(centreWords[flags.lang].config.groupAlone);
  const group = readMap(file, flags.lang);
  const client = new CentreClient(flags);
  const { by: author, reason } = flags;
  const begun = await client.post<RolloutReading>('/api/rollouts', { ...group, author, reason });
  await followRollout(client, begun, flags);
}

async function changeRollout(id: number, what: 'resume' | 'stop', flags: CentreFlags): Promise<void> {
  const client = new CentreClient(flags);
  const { by: author, reason } = flags;
  const changed = await client.post<RolloutReading>(`/api/rollouts/${id}/${what}`, { author, reason });
  await followRollout(client, changed, flags);
}

async function followRollout(client: CentreClient, begun: RolloutReading, flags: CentreFlags): Promise<void> {
  const look = () => client.get<RolloutReading>(`/api/rollouts/${begun.id}`);
  const over = ({ state }: RolloutReading) => state !== 'running';
  const seen = flags.wait === true ? await waitFor(look, over, flags.timeout ?? ROLLOUT_WAIT_MS) : begun;
  if (flags.json === true) print(JSON.stringify(seen));
  else print(...rolloutLines(seen, flags));
  if (flags.wait === true && seen.state !== 'done') process.exitCode = exitCodes.failed;
}

async function rollouts(id: number | undefined, flags: CentreFlags): Promise<void> {
  const client = new CentreClient(flags);
  const path = id === undefined ? '/api/rollouts' : `/api/rollouts/${id}`;
  const found = await client.get<RolloutReading & { rollouts: Omit<RolloutReading, 'units'>[] }>(path);
  if (flags.json === true) return print(JSON.stringify(found));
  if (id !== undefined) return print(...rolloutLines(found, flags));
  if (found.rollouts.length === 0) return print(centreWords[flags.lang].config.noRollouts);
  for (const one of found.rollouts) print(...rolloutLines({ ...one, units: [] }, flags));
}

function rolloutLines({ id, state, wave, waves, why, units }: RolloutReading, { lang }: CentreFlags): string[] {
  const t = centreWords[lang].config;
  const head = t.rollout(id, orderWords[lang].rolloutStates[state], wave, waves.length);
  const reached = units.map(({ device, standing, version, errors, skipped }) => {
    const reasons = [
      ...(skipped === null ? [] : [skipped[lang]]),
      ...errors.map((error) => refusalSentence(error, lang)),
    ];
    const told = [standingWord(standing, lang), ...(version === null ? [] : [t.version(version)])].join(', ');
    return `  ${device}: ${[told, ...reasons].join(' · ')}`;
  });
  return [why === null ? head : `${head} ${stopSentence(why, lang)}`, ...reached];
}

async function wantedOf(client: CentreClient, id: string, lang: Language): Promise<ConfigReading> {
  const { wanted } = await client.get<UnitConfigReading>(`/api/devices/${id}/config`);
  if (wanted === null) throw new UsageError(centreWords[lang].config.none(id));
  return wanted;
}

function versionOf(client: CentreClient, id: string, version: number): Promise<WithDocument> {
  return client.getClosed<WithDocument>(`/api/devices/${id}/config/${version}`);
}

function readVersion(text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new InvalidArgumentError('Write its number, as "history" and "rollouts" show it.');
  return Number(text);
}
