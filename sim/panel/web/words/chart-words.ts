import type { Both } from '../../frames.ts';
import { both } from './language.ts';

interface RegionWords {
  readonly name: Both;
  /** The states in the order they usually follow each other. */
  readonly states: readonly string[];
}

/** The statechart's regions as the design names them. A region or state not listed here is shown by its own name. */
export const regions: Readonly<Record<string, RegionWords>> = {
  custody: {
    name: both('Medicin', 'Custody'),
    states: [
      'inspecting',
      'locked',
      'releasing',
      'presented',
      'retracting',
      'swallowing',
      'takeOut',
      'open',
      'uncertain',
      'fault',
    ],
  },
  reminder: { name: both('Påmindelse', 'Reminder'), states: ['idle', 'gentle', 'firm', 'urgent', 'lastCall', 'quiet'] },
  presence: { name: both('Ophold', 'Presence'), states: ['home', 'away', 'paused', 'awaitingFill'] },
  time: { name: both('Ur', 'Time'), states: ['trusted', 'suspect'] },
  power: { name: both('Strøm', 'Power'), states: ['mains', 'battery', 'critical'] },
  link: { name: both('Forbindelse', 'Link'), states: ['offline', 'draining', 'current'] },
  tag: { name: both('Lommebrik', 'Pocket tag'), states: ['absent', 'silent', 'soft', 'loud'] },
};

export const stateWords: Readonly<Record<string, Both>> = {
  inspecting: both('undersøger', 'inspecting'),
  deciding: both('vurderer', 'deciding'),
  locked: both('låst', 'locked'),
  releasing: both('på vej ud', 'releasing'),
  presented: both('i skålen', 'presented'),
  retracting: both('trækkes ind', 'retracting'),
  swallowing: both('gemmes væk', 'swallowing'),
  takeOut: both('udtag til rejse', 'take-out'),
  open: both('åben', 'open'),
  uncertain: both('uafklaret', 'uncertain'),
  fault: both('fejl', 'fault'),
  idle: both('stille', 'idle'),
  gentle: both('blid', 'gentle'),
  firm: both('tydelig', 'firm'),
  urgent: both('indtrængende', 'urgent'),
  lastCall: both('sidste kald', 'last call'),
  quiet: both('ro', 'quiet'),
  home: both('hjemme', 'home'),
  away: both('ude', 'away'),
  paused: both('i bero', 'paused'),
  awaitingFill: both('venter på fyld', 'awaiting fill'),
  trusted: both('til at stole på', 'trusted'),
  suspect: both('usikkert', 'suspect'),
  mains: both('stikkontakt', 'mains'),
  battery: both('batteri', 'battery'),
  critical: both('næsten tom', 'critical'),
  offline: both('afbrudt', 'offline'),
  draining: both('indhenter', 'draining'),
  current: both('ajour', 'current'),
  absent: both('ingen', 'none'),
  silent: both('stille', 'silent'),
  soft: both('kalder', 'calling'),
  loud: both('kalder højt', 'calling loudly'),
};
