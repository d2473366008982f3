import type { FaultWords } from './fault.ts';
import { anotherWay } from './shared.ts';

/** Whoever exchanges the memory must not let a dose come twice. */
const exchange = [
  {
    da: 'Hent en kopi af hukommelsen over kablet, før du gør noget andet.',
    en: 'Fetch a copy of the memory over the cable before you do anything else.',
  },
  {
    da: 'Udskift hukommelseskortet, og sæt apparatet op på ny til borgeren.',
    en: 'Exchange the memory card, and set the unit up anew for the citizen.',
  },
  {
    da: 'Spørg servicecentralen, hvilke doser der er givet i dag, før du sætter ruller i.',
    en: 'Ask the service centre which doses were given today before you fit rolls.',
  },
] as const;

const setUpAnew = {
  da: 'Når apparatet er sat op på ny og starter med en hel hukommelse.',
  en: 'When the unit has been set up anew and starts with a sound memory.',
} as const;

/** The program and its memory: what the unit itself cannot go on with. */
export const memoryFaults = {
  'internal-fault': {
    title: { da: 'Fejl i apparatet', en: 'Fault in the device' },
    meaning: {
      da: 'Apparatets program er stødt på noget, det ikke forstår, og har låst for en sikkerheds skyld.',
      en: 'The program of the unit has met something that it does not understand, and has locked to be safe.',
    },
    lock: 'until-repaired',
    sees: ['fault'],
    hears: ['locked', 'fault'],
    action: anotherWay,
    repair: [
      {
        da: 'Hent loggen over kablet, og send den til servicecentralen.',
        en: 'Fetch the log over the cable, and send it to the service centre.',
      },
      {
        da: 'Meld apparatet repareret. Kommer fejlen igen, så læg et nyere program ind, eller byt apparatet.',
        en: 'Report the unit repaired. If the fault comes back, install newer firmware, or swap the unit.',
      },
    ],
    parts: ['firmware'],
    ends: {
      da: 'Når en tekniker melder apparatet repareret; er det helt lukket ned, efter en genstart.',
      en: 'When a technician reports the unit repaired; if it has shut itself down, after a restart.',
    },
  },
  'storage-fault': {
    title: { da: 'Fejl i apparatets hukommelse', en: 'Storage fault in the device' },
    meaning: {
      da: 'Apparatet kan ikke gemme. Hvad der ikke kan skrives ned, sker ikke; derfor kommer der ingen medicin.',
      en: 'The unit cannot save. What cannot be written down does not happen; so no medicine comes out.',
    },
    lock: 'while-it-lasts',
    sees: ['storage-fault'],
    hears: ['storage-fault'],
    action: anotherWay,
    repair: [
      {
        da: 'Vent ti minutter. Apparatet starter selv igen og prøver på ny.',
        en: 'Wait ten minutes. The unit starts again by itself and tries anew.',
      },
      ...exchange,
    ],
    parts: ['memory-card'],
    ends: {
      da: 'Efter en genstart, når apparatet kan gemme igen.',
      en: 'After a restart, when the unit can save again.',
    },
  },
  'ledger-damaged': {
    title: { da: 'Hukommelsen er beskadiget', en: 'Memory damaged' },
    meaning: {
      da: 'Det, der står i apparatets hukommelse, kan ikke læses. Apparatet kan ikke vide, hvad der er givet.',
      en: 'What the memory of the unit holds cannot be read. The unit cannot know what has been given.',
    },
    lock: 'until-repaired',
    sees: ['ledger-damaged'],
    hears: ['ledger-damaged'],
    action: anotherWay,
    repair: exchange,
    parts: ['memory-card'],
    ends: setUpAnew,
  },
  'ledger-contradiction': {
    title: { da: 'Hukommelsen modsiger sig selv', en: 'Memory contradicts itself' },
    meaning: {
      da: 'Hukommelsen kan læses, men siger to ting, der ikke kan passe på samme tid.',
      en: 'The memory can be read but says two things that cannot both be true.',
    },
    lock: 'until-repaired',
    sees: ['ledger-contradiction'],
    hears: ['ledger-contradiction'],
    action: anotherWay,
    repair: exchange,
    parts: ['memory-card', 'firmware'],
    ends: setUpAnew,
  },
  'ledger-newer': {
    title: { da: 'Programmet er for gammelt', en: 'Firmware too old' },
    meaning: {
      da: 'Hukommelsen er skrevet af et nyere program end det, der kører nu. Den er hel, men kan ikke læses.',
      en: 'The memory was written by newer firmware than the one that runs now. It is sound but cannot be read.',
    },
    lock: 'until-repaired',
    sees: ['ledger-newer'],
    hears: ['ledger-newer'],
    action: anotherWay,
    repair: [
      { da: 'Lad hukommelseskortet sidde.', en: 'Leave the memory card where it is.' },
      {
        da: 'Læg det nyeste program ind over kablet. Så læser apparatet sin hukommelse igen.',
        en: 'Install the newest firmware over the cable. Then the unit reads its memory again.',
      },
    ],
    parts: ['firmware'],
    ends: {
      da: 'Når apparatet starter med et program, der kan læse hukommelsen.',
      en: 'When the unit starts with firmware that can read the memory.',
    },
  },
  'not-provisioned': {
    title: { da: 'Apparatet er ikke sat op', en: 'Unit not set up' },
    meaning: {
      da: 'Hukommelsen er tom: apparatet hører ikke til nogen borger endnu, eller kortet er udskiftet.',
      en: 'The memory is empty: the unit belongs to no citizen yet, or its card was exchanged.',
    },
    lock: 'until-repaired',
    sees: ['not-provisioned'],
    hears: ['not-provisioned'],
    action: {
      da: 'Står apparatet hos en borger, så sørg for medicin på anden vis, og send en tekniker.',
      en: 'If the unit stands at a citizen’s, see to the medicine in another way, and send a technician.',
    },
    repair: [
      {
        da: 'Er der en gammel hukommelse, så flyt den med over i stedet for at begynde forfra.',
        en: 'If there is an old memory, move it across instead of beginning anew.',
      },
      { da: 'Sæt apparatet op til borgeren, og sæt ruller i.', en: 'Set the unit up for the citizen, and fit rolls.' },
    ],
    parts: ['memory-card'],
    ends: { da: 'Når apparatet er sat op til en borger.', en: 'When the unit has been set up for a citizen.' },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
