import type { ZoneCalendar } from '../prescription/calendar.ts';
import { dayNumberOf, isDate } from '../prescription/calendar.ts';
import { splitDoseKey } from '../prescription/dose-key.ts';
import type { ReferenceSchedule } from '../prescription/reference-schedule.ts';
import { type Actor, actorNames, actors, patternOf, readSpan } from './deeds.ts';
import { readLocalTime } from './local-time.ts';
import type { Action, Step, StepPart } from './scenario.ts';
import type { ScenarioSource } from './scenario-source.ts';
import type { StepInput } from './schema.ts';

export interface StepsAround {
  readonly source: ScenarioSource;
  readonly calendar: ZoneCalendar;
  readonly schedule: ReferenceSchedule;
  readonly startMs: number;
}

/** Gives every step its instant and its deeds. @throws ScenarioError */
export function readSteps(inputs: readonly StepInput[], around: StepsAround): Step[] {
  const { source, calendar, startMs } = around;
  let nowMs = startMs;
  return inputs.map((input, index) => {
    const path = ['steps', index];
    if (input.at !== undefined && input.after !== undefined)
      throw source.problem([...path, 'after'], `step ${index + 1} has both "at" and "after"; keep one of them`);
    const atMs = momentOf(input, nowMs, path, around);
    if (atMs < nowMs) {
      throw source.problem(
        [...path, 'at'],
        `step ${index + 1} is at ${input.at}, before the step above it (${readable(calendar, nowMs)}); put the steps in order of time`,
      );
    }
    nowMs = atMs;
    checkDoses(input, path, around);
    const parts = partsOf(input, path, around);
    if (parts.length === 0 && input.note === undefined) {
      throw source.problem(path, `step ${index + 1} does nothing; say who does what, or what is expected`);
    }
    return {
      title: `${index + 1}. ${readable(calendar, atMs)} ${wordsOf(input, source.keysOf(path))}`,
      line: source.lineOf(path),
      atMs,
      parts,
    };
  });
}

function momentOf(
  input: StepInput,
  nowMs: number,
  path: (string | number)[],
  { source, calendar }: StepsAround,
): number {
  if (input.after !== undefined) return nowMs + (readSpan(input.after) ?? 0);
  if (input.at === undefined) return nowMs;
  const moment = readLocalTime(input.at, calendar);
  if ('sentence' in moment) throw source.problem([...path, 'at'], moment.sentence);
  return moment.ms;
}

/** What the step does and expects, in the order of the file: the schema's own order would put all deeds first. */
function partsOf(input: StepInput, path: (string | number)[], around: StepsAround): StepPart[] {
  return around.source.keysOf(path).flatMap((key): StepPart[] => {
    if (key === 'expect' && input.expect !== undefined) return [{ expect: input.expect }];
    if (key === 'expect centre' && input[key] !== undefined) return [{ expectCentre: input[key] }];
    const actor = actorNames.find((name) => name === key);
    const words = actor === undefined ? undefined : input[actor];
    if (actor === undefined || words === undefined) return [];
    const action = actionOf(actor, words, [...path, actor], around);
    return action === undefined ? [] : [{ do: action }];
  });
}

function actionOf(
  actor: Actor,
  words: string,
  path: (string | number)[],
  { source, calendar }: StepsAround,
): Action | undefined {
  for (const { id, words: pattern } of actors[actor]) {
    const found = patternOf(pattern).exec(words);
    if (found === null) continue;
    const gaps = found.slice(1);
    if (!pattern.includes('{time}')) return { id, actor, gaps };
    const moment = readLocalTime(gaps.at(-1) as string, calendar);
    if ('sentence' in moment) throw source.problem(path, moment.sentence);
    return { id, actor, gaps: [...gaps.slice(0, -1), String(moment.ms)] };
  }
  return undefined;
}

/** A dose that nobody prescribed can never be found; say so before the story runs. */
function checkDoses(input: StepInput, path: (string | number)[], { source, schedule }: StepsAround): void {
  for (const key of ['expect', 'expect centre'] as const) {
    const expected = input[key];
    if (expected === undefined) continue;
    const { dose, fate } = expected;
    const place = [...path, key];
    if ((dose === undefined) !== (fate === undefined))
      throw source.problem(
        place,
        `"${key}" names ${dose === undefined ? 'a fate without a dose' : 'a dose without a fate'}; write both`,
      );
    if (dose === undefined) continue;
    const { date } = splitDoseKey(dose);
    if (!isDate(date))
      throw source.problem([...place, 'dose'], `the calendar has no ${date}; write a date that exists`);
    if (!schedule.on(dayNumberOf(date)).some((planned) => planned.key === dose)) {
      throw source.problem(
        [...place, 'dose'],
        `the regimen has no dose "${dose}"; its slots are ${schedule.config.regimen.slots.map(({ id }) => id).join(', ')}`,
      );
    }
  }
}

function wordsOf(input: StepInput, keys: readonly string[]): string {
  const words = keys
    .filter((key) => key !== 'at' && key !== 'after' && key !== 'note')
    .map((key) => {
      const value: unknown = input[key as keyof StepInput];
      return typeof value === 'string' ? `${key}: ${value}` : `${key} ${inWords(value as Record<string, unknown>)}`;
    })
    .join(', ');
  return words === '' ? (input.note ?? '') : words;
}

function inWords(expected: Readonly<Record<string, unknown>>): string {
  return Object.entries(expected)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(' ');
}

/** `2026-03-02 08:05`, with seconds only when there are any. */
export function readable(calendar: ZoneCalendar, ms: number): string {
  const text = calendar.format(ms);
  const seconds = text.slice(17, 19);
  return `${text.slice(0, 10)} ${text.slice(11, seconds === '00' ? 16 : 19)}`;
}
