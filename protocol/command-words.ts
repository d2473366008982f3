import type { CommandType } from './messages/command-types.ts';
import type { Language } from './messages/config.ts';

/** What people read for each command, as what somebody asks of a unit. */
export const commandWords: Readonly<Record<Language, Readonly<Record<CommandType, string>>>> = {
  da: {
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
  en: {
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
};
