import type { Temporal } from 'temporal-polyfill';
import { parse } from 'yaml';
import type { Roll } from '../../protocol/messages/common.ts';
import { type ConfigDocument, weekdays } from '../../protocol/messages/config.ts';
import { loadSachetsMax } from '../../protocol/smp/commands/filling.ts';
import { readFileOf } from './files.ts';
import type { WireSachet } from './handover.ts';
import { otherFile } from './other-file.ts';
import { mistake } from './problem.ts';
import { slotNamed } from './typed-words.ts';
import type { TechWords } from './words.ts';

export interface RollSpan {
  readonly roll: Roll;
  readonly from: Temporal.PlainDate;
  readonly days: number;
  /** Slot of the first sachet, where the roll does not begin with the first dose of its first day. */
  readonly fromSlot?: string;
  /** Its sachets have no labels. */
  readonly plain: boolean;
}

/** The sachets that a plan wants on a roll, in the order of their times, head first. @throws TechProblem */
export function rollFromPlan(t: TechWords, { regimen }: ConfigDocument, span: RollSpan): WireSachet[] {
  const { roll, from, days, fromSlot, plain } = span;
  const slots = regimen.slots
    .filter((slot) => (slot.roll ?? 'A') === roll)
    .sort((one, other) => (one.at < other.at ? -1 : 1));
  const all: WireSachet[] = Array.from({ length: days }, (_, ahead) => from.add({ days: ahead })).flatMap((day) =>
    slots
      .filter((slot) => slot.days === undefined || slot.days.includes(weekdays[day.dayOfWeek - 1] ?? 'mon'))
      .flatMap(({ id, sachets = 1 }) => Array.from({ length: sachets }, (): WireSachet => [id, day.toString()])),
  );
  const named =
    fromSlot === undefined
      ? undefined
      : slotNamed(
          slots.map(({ id }) => id),
          fromSlot,
        );
  const first = fromSlot === undefined ? 0 : all.findIndex((one) => Array.isArray(one) && one[0] === named);
  const wanted = first < 0 ? [] : all.slice(first);
  if (wanted.length === 0) throw mistake(t, 'rollWithoutDoses', roll);
  return checked(t, plain ? wanted.map(() => true as const) : wanted);
}

/** A list of sachets as the cable takes it, YAML or JSON. @throws TechProblem */
export function rollFromFile(t: TechWords, file: string): WireSachet[] {
  const bytes = readFileOf(t, file);
  const list = listIn(Buffer.from(bytes).toString('utf8'));
  if (list.length > 0 && list.every(isSachet)) return checked(t, list);
  throw otherFile(t, { file, bytes }, undefined) ?? mistake(t, 'notARoll', file);
}

/** Empty for what is no list. */
function listIn(text: string): readonly unknown[] {
  try {
    const list: unknown = parse(text, { maxAliasCount: 10 });
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function checked(t: TechWords, sachets: readonly WireSachet[]): WireSachet[] {
  if (sachets.length > loadSachetsMax) throw mistake(t, 'rollTooLong', sachets.length, loadSachetsMax);
  return [...sachets];
}

function isSachet(value: unknown): value is WireSachet {
  if (value === true || value === null) return true;
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
