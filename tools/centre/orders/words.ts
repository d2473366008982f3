import { commandWords } from '../../../protocol/command-words.ts';
import { faults } from '../../../protocol/faults/catalogue.ts';
import type { CommandType, LogSource, SelfTestPart } from '../../../protocol/messages/command.ts';
import type { Language } from '../../../protocol/messages/config.ts';
import type { ReportOutcome, TestedPart } from '../../../protocol/messages/self-test-report.ts';
import { refusalSentence } from '../../../protocol/refusal-words.ts';
import { partWords } from '../../../protocol/self-test-words.ts';
import type { CommandState } from './command-store.ts';
import type { ConfigState, ConfigStepName } from './config-store.ts';
import type { LogState } from './log-store.ts';
import type { AnswerReading, ConfigDiscrepancy } from './order-readings.ts';
import type { RolloutState, StopReason } from './rollout-store.ts';
import type { UnitStanding } from './staging.ts';

type Words<K extends string> = Readonly<Record<K, string>>;

interface OrderWords {
  readonly configStates: Words<ConfigState>;
  readonly steps: Words<Exclude<ConfigStepName, ConfigState>>;
  readonly discrepancies: Words<ConfigDiscrepancy>;
  readonly commands: Words<CommandType>;
  readonly commandStates: Words<CommandState>;
  readonly given: (made: string, author: string, expires: string) => string;
  readonly nothingAsked: (device: string) => string;
  readonly presenceUnheard: (device: string) => string;
  readonly rolloutStates: Words<RolloutState>;
  readonly standings: Words<Exclude<UnitStanding, ConfigState>>;
  readonly parts: Words<SelfTestPart>;
  readonly button: string;
  readonly faulty: string;
  readonly allWell: string;
  /** Of a test that left parts to whoever stands beside the unit. */
  readonly allWellFromHere: string;
  readonly untold: (parts: string) => string;
  readonly logBytes: string;
  readonly tested: Words<Exclude<ReportOutcome, 'untold'>>;
  /** What a unit says it found with a part, where it is no fault with a number. */
  readonly found: Readonly<Record<string, string>>;
  readonly logStates: Words<LogState>;
  readonly logSources: Words<LogSource>;
  readonly logKept: (bytes: number, file: string) => string;
  readonly logEmpty: (file: string) => string;
  readonly logLost: (bytes: number) => string;
  readonly noLogs: (device: string) => string;
  readonly update: { readonly fetching: (percent: number) => string; readonly trying: string };
}

