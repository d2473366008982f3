import { chart } from '../chart.ts';

const softly = { guard: 'tagCallsSoftly', target: 'soft' } as const;
const loudly = { guard: 'tagCallsLoudly', target: 'loud' } as const;
const silent = { guard: 'tagCallsNot', target: 'silent' } as const;
const again = { guard: 'tagRepeatIsDue', actions: 'callByTag' } as const;
const gone = { guard: 'hasNoTag', target: 'absent', actions: 'letGoOfTag' } as const;
/** What is noticed of a tag, whether it calls or not. */
const watch = [
  { guard: 'tagAbsenceUnwritten', actions: 'writeTagAbsence' },
  { guard: 'tagGoneTooLong', actions: 'warnOfTagGone' },
] as const;
const unreached = { guard: 'tagUnreached', actions: 'tellUnreached' } as const;
const heard = { 'tag.pressed': { actions: 'hearByTag' } } as const;

/** Calls the citizen where the unit is not heard. It goes by the reminder, and never touches the medicine. */
export const tag = chart.createStateConfig({
  description:
    'The pocket tag calls where the unit is not heard; it goes by the reminder and never touches the medicine.',
  initial: 'absent',
  states: {
    absent: {
      description: 'The unit has no tag, or has left it to the one that took its place.',
      always: [
        { guard: 'hasTag', target: 'silent', actions: 'lookForTag' },
        { guard: 'tagIsForgotten', actions: 'forgetTag' },
      ],
    },
    silent: {
      description: 'Nothing calls, somebody has pressed the tag, or the call is still left to the unit alone.',
      entry: 'silenceTag',
      always: [gone, softly, loudly, ...watch],
    },
    soft: {
      description: 'A gentle call that the unit alone has made for a while.',
      entry: 'callByTag',
      on: heard,
      always: [gone, silent, loudly, again, unreached, ...watch],
    },
    loud: {
      description: 'The unit calls firmly, and the tag as loudly as it can.',
      entry: 'callByTag',
      on: heard,
      always: [gone, silent, softly, again, unreached, ...watch],
    },
  },
  on: {
    'tag.near': { actions: 'noteTag' },
    'tag.gone': { actions: 'noteTag' },
    'tag.battery': { actions: 'noteTag' },
  },
});
