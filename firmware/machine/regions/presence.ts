import { chart } from '../chart.ts';

/** Whether somebody is there to take medicine. What is due meanwhile is withheld and accounted for, never lost. */
export const presence = chart.createStateConfig({
  description: 'Whether somebody is there to take the medicine.',
  initial: 'home',
  states: {
    home: {
      description: 'The citizen is at home and is reminded.',
      always: [
        { guard: 'isAway', target: 'away' },
        { guard: 'isPaused', target: 'paused' },
        { guard: 'stockIsEmpty', target: 'awaitingFill' },
      ],
    },
    away: {
      description: 'Travelling: quiet; doses were taken out ahead or are withheld, all accounted for.',
      on: { 'button.pressed': { guard: 'absenceMayEnd', actions: 'comeHome' } },
      always: [
        { guard: 'isPaused', target: 'paused' },
        { guard: 'absenceOver', actions: 'comeHome' },
        { guard: 'isHome', target: 'home' },
      ],
    },
    paused: {
      description: 'Paused by the centre (hospital, "bero"): doses are withheld until it ends.',
      always: [
        { guard: 'isHome', target: 'home' },
        { guard: 'isAway', target: 'away' },
      ],
    },
    awaitingFill: {
      description: 'No sachet left: waits for a new roll.',
      always: [
        { guard: 'isAway', target: 'away' },
        { guard: 'isPaused', target: 'paused' },
        { guard: 'stockIsThere', target: 'home' },
      ],
    },
  },
  on: {
    'absence.started': { guard: 'absenceIsAhead', actions: 'startAbsence' },
    // A pause is the centre's, and only the centre ends it.
    'absence.ended': { guard: 'absenceMayEnd', actions: 'comeHome' },
    'pause.started': { guard: 'hasItsPlace', actions: 'startPause' },
    'pause.ended': { guard: 'pauseMayEnd', actions: 'comeHome' },
  },
});