/** What people read about orders, on the page and on the command line. */
export const orderWords: Readonly<Record<Language, OrderWords>> = {
  da: {
    configStates: {
      made: 'venter på apparatet',
      sent: 'sendt, venter på svar',
      deferred: 'udsat af apparatet',
      applied: 'gælder',
      rejected: 'afvist',
      superseded: 'erstattet af en nyere',
    },
    steps: {
      rebased: 'underskrevet på ny til det, apparatet har',
      'sent-again': 'sendt igen: apparatet havde en ældre',
    },
    discrepancies: {
      'not-ours': 'Apparatet kører efter en indstilling, som denne central ikke har lavet',
      'other-document': 'Apparatet har en anden indstilling under samme nummer',
    },
    commands: commandWords.da,
    commandStates: {
      made: 'venter på apparatet',
      sent: 'sendt, venter på svar',
      accepted: 'i gang',
      done: 'udført',
      refused: 'afvist, intet er gjort',
      failed: 'mislykket',
      expired: 'fristen udløb uden svar; det vides ikke, om den blev udført',
      unanswered: 'i gang, men der kom ikke mere svar',
    },
    given: (made, author, expires) => `givet ${made} af ${author}, gælder til ${expires}`,
    nothingAsked: (device) => `Her er intet bedt ${device} om.`,
    presenceUnheard: (device) =>
      `Centralen har ikke hørt, om ${device} er hjemme, borte eller på pause, og regner med, at det er hjemme.`,
    rolloutStates: { running: 'i gang', stopped: 'standset', done: 'færdig' },
    standings: { later: 'senere bølge', waiting: 'venter på svar', silent: 'svarer ikke', skipped: 'sprunget over' },
    parts: partWords.da,
    button: 'svarede med knap',
    faulty: 'fejl i',
    allWell: 'alt i orden',
    allWellFromHere: 'alt, hvad apparatet selv kan prøve, er i orden',
    untold: (parts) => `kan kun ses eller høres ved apparatet, og er ikke prøvet: ${parts}`,
    logBytes: 'byte sendt',
    tested: {
      passed: 'i orden',
      failed: 'ikke i orden',
      refused: 'ikke prøvet',
    },
    found: {
      'no-mains': 'der er ingen strøm fra stikkontakten',
      offline: 'der er ingen forbindelse til servicecentralen',
      'clock-lost': 'uret har glemt tiden',
      'never-inspected': 'mekanikken er aldrig undersøgt',
    },
    logStates: {
      partial: 'ikke alt er kommet; bed om den igen',
      whole: 'hel',
      damaged: 'beskadiget undervejs; bed om den igen',
    },
    logSources: { log: 'log', trace: 'spor' },
    logKept: (bytes, file) => `${bytes} byte ligger i "${file}", hele og som apparatet sendte dem.`,
    logEmpty: (file) => `Intet blev skrevet ned i den tid; "${file}" er tom.`,
    logLost: (bytes) => `Apparatet siger, at det sendte ${bytes} byte, men intet af dem er kommet; bed om dem igen.`,
    noLogs: (device) =>
      `Her ligger ingen log fra ${device}; bed om en med "dosis centre send ${device} send-log --out FIL".`,
    update: {
      fetching: (percent) => `henter programmet: ${percent} %`,
      trying: 'programmet er hentet; det prøves, når ingen dosis er i gang',
    },
  },
  en: {
    configStates: {
      made: 'waits for the unit',
      sent: 'sent, waits for an answer',
      deferred: 'deferred by the unit',
      applied: 'in force',
      rejected: 'rejected',
      superseded: 'replaced by a newer one',
    },
    steps: { rebased: 'signed anew for what the unit has', 'sent-again': 'sent again: the unit had an older one' },
    discrepancies: {
      'not-ours': 'The unit works from settings that this centre has not made',
      'other-document': 'The unit has other settings under the same number',
    },
    commands: commandWords.en,
    commandStates: {
      made: 'waits for the unit',
      sent: 'sent, waits for an answer',
      accepted: 'under way',
      done: 'done',
      refused: 'refused, nothing was done',
      failed: 'failed',
      expired: 'expired without an answer; whether it was done is not known',
      unanswered: 'under way, but nothing more was heard',
    },
    given: (made, author, expires) => `given ${made} by ${author}, expires ${expires}`,
    nothingAsked: (device) => `Nothing was asked of ${device} here.`,
    presenceUnheard: (device) =>
      `The centre has not heard whether ${device} is at home, away or paused, and takes it to be at home.`,
    rolloutStates: { running: 'under way', stopped: 'stopped', done: 'finished' },
    standings: { later: 'later wave', waiting: 'waits for an answer', silent: 'does not answer', skipped: 'left out' },
    parts: partWords.en,
    button: 'answered with button',
    faulty: 'fault in',
    allWell: 'all is well',
    allWellFromHere: 'all that the unit can try by itself is well',
    untold: (parts) => `can only be seen or heard at the unit, and was not tried: ${parts}`,
    logBytes: 'bytes sent',
    tested: {
      passed: 'well',
      failed: 'not well',
      refused: 'not tried',
    },
    found: {
      'no-mains': 'there is no power from the mains',
      offline: 'there is no line to the service centre',
      'clock-lost': 'the clock has forgotten the time',
      'never-inspected': 'the mechanism was never looked at',
    },
    logStates: {
      partial: 'not all of it has come; ask for it again',
      whole: 'whole',
      damaged: 'damaged on its way; ask for it again',
    },
    logSources: { log: 'log', trace: 'trace' },
    logKept: (bytes, file) => `${bytes} bytes are in "${file}", whole and as the unit sent them.`,
    logEmpty: (file) => `Nothing was written down in that time; "${file}" is empty.`,
    logLost: (bytes) => `The unit says it has sent ${bytes} bytes, and none of them have come; ask for them again.`,
    noLogs: (device) =>
      `No log of ${device} is kept here; ask for one with "dosis centre send ${device} send-log --out FILE".`,
    update: {
      fetching: (percent) => `fetching the firmware: ${percent} %`,
      trying: 'the firmware is there; it is tried when no dose is under way',
    },
  },
};

