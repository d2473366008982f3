import { Command } from 'commander';
import type { TagFacts } from '../../protocol/smp/commands/tag.ts';
import { mistake } from '../technician/problem.ts';
import { forgetTagAt, isTagAddress, pairTagAt, restartedFor, tagFactsOf } from '../technician/tag.ts';
import type { UnitState, Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { withPatience } from './tech-patience.ts';
import { atDesk, type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface TagFlags extends PortFlags {
  readonly patience: number;
}

interface PairFlags extends TagFlags {
  readonly tag?: string;
}

/** `dosis tech tag`: which pocket tag is the citizen's. */
export function techTagCommand(): Command {
  return new Command('tag')
    .description('the pocket tag of the citizen: pair one with the unit, see it, or have it forgotten')
    .addCommand(
      withPatience(withCable(new Command('pair')))
        .description('find the tag that lies beside the unit, and have its button pressed')
        .option('--tag <address>', 'this one, such as FF:FF:10:3A:5B:0C (default: the nearest)')
        .action(pairing),
    )
    .addCommand(
      withCable(new Command('show'))
        .description('which tag the unit has, and whether it is reached')
        .action((flags: PortFlags) => visiting(flags, show)),
    )
    .addCommand(
      withPatience(withCable(new Command('forget')))
        .description('the unit has no tag any more')
        .action((flags: TagFlags) => visiting(flags, (visit, desk) => forget(visit, desk, flags))),
    );
}

/** What was mistyped is said before anybody looks for a cable. */
function pairing(flags: PairFlags): Promise<void> {
  const { tag } = flags;
  if (tag === undefined || isTagAddress(tag)) return visiting(flags, (visit, desk) => pair(visit, desk, flags));
  return atDesk(flags, async ({ t }) => {
    throw mistake(t, 'tagMisread', tag);
  });
}

async function pair(visit: Visit, desk: Desk, flags: PairFlags): Promise<void> {
  const { t, terminal } = desk;
  const state = await visit.state();
  const facts = await pairTagAt(visit, state, flags.tag, {
    looking: () => terminal.tell(t.tag.looking),
    calling({ calling, seen }) {
      if (calling === undefined) return;
      const others = seen.filter(({ address }) => address !== calling.address);
      const names = others.map(({ name, address }) => `${t.tag.name(name)} (${address})`);
      if (names.length > 0) terminal.tell(t.tag.severals(t.list(names)));
      terminal.tell(t.tag.calling(t.tag.name(calling.name), calling.address));
    },
  });
  const inUse = await inUseNow(visit, desk, state, flags);
  terminal.answer({ ...toldOf(facts), inUse: inUse === null }, [
    keptLine(t, facts),
    ...(inUse === null ? [] : [inUse]),
  ]);
}

async function show(visit: Visit, { t, terminal }: Desk): Promise<void> {
  const facts = await tagFactsOf(visit, await visit.state());
  const { kept, where, battery } = facts;
  const places: Readonly<Record<string, string>> = t.tag.where;
  const known = where === undefined ? t.tag.unknownWhere : (places[where] ?? where);
  terminal.answer(toldOf(facts), [
    keptLine(t, facts),
    ...(kept === undefined ? [] : [known, ...(battery === undefined ? [] : [t.tag.battery(battery)])]),
  ]);
}

async function forget(visit: Visit, desk: Desk, flags: TagFlags): Promise<void> {
  const { t, terminal } = desk;
  const state = await visit.state();
  const { kept } = await tagFactsOf(visit, state);
  if (kept === undefined) return terminal.answer({ tag: null, inUse: true }, [t.tag.none]);
  await forgetTagAt(visit, state);
  const inUse = await inUseNow(visit, desk, state, flags);
  terminal.answer({ tag: null, inUse: inUse === null }, [t.tag.forgotten, ...(inUse === null ? [] : [inUse])]);
}

/** @returns why the unit does not go by it yet, in a sentence; null when it does */
async function inUseNow(
  visit: Visit,
  { t, terminal }: Desk,
  state: UnitState,
  { patience }: TagFlags,
): Promise<string | null> {
  // It restarts anyway once it is told who it is, and gives nothing before.
  if (state.phase === 'unprovisioned') return null;
  const restarted = await restartedFor(visit, state, { patienceS: patience, tell: (text) => terminal.tell(text) });
  return restarted ? null : t.tag.later;
}

function keptLine(t: TechWords, { kept }: TagFacts): string {
  return kept === undefined ? t.tag.none : t.tag.paired(t.tag.name(kept.name), kept.address);
}

function toldOf({ kept, where, battery }: TagFacts): object {
  return {
    tag: kept ?? null,
    ...(where === undefined ? {} : { where }),
    ...(battery === undefined ? {} : { battery }),
  };
}
