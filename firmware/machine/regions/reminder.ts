import { chart } from '../chart.ts';

const gently = { guard: 'callsGently', target: 'gentle' } as const;
const firmly = { guard: 'callsFirmly', target: 'firm' } as const;
const urgently = { guard: 'callsUrgently', target: 'urgent' } as const;
const last = { guard: 'callsLast', target: 'lastCall' } as const;
const quiet = { guard: 'keepsQuiet', target: 'quiet' } as const;
const repeat = { guard: 'repeatIsDue', actions: 'repeatCall' } as const;
const silent = { guard: 'callsNot', target: 'idle' } as const;

/** Calls the citizen, ever louder. Information, not an alarm: it never touches the medicine. */
export const reminder = chart.createStateConfig({
  description: 'Calls the citizen, ever louder; information, not an alarm.',
  initial: 'idle',
  states: {
    idle: {
      description: 'No dose calls.',
      entry: 'fallSilent',
      always: [gently, firmly, urgently, last, quiet],
    },
    gentle: {
      description: 'It is time: light and a soft call.',
      entry: 'callGently',
      always: [silent, firmly, urgently, last, quiet, repeat],
    },
    firm: {
      description: 'Still waiting: brighter and clearer.',
      entry: 'callFirmly',
      always: [silent, gently, urgently, last, quiet, repeat],
    },
    urgent: {
      description: 'Loud, so that it is heard in the next room.',
      entry: 'callUrgently',
      always: [silent, gently, firmly, last, quiet, repeat],
    },
    lastCall: {
      description: 'The dose is about to be missed; the centre is told while somebody can still call.',
      entry: ['callLast', 'warnOfMiss'],
      always: [silent, gently, firmly, urgently, quiet, repeat],
    },
    quiet: {
      description: 'Silenced by permission: the light blinks, the sound rests for a while.',
      entry: 'fallQuiet',
      always: [silent, gently, firmly, urgently, last],
    },
  },
  on: {
    // Anybody may hush an alarm for a while; the reminder is hushed only by permission.
    'quiet.requested': [{ guard: 'quietPermitted', actions: ['hushAlarms', 'grantQuiet'] }, { actions: 'hushAlarms' }],
    'silence.requested': { actions: 'keepSilent' },
  },
});
