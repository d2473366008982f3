import type { FaultWords } from './fault.ts';

const exchangeWithinWeeks = {
  da: 'Bestil en tekniker inden for et par uger. Borgeren skal ikke gøre noget.',
  en: 'Order a technician within a couple of weeks. The citizen need do nothing.',
} as const;

const newCard = [
  {
    da: 'Hent en kopi af hukommelsen over kablet, før du gør noget andet.',
    en: 'Fetch a copy of the memory over the cable before you do anything else.',
  },
] as const;

/** The computer board and the pocket tag: the unit still gives medicine, and wants to be seen to before it cannot. */
export const boardFaults = {
  'storage-filling': {
    title: { da: 'Hukommelsen er snart fuld', en: 'Memory almost full' },
    meaning: {
      da: 'Der er kun lidt plads tilbage på hukommelseskortet. Når det er fuldt, kan apparatet intet skrive ned.',
      en: 'Little room is left on the memory card. Once it is full, the unit cannot write anything down.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: exchangeWithinWeeks,
    repair: [
      ...newCard,
      {
        da: 'Se, hvad der fylder på kortet ud over apparatets egne filer, og fjern det.',
        en: 'See what fills the card beside the unit’s own files, and remove it.',
      },
      {
        da: 'Er der stadig for lidt plads, så byt apparatet.',
        en: 'If there is still too little room, swap the unit.',
      },
    ],
    parts: ['memory-card'],
    ends: { da: 'Af sig selv, når der er plads igen.', en: 'By itself, when there is room again.' },
  },
  'storage-wearing': {
    title: { da: 'Hukommelseskortet er slidt', en: 'Memory card worn' },
    meaning: {
      da: 'Hukommelseskortet melder selv, at det er ved at være slidt op. Det kan svigte om uger eller måneder.',
      en: 'The memory card itself reports that it is nearly worn out. It may fail in weeks or months.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: exchangeWithinWeeks,
    repair: [
      ...newCard,
      {
        da: 'Byt apparatet mens det virker, og giv det gamle et nyt kort bagefter.',
        en: 'Swap the unit while it works, and give the old one a new card afterwards.',
      },
    ],
    parts: ['memory-card'],
    ends: { da: 'Når kortet er udskiftet.', en: 'When the card has been exchanged.' },
  },
  overheated: {
    title: { da: 'Apparatet er for varmt', en: 'Device too hot' },
    meaning: {
      da: 'Apparatets computer er så varm, at den snart slukker sig selv. Ofte er apparatet dækket til eller står i solen.',
      en: 'The computer of the unit is so hot that it will soon switch itself off. Often it is covered, or in the sun.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: {
      da: 'Ring til borgeren, og bed om, at apparatet får luft, væk fra sol og radiator.',
      en: 'Call the citizen, and ask that the device gets air, away from sun and radiator.',
    },
    repair: [
      {
        da: 'Se, om luften kan komme til, og om medicinen har ligget for varmt.',
        en: 'See whether air can get to it, and whether the medicine has lain too hot.',
      },
      { da: 'Bliver det ved, så byt apparatet.', en: 'If it goes on, swap the unit.' },
    ],
    parts: ['computer'],
    ends: { da: 'Af sig selv, når apparatet er kølet af.', en: 'By itself, when the unit has cooled down.' },
  },
  'battery-worn': {
    title: { da: 'Batteriet er slidt', en: 'Battery worn' },
    meaning: {
      da: 'Batteriet kan ikke længere holde strøm længe nok. Går strømmen i huset, slukker apparatet for tidligt.',
      en: 'The battery does not hold its charge any more. If the power fails, the unit goes off too soon.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: exchangeWithinWeeks,
    repair: [{ da: 'Udskift batteriet.', en: 'Exchange the battery.' }],
    parts: ['battery'],
    ends: { da: 'Når batteriet er udskiftet.', en: 'When the battery has been exchanged.' },
  },
  'tag-battery-low': {
    title: { da: 'Lommebrikkens batteri er lavt', en: 'Pocket tag battery low' },
    meaning: {
      da: 'Batteriet i borgerens lommebrik er næsten brugt. Apparatet selv kalder stadig.',
      en: 'The battery in the citizen’s pocket tag is almost used up. The unit itself still calls.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: {
      da: 'Aftal med borgeren eller hjemmeplejen, hvem der skifter knapcellen i brikken.',
      en: 'Agree with the citizen or home care who changes the cell in the tag.',
    },
    repair: [{ da: 'Skift knapcellen i brikken.', en: 'Change the cell in the tag.' }],
    parts: ['tag'],
    ends: {
      da: 'Af sig selv, når brikken melder et godt batteri.',
      en: 'By itself, when the tag reports a good battery.',
    },
  },
  'tag-gone': {
    title: { da: 'Lommebrikken kan ikke nås', en: 'Pocket tag out of reach' },
    meaning: {
      da: 'Apparatet har længe ikke kunnet nå borgerens lommebrik. Den kalder ikke; apparatet selv kalder stadig.',
      en: 'For a long time the unit has not reached the citizen’s pocket tag. The tag does not call; the unit still does.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: {
      da: 'Er borgeren ikke ude, så ring, og bed om, at brikken bliver fundet.',
      en: 'Unless the citizen is out, call, and ask that the tag be found.',
    },
    repair: [
      {
        da: 'Læg brikken ved apparatet. Bliver den ikke set inden et minut, så skift dens knapcelle.',
        en: 'Lay the tag beside the unit. If it is not seen within a minute, change its cell.',
      },
      {
        da: 'Ses den stadig ikke, så sæt en ny brik op med »dosis tech tag pair«.',
        en: 'If it is still not seen, pair a new tag: “dosis tech tag pair”.',
      },
    ],
    parts: ['tag'],
    ends: { da: 'Af sig selv, når brikken kan nås igen.', en: 'By itself, when the tag is reached again.' },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
