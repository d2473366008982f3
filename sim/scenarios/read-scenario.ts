import * as v from 'valibot';
import { isRegimen, readRegimen } from '../../firmware/domain/regimen.ts';
import type { ConfigDocument, SlotConfig } from '../../protocol/messages/config.ts';
import { usualUnit } from '../device/unit-spec.ts';
import { dayNumberOf, isDate, ZoneCalendar } from '../prescription/calendar.ts';
import { ReferenceSchedule } from '../prescription/reference-schedule.ts';
import { readSpan } from './deeds.ts';
import { readLocalTime } from './local-time.ts';
import { readSteps } from './read-steps.ts';
import type { Scenario } from './scenario.ts';
import { ScenarioSource } from './scenario-source.ts';
import { type ScenarioInput, scenarioSchema } from './schema.ts';
import { wordsFor } from './schema-words.ts';

const minuteMs = 60_000;

/** Reads one story. @throws ScenarioError with file, line and one sentence */
export function readScenario(text: string, file: string): Scenario {
  const source = new ScenarioSource(text, file);
  const checked = v.safeParse(scenarioSchema, source.value);
  if (!checked.success) {
    // A misspelt key is also a missing one; the misspelling is what helps.
    const issue = checked.issues.find(({ expected }) => expected === 'never') ?? checked.issues[0];
    const { path, sentence } = wordsFor(issue);
    throw source.problem(path, sentence);
  }
  const input = checked.output;
  const config = configOf(input, source);
  const calendar = ZoneCalendar.of(config.zone, dayNumberOf(input.start.slice(0, 10)) * 24 * 60 * minuteMs);
  const startMs = momentOf(input.start, ['start'], calendar, source);
  const schedule = new ReferenceSchedule(config, calendar);
  const steps = readSteps(input.steps, { source, calendar, startMs, schedule });
  const lastMs = steps.at(-1)?.atMs ?? startMs;
  const untilMs = input.until === undefined ? lastMs : momentOf(input.until, ['until'], calendar, source);
  return {
    name: input.name,
    file,
    config,
    spec: specOf(input),
    simulatedOnly: input['simulated only'],
    startMs,
    endMs: Math.max(lastMs, untilMs),
    citizen: input.people?.citizen,
    nurseComes: input.people?.nurse !== undefined,
    technicianComes: input.people?.technician !== undefined,
    steps,
  };
}

function momentOf(text: string, path: readonly string[], calendar: ZoneCalendar, source: ScenarioSource): number {
  const moment = readLocalTime(text, calendar);
  if ('sentence' in moment) throw source.problem(path, moment.sentence);
  return moment.ms;
}

function configOf(input: ScenarioInput, source: ScenarioSource): ConfigDocument {
  const zone = input.zone ?? 'Europe/Copenhagen';
  if (!isDate(input.start.slice(0, 10)))
    throw source.problem(['start'], `the calendar has no ${input.start.slice(0, 10)}; write a date that exists`);
  const slots = Object.entries(input.regimen).map(([id, slot]): SlotConfig => {
    return {
      id,
      at: slot.at,
      ...(slot.days === undefined ? {} : { days: slot.days }),
      beforeMinutes: minutes(slot.before ?? '30 min'),
      afterMinutes: minutes(slot.after ?? '60 min'),
      ...(slot.sachets === undefined ? {} : { sachets: slot.sachets }),
      ...(slot.roll === undefined ? {} : { roll: slot.roll }),
    };
  });
  if (slots.length === 0 || Array.isArray(input.regimen))
    throw source.problem(['regimen'], 'the regimen has no slot; write at least one, such as  morgen: { at: "09:00" }');
  const settings = input.settings ?? {};
  const config: ConfigDocument = {
    version: 1,
    profile: input.device,
    zone,
    language: 'da',
    serviceNumber: '70 10 20 30',
    regimen: { slots, minIntervalMinutes: minutes(settings['minimum interval'] ?? '0 min') },
    takeOutDosesMax: settings['take-out'] ?? 60,
    quietMinutes: minutes(settings.quiet ?? '0 min'),
    ...(settings.present === undefined ? {} : { presentMinutes: minutes(settings.present) }),
  };
  const regimen = readRegimen(config);
  if (!isRegimen(regimen)) {
    const [problem] = regimen;
    const path = (problem?.path ?? 'regimen').split('.').filter((part) => part !== 'slots');
    throw source.problem(path, (problem?.sentence ?? 'The regimen is impossible.').replace(/\.$/, ''));
  }
  return config;
}

function specOf({ settings, unit }: ScenarioInput): Scenario['spec'] {
  const runHours = settings?.battery === undefined ? usualUnit.battery.runHours : minutes(settings.battery) / 60;
  return {
    ...usualUnit,
    parts: { speech: unit?.speech ?? true, cupSensor: unit?.['cup sensor'] ?? true },
    battery: { ...usualUnit.battery, runHours },
    binCapacity: settings?.bin ?? usualUnit.binCapacity,
    ...(settings?.tag === true ? { hasTag: true as const } : {}),
  };
}

/** Whole minutes of a length of time that the schema has already let through. */
function minutes(span: string): number {
  return Math.round((readSpan(span) ?? 0) / minuteMs);
}
