import type { FaultWords } from './fault.ts';
import { anotherWay } from './shared.ts';

const install = [
  {
    da: 'Læg et program ind over kablet: dosis tech flash. Hukommelsen og indstillingen bliver.',
    en: 'Install firmware over the cable: dosis tech flash. Memory and configuration stay.',
  },
  {
    da: 'Kommer fejlen igen, så byt apparatet; tag hukommelseskortet med.',
    en: 'If the fault comes back, swap the unit; take the memory card with it.',
  },
] as const;

/** What the loader says when it serves the cable in place of the firmware: the display is dark then. */
export const recoveryFaults = {
  'firmware-missing': {
    title: { da: 'Apparatet har intet program', en: 'Unit without firmware' },
    meaning: {
      da: 'Intet program på apparatet kan startes. Skærmen er mørk.',
      en: 'No firmware on the unit can be started. The display is dark.',
    },
    lock: 'until-repaired',
    sees: [],
    hears: [],
    action: anotherWay,
    repair: install,
    parts: ['firmware', 'memory-card'],
    ends: {
      da: 'Når et program, som apparatet har godkendt, kører.',
      en: 'When firmware that the unit has verified runs.',
    },
  },
  'firmware-crashing': {
    title: { da: 'Programmet går ned igen og igen', en: 'Firmware stops again and again' },
    meaning: {
      da: 'Programmet går ned kort efter hver start. Imens er skærmen mørk.',
      en: 'The firmware stops soon after each start. Meanwhile the display is dark.',
    },
    lock: 'until-repaired',
    sees: [],
    hears: [],
    action: anotherWay,
    repair: [
      {
        da: 'Afbryd strømmen i ti sekunder, og se, om apparatet kører igen.',
        en: 'Cut the power for ten seconds, and see whether the unit runs again.',
      },
      ...install,
    ],
    parts: ['firmware', 'memory-card'],
    ends: {
      da: 'Når programmet kører ti minutter i træk.',
      en: 'When the firmware has run for ten minutes on end.',
    },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
