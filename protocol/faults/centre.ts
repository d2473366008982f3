import type { FaultWords } from './fault.ts';

/** What no unit can tell, because only the service centre sees it. */
export const centreFaults = {
  'two-ledgers': {
    title: { da: 'To hukommelser under samme navn', en: 'Two ledgers under one name' },
    meaning: {
      da: 'To apparater melder under samme navn, eller et apparat har fået en gammel kopi af sin hukommelse tilbage.',
      en: 'Two units report under one name, or a unit was given back an old copy of its memory.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: {
      da: 'Ring til borgeren, og spørg, hvilke doser der er taget: noget af det, apparatet melder, mangler her. Find ud af, om to apparater har samme navn, eller om en gammel kopi er lagt tilbage. Send en tekniker, der sætter dem op på ny.',
      en: 'Call the citizen, and ask which doses were taken: some of what the device reports is missing here. Find out whether two devices have one name, or an old copy was put back. Send a technician to set them up anew.',
    },
    repair: [
      {
        da: 'Hent hukommelsen over kablet fra hvert apparat, der melder under navnet.',
        en: 'Fetch the memory over the cable from every unit that reports under the name.',
      },
      {
        da: 'Sæt hvert af dem op på ny, hvert under sit eget navn.',
        en: 'Set each of them up anew, each under a name of its own.',
      },
    ],
    parts: ['memory-card'],
    ends: {
      da: 'Når apparatet er sat op på ny og melder fra en ny hukommelse.',
      en: 'When the unit has been set up anew and reports from a new memory.',
    },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
