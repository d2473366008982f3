import { type ConfigDocument, type Weekday, weekdays } from '../../protocol/messages/config.ts';
import { type LocalTime, MINUTE_MS } from './civil-time.ts';
import { type Ladder, PROFILES, type Profile } from './profile.ts';
import { isRegimen, type Regimen, type RegimenProblem, readRegimen } from './regimen.ts';

/** A configuration document after every rule has been checked: what the machine works from. */
export interface Settings {
  /** 0 before the first document. */
  readonly version: number;
  readonly profile: Profile;
  readonly regimen: Regimen;
  readonly ladder: Ladder;
  readonly presentMs: number;
  readonly takeOutDosesMax: number;
  /** Zero: the citizen may not silence the reminder. */
  readonly quietMs: number;
  readonly language: 'da' | 'en';
  readonly serviceNumber: string;
  readonly dailyMessages: readonly DailyMessage[];
}

/** Shown and spoken once on each of its days, at a local time. */
export interface DailyMessage {
  readonly id: string;
  readonly at: LocalTime;
  readonly days: readonly Weekday[];
  readonly text: string;
}

/** What a unit works from before its first document: a plan without doses. */
export function noSettings(serviceNumber: string): Settings {
  const profile = PROFILES.roll as Profile;
  return {
    version: 0,
    profile,
    regimen: { zone: 'UTC', slots: [], minIntervalMs: 0, prescription: 0 },
    ladder: profile.ladder,
    presentMs: profile.presentMs,
    takeOutDosesMax: 0,
    quietMs: 0,
    language: 'da',
    serviceNumber,
    dailyMessages: [],
  };
}

/** A configuration that may not come into force; `problems` says all that is wrong with it, one sentence each. */
export class SettingsError extends Error {
  readonly problems: readonly RegimenProblem[];
  constructor(problems: readonly RegimenProblem[]) {
    super(problems.map(({ sentence }) => sentence).join(' '));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** @throws SettingsError */
export function readSettings(document: ConfigDocument): Settings {
  const profile = PROFILES[document.profile];
  const regimen = readRegimen(document);
  const problems = [
    ...(profile === undefined ? [unknownProfile(document.profile)] : []),
    ...(isRegimen(regimen) ? [] : regimen),
  ];
  if (profile === undefined || !isRegimen(regimen) || problems.length > 0) throw new SettingsError(problems);
  return {
    version: document.version,
    profile,
    regimen,
    ladder: document.reminder === undefined ? profile.ladder : readLadder(document.reminder),
    presentMs: document.presentMinutes === undefined ? profile.presentMs : document.presentMinutes * MINUTE_MS,
    takeOutDosesMax: document.takeOutDosesMax ?? 0,
    quietMs: (document.quietMinutes ?? 0) * MINUTE_MS,
    language: document.language,
    serviceNumber: document.serviceNumber,
    dailyMessages: (document.messages ?? []).map(({ id, at, days, text }) => ({
      id,
      at,
      days: days ?? weekdays,
      text,
    })),
  };
}

function unknownProfile(name: string): RegimenProblem {
  const known = Object.keys(PROFILES).join(', ');
  return {
    path: 'profile',
    code: 'unsupported',
    sentence: `This firmware has no profile "${name}"; it knows ${known}.`,
  };
}

function readLadder(reminder: NonNullable<ConfigDocument['reminder']>): Ladder {
  return {
    firmAfterMs: reminder.firmAfterMinutes * MINUTE_MS,
    urgentAfterMs: reminder.urgentAfterMinutes * MINUTE_MS,
    lastCallMs: reminder.lastCallMinutes * MINUTE_MS,
    repeatMs: reminder.repeatMinutes * MINUTE_MS,
  };
}
