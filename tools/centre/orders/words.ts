import type { CommandType, SelfTestPart } from '../../../protocol/messages/command.ts';
import type { Language } from '../../../protocol/messages/config.ts';
import { refusalSentence } from '../../../protocol/refusal-words.ts';
import type { CommandState } from './command-store.ts';
import type { ConfigState, ConfigStepName } from './config-store.ts';
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
  readonly rolloutStates: Words<RolloutState>;
  readonly standings: Words<Exclude<UnitStanding, ConfigState>>;
  readonly parts: Words<SelfTestPart>;
  readonly button: string;
  readonly faulty: string;
  readonly allWell: string;
  readonly logBytes: string;
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
    commands: {
      openTakeOut: 'Tag doser ud på forhånd',
      pause: 'Sæt på pause',
      resume: 'Genoptag',
      extendWindow: 'Forlæng én dosis’ tid',
      silence: 'Dæmp lyden',
      message: 'Besked til borgeren',
      selfTest: 'Selvtest',
      sendLog: 'Send log',
      restart: 'Genstart',
      update: 'Opdater programmet',
    },
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
    rolloutStates: { running: 'i gang', stopped: 'standset', done: 'færdig' },
    standings: { later: 'senere bølge', waiting: 'venter på svar', silent: 'svarer ikke', skipped: 'sprunget over' },
    parts: {
      lamp: 'lampe',
      sounder: 'lydgiver',
      speech: 'tale',
      button: 'knap',
      lock: 'lås',
      motor: 'motor',
      sensors: 'følere',
      battery: 'batteri',
      clock: 'ur',
      radio: 'radio',
    },
    button: 'svarede med knap',
    faulty: 'fejl i',
    allWell: 'alt i orden',
    logBytes: 'byte log sendt',
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
    commands: {
      openTakeOut: 'Take doses out ahead',
      pause: 'Pause',
      resume: 'Resume',
      extendWindow: 'Extend the time of one dose',
      silence: 'Silence the sound',
      message: 'Message to the citizen',
      selfTest: 'Self-test',
      sendLog: 'Send log',
      restart: 'Restart',
      update: 'Update the firmware',
    },
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
    rolloutStates: { running: 'under way', stopped: 'stopped', done: 'finished' },
    standings: { later: 'later wave', waiting: 'waits for an answer', silent: 'does not answer', skipped: 'left out' },
    parts: {
      lamp: 'lamp',
      sounder: 'sounder',
      speech: 'speech',
      button: 'button',
      lock: 'lock',
      motor: 'motor',
      sensors: 'sensors',
      battery: 'battery',
      clock: 'clock',
      radio: 'radio',
    },
    button: 'answered with button',
    faulty: 'fault in',
    allWell: 'all is well',
    logBytes: 'bytes of log sent',
  },
};

/** What an answer says beyond its status: one line each. */
export function answerLines(type: CommandType, answer: AnswerReading, language: Language): string[] {
  const t = orderWords[language];
  if (answer.status === 'accepted') return [];
  if (answer.status !== 'done') return answer.errors.map((error) => refusalSentence(error, language));
  return [
    ...(answer.button === undefined ? [] : [`${t.button} ${answer.button}`]),
    ...(answer.faulty === undefined ? [] : [`${t.faulty}: ${answer.faulty.map((part) => t.parts[part]).join(', ')}`]),
    ...(answer.faulty === undefined && type === 'selfTest' ? [t.allWell] : []),
    ...(answer.logBytes === undefined ? [] : [`${answer.logBytes} ${t.logBytes}`]),
  ];
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
