import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { MINUTE_MS } from './civil-time.ts';
import { type Ladder, PROFILES, type Profile } from './profile.ts';
import { isRegimen, type Regimen, type RegimenProblem, readRegimen } from './regimen.ts';

/** A configuration document after every rule has been checked: what the machine works from. */
export interface Settings {
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
  };
}

function unknownProfile(name: string): RegimenProblem {
  const known = Object.keys(PROFILES).join(', ');
  return { path: 'profile', sentence: `This firmware has no profile "${name}"; it knows ${known}.` };
}

function readLadder(reminder: NonNullable<ConfigDocument['reminder']>): Ladder {
  return {
    firmAfterMs: reminder.firmAfterMinutes * MINUTE_MS,
    urgentAfterMs: reminder.urgentAfterMinutes * MINUTE_MS,
    lastCallMs: reminder.lastCallMinutes * MINUTE_MS,
    repeatMs: reminder.repeatMinutes * MINUTE_MS,
  };
}
