import { os } from '../../protocol/smp/commands/os.ts';
import { type TagFacts, type TagTroubleCode, tag, tagTroubles } from '../../protocol/smp/commands/tag.ts';
import { failure } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import type { UnitState, Visit } from './visit.ts';

/** A scan, a connection and a person who presses take their time; the unit ends it before. */
const PAIRING_MS_MAX = 180_000;
const ADDRESS = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** Whether a text is an address of a tag, such as FF:FF:10:3A:5B:0C. */
export function isTagAddress(text: string): boolean {
  return ADDRESS.test(text);
}

export interface PairingWitness {
  /** Told once for each stage that the search has come to. */
  looking(): void;
  calling(facts: TagFacts): void;
}

/** What the unit says of the citizen's tag; one that is nobody's yet tells it to anybody. */
export async function tagFactsOf(visit: Visit, { device }: UnitState): Promise<TagFacts> {
  return device === undefined ? visit.client.granted(tag.state, {}) : visit.granted(tag.state, {});
}

/** Has the unit find a tag that somebody holds, and keep it; `address`: that one (`isTagAddress`), else the nearest. @throws TechProblem, and as `Visit.granted` */
export async function pairTagAt(
  visit: Visit,
  state: UnitState,
  address: string | undefined,
  witness: PairingWitness,
): Promise<TagFacts> {
  const { t } = visit;
  await asked(visit, () => askAt(visit, state)(tag.pair, address === undefined ? {} : { address }));
  witness.looking();
  let stage: TagFacts['pairing'] = 'looking';
  const facts = await visit.awaited(
    () => tagFactsOf(visit, state),
    (seen) => {
      if (seen.pairing === 'calling' && stage !== 'calling') witness.calling(seen);
      stage = seen.pairing;
      return stage !== 'looking' && stage !== 'calling';
    },
    PAIRING_MS_MAX,
  );
  if (facts === undefined) throw failure(t, 'pairingStuck', PAIRING_MS_MAX / 1000);
  if (facts.pairing === 'failed') throw failure(t, 'notPaired', t.tag.troubles[troubleOf(facts)]);
  return facts;
}

/** @throws TechProblem, and as `Visit.granted` */
export function forgetTagAt(visit: Visit, state: UnitState): Promise<void> {
  return asked(visit, () => askAt(visit, state)(tag.forget, {}));
}

/** @returns whether the unit has started anew, and so uses what it keeps; false while a dose is in the way */
export async function restartedFor(
  visit: Visit,
  state: UnitState,
  options: { readonly patienceS: number; readonly tell: (sentence: string) => void },
): Promise<boolean> {
  const { t } = visit;
  const reply = await visit.ask(os.reset, {});
  if (!reply.ok) {
    if (refusalIn(reply.error) !== undefined) return false;
    throw new SmpRefusal(reply.error);
  }
  options.tell(t.tag.restarting);
  visit.forget();
  const isBack = ({ boot, phase }: UnitState) => boot !== state.boot || phase !== state.phase;
  const now = await visit.awaited(() => visit.quickState(), isBack, options.patienceS * 1000, options.tell);
  if (now === undefined) throw failure(t, 'notBack', t.tag.fromRestart, options.patienceS);
  return true;
}

/** One that is nobody's yet knows no pass. */
function askAt(visit: Visit, { device }: UnitState): Visit['granted'] {
  return device === undefined
    ? (command, request) => visit.client.granted(command, request)
    : (command, request) => visit.granted(command, request);
}

async function asked(visit: Visit, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (error instanceof SmpRefusal && refusalIn(error.error) === 'unsupported') throw failure(visit.t, 'noBluetooth');
    throw error;
  }
}

function troubleOf({ trouble }: TagFacts): TagTroubleCode {
  return tagTroubles.find((known) => known === trouble) ?? 'lost';
}
