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
  'successor-missing': {
    title: { da: 'Intet apparat har taget over', en: 'No unit has taken over' },
    meaning: {
      da: 'Apparatet er låst for altid, fordi et andet skulle tage over. Det har intet andet apparat meldt, at det har gjort.',
      en: 'The unit is locked for good, because another one was to take over. No other one has reported that it did.',
    },
    lock: 'for-good',
    sees: ['handed-over'],
    hears: [],
    action: {
      da: 'Ring til borgeren: apparatet giver ingen medicin. Aftal, hvem der giver den næste dosis. Bed teknikeren om at gøre udskiftningen færdig nu.',
      en: 'Call the citizen: the unit gives no medicine. Agree on who gives the next dose. Ask the technician to finish the swap now.',
    },
    repair: [
      {
        da: 'Gør udskiftningen færdig med »dosis tech swap«; den går videre, hvor den blev afbrudt.',
        en: 'Finish the swap with “dosis tech swap”; it goes on from where it was interrupted.',
      },
      {
        da: 'Se, at det nye apparat er forbundet, så det kan melde, at det har taget over.',
        en: 'See that the new unit is connected, so that it can report that it has taken over.',
      },
    ],
    parts: ['network'],
    ends: {
      da: 'Når det nye apparat melder, at det har taget over, eller når centralen lukker alarmen med en begrundelse.',
      en: 'When the new unit reports that it has taken over, or when the centre closes the alarm and says why.',
    },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
