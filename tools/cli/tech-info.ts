import { Command } from 'commander';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { wrapped } from '../program/wrapped.ts';
import { conditionOf } from '../technician/fault-words.ts';
import {
  className,
  faultsOf,
  type HeldImage,
  imageStates,
  imagesOf,
  kindOf,
  type NamedFault,
  shortHash,
  titleOf,
} from '../technician/portrait.ts';
import type { OpenSession } from '../technician/session.ts';
import type { UnitState, Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { columns } from './tech-terminal.ts';
import { type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

/** What is known of a unit; without a pass only what it tells anybody. */
interface Known {
  readonly state: UnitState;
  readonly faults: readonly NamedFault[];
  readonly images: readonly HeldImage[] | null;
  readonly session: OpenSession | null;
}

export function techInfoCommand(): Command {
  return withCable(new Command('info'))
    .description('what a unit is, what runs on it, and what is wrong with it; with a pass also its images')
    .action((flags: PortFlags) => visiting(flags, info));
}

async function info(visit: Visit, { t, terminal }: Desk): Promise<void> {
  const known = await lookAt(visit);
  const about = conditionOf(t, known.state);
  const next = about === undefined ? [] : ['', ...wrapped(about, '')];
  terminal.answer(documentOf(t, known), [...linesOf(t, known), ...next]);
}

async function lookAt(visit: Visit): Promise<Known> {
  const state = await visit.state();
  const faults = await faultsOf(visit);
  // A unit that is nobody's knows no centre, and so no pass.
  const isNobodys = state.device === undefined;
  const session = visit.hasPass && !isNobodys ? await visit.enter() : null;
  return { state, faults, session, images: isNobodys || session !== null ? await imagesOf(visit) : null };
}

function documentOf(t: TechWords, { state, faults, images, session }: Known): object {
  const { device = null, phase, firmware, boot, epoch = null, config, hash, service = null } = state;
  return {
    ...{ device, phase, firmware, class: className(state), boot, epoch },
    config: config === undefined ? null : { version: config, hash: hash === undefined ? null : hexOf(hash) },
    serviceNumber: service,
    faults: faults.map((named) => ({ code: named.code, number: named.number, title: titleOf(t, named) })),
    images: images === null ? null : images.map(imageDocument),
    session,
  };
}

function imageDocument({ slot, version, hash, ...states }: HeldImage): object {
  const { active = false, confirmed = false, pending = false, bootable = false } = states;
  return {
    ...{ slot, version, hash: hash === undefined ? null : hexOf(hash) },
    ...{ active, confirmed, pending, bootable },
  };
}

function linesOf(t: TechWords, { state, faults, images, session }: Known): string[] {
  const words = t.info;
  const { device = words.nobody, phase, firmware, boot, config, hash, service } = state;
  return columns([
    [words.device, `${device} · ${t.phases[phase]}`],
    [words.firmware, firmware],
    [words.class, kindOf(t, state)],
    [words.starts, words.startNumber(boot)],
    [words.config, config === undefined ? words.noConfig : words.version(config, shortHash(hash))],
    ...(service === undefined ? [] : [[words.service, service] as const]),
    ...labelled(words.faults, faults.length === 0 ? [words.noFaults] : faultLines(t, faults)),
    ...(images === null
      ? [[words.images, words.imagesHidden] as const]
      : images.map((image) => [words.slot(image.slot), imageLine(t, image)] as const)),
    [words.access, session === null ? words.noAccess : accessLine(t, session)],
  ]);
}

/** As wide as the longest number of a fault. */
const NUMBER_COLUMNS = 3;

function faultLines(t: TechWords, faults: readonly NamedFault[]): string[] {
  const lines = faults.map((named) => `${String(named.number).padEnd(NUMBER_COLUMNS)}  ${titleOf(t, named)}`);
  return [...lines, t.info.moreOnFault(faults[0]?.number ?? 0)];
}

function imageLine(t: TechWords, image: HeldImage): string {
  return `${image.version} · ${imageStates(t, image)} · ${shortHash(image.hash)}`;
}

function accessLine(t: TechWords, { pass, role, idle, left }: OpenSession): string {
  return t.info.accessOf(pass, t.roles[role], Math.round(idle / 60), Math.round(left / 60));
}

function labelled(label: string, lines: readonly string[]): (readonly [string, string])[] {
  return lines.map((line, place) => [place === 0 ? label : '', line] as const);
}