/** What an answer says beyond its status: one line each. */
export function answerLines(type: CommandType, answer: AnswerReading, language: Language): string[] {
  const t = orderWords[language];
  if (answer.status === 'accepted') return [];
  if (answer.status !== 'done') return answer.errors.map((error) => refusalSentence(error, language));
  return [
    ...(answer.button === undefined ? [] : [`${t.button} ${answer.button}`]),
    ...(type === 'selfTest' ? testLines(answer, language) : []),
    ...(answer.logBytes === undefined ? [] : [`${answer.logBytes} ${t.logBytes}`]),
  ];
}

/** How far a unit is with an update that is under way. */
export function updateLine(
  { sent, bytes }: { readonly sent: number; readonly bytes: number },
  language: Language,
): string {
  const { fetching, trying } = orderWords[language].update;
  return sent < bytes ? fetching(Math.floor((100 * sent) / bytes)) : trying;
}

/** The verdict first, then each part that the unit could judge, and last those that it left to people. */
function testLines(
  { faulty = [], tested = [] }: Extract<AnswerReading, { status: 'done' }>,
  language: Language,
): string[] {
  const t = orderWords[language];
  const untold = tested.filter(({ outcome }) => outcome === 'untold').map(({ part }) => partWord(part, language));
  const well = untold.length === 0 ? t.allWell : t.allWellFromHere;
  return [
    faulty.length === 0 ? well : `${t.faulty}: ${faulty.map((part) => t.parts[part]).join(', ')}`,
    ...tested.flatMap((one) => testedLine(one, language)),
    ...(untold.length === 0 ? [] : [t.untold(untold.join(', '))]),
  ];
}

/** `battery: not well: Battery low (8)`, by the number that the unit shows of a fault. */
function testedLine({ part, outcome, found }: TestedPart, language: Language): string[] {
  if (outcome === 'untold') return [];
  const t = orderWords[language];
  const fault = faults.find(({ code }) => code === found);
  const why = fault === undefined ? (t.found[found ?? ''] ?? found) : `${fault.title[language]} (${fault.number})`;
  return [[partWord(part, language), t.tested[outcome], ...(why === undefined ? [] : [why])].join(': ')];
}

/** A newer unit has parts for which there is no word here. */
function partWord(part: string, language: Language): string {
  const parts: Readonly<Record<string, string>> = orderWords[language].parts;
  return parts[part] ?? part;
}

/** How a unit of a rollout stands. */
export function standingWord(standing: UnitStanding, language: Language): string {
  const t = orderWords[language];
  return standing in t.standings
    ? t.standings[standing as keyof OrderWords['standings']]
    : t.configStates[standing as ConfigState];
}

/** Why a rollout stopped, and what to do. */
export function stopSentence(why: StopReason, language: Language): string {
  if (why.by === 'operator') return { da: `Standset af ${why.author}.`, en: `Stopped by ${why.author}.` }[language];
  const { wave, units, rejected, silent } = why;
  return {
    da: `Bølge ${wave}: ${rejected} af ${units} apparater afviste, og ${silent} svarede ikke. Se på dem, før udrulningen genoptages.`,
    en: `Wave ${wave}: ${rejected} of ${units} units rejected it and ${silent} did not answer. Look at them before the rollout is resumed.`,
  }[language];
}
