import type { FaultWords } from './fault.ts';

/** What hangs in the unit is not what ought to be given. */
export const medicineFaults = {
  'stock-mismatch': {
    title: { da: 'Forkert pose på rullen', en: 'Wrong sachet on the roll' },
    meaning: {
      da: 'Den næste pose på rullen er ikke den, der skal gives nu, eller ingen ved, hvilken den næste er.',
      en: 'The next sachet on the roll is not the one to be given now, or nobody knows which one is next.',
    },
    lock: 'until-refilled',
    sees: ['fault'],
    hears: ['stock-mismatch', 'locked'],
    action: {
      da: 'Giv intet fra rullen; send en sygeplejerske, der sammenholder den med ordinationen.',
      en: 'Give nothing from the roll; send a nurse to compare it with the prescription.',
    },
    repair: [
      {
        da: 'Sammenlign navn, dato og tidspunkt på den næste pose med planen.',
        en: 'Compare name, date and time on the next sachet with the plan.',
      },
      {
        da: 'Sæt den rigtige rulle i trin for trin. En rulle, der ikke passer, kommer ikke i igen.',
        en: 'Fit the right roll step by step. A roll that does not fit the plan does not go in again.',
      },
    ],
    parts: ['rolls'],
    ends: {
      da: 'Når der er sat en rulle i på ny i hvert rum, der er i tvivl. At melde apparatet repareret er ikke nok.',
      en: 'When a roll has been fitted anew in every bay in doubt. To report the unit repaired is not enough.',
    },
  },
  'medicine-changed': {
    title: { da: 'Medicinen er ændret', en: 'Medicine has changed' },
    meaning: {
      da: 'Ordinationen er ændret. Poserne i apparatet er pakket efter den gamle og må ikke gives.',
      en: 'The prescription has changed. The sachets in the unit were packed for the old one and must not be given.',
    },
    lock: 'until-refilled',
    sees: ['fault'],
    hears: ['locked'],
    action: {
      da: 'Sørg for den nye medicin på anden vis i dag, og send en sygeplejerske med nye ruller.',
      en: 'See to the new medicine in another way today, and send a nurse with new rolls.',
    },
    repair: [
      {
        da: 'Tag de gamle ruller ud, og tag dem med. De må ikke blive i hjemmet.',
        en: 'Take the old rolls out, and take them along. They must not stay in the home.',
      },
      {
        da: 'Sæt ruller i, der er pakket efter den nye ordination.',
        en: 'Fit rolls that were packed for the new prescription.',
      },
    ],
    parts: ['rolls'],
    ends: {
      da: 'Når der er sat nye ruller i. At melde apparatet repareret er ikke nok.',
      en: 'When new rolls have been fitted. To report the unit repaired is not enough.',
    },
  },
  'stock-low': {
    title: { da: 'Kun få poser tilbage', en: 'Few sachets left' },
    meaning: {
      da: 'Der er kun poser til kort tid. Apparatet giver stadig medicin.',
      en: 'There are sachets for a short time only. The unit still gives medicine.',
    },
    lock: 'no',
    sees: [],
    hears: ['stock-low'],
    action: {
      da: 'Bestil en ny rulle, og aftal, hvornår den sættes i.',
      en: 'Order a new roll, and agree when it is fitted.',
    },
    repair: [{ da: 'Sæt nye ruller i.', en: 'Fit new rolls.' }],
    parts: ['rolls'],
    ends: { da: 'Når der er sat nye ruller i.', en: 'When new rolls have been fitted.' },
  },
  'stock-empty': {
    title: { da: 'Ingen poser tilbage', en: 'No sachets left' },
    meaning: {
      da: 'Det er tid til en dosis, og der er ingen pose til den.',
      en: 'It is time for a dose, and there is no sachet for it.',
    },
    lock: 'while-it-lasts',
    sees: ['awaiting-fill'],
    hears: ['no-stock'],
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, og få sat en ny rulle i.',
      en: 'See that the citizen gets the medicine in another way, and have a new roll fitted.',
    },
    repair: [{ da: 'Sæt nye ruller i.', en: 'Fit new rolls.' }],
    parts: ['rolls'],
    ends: { da: 'Når der er sat nye ruller i.', en: 'When new rolls have been fitted.' },
  },
  'roll-missing': {
    title: { da: 'Rullen hænger ikke på plads', en: 'Roll not in its place' },
    meaning: {
      da: 'En rulle med poser hænger ikke i sit rum, eller den hænger skævt. Fra det rum kommer der ingen medicin.',
      en: 'A roll with sachets does not hang in its bay, or hangs crooked. No medicine comes from that bay.',
    },
    lock: 'while-it-lasts',
    sees: ['roll-missing'],
    hears: ['roll-missing'],
    action: {
      da: 'Send en, der har nøglen, til at hænge rullen op. Giv dosis på anden vis, hvis den kommer for sent.',
      en: 'Send who has the key to hang the roll up. If a dose would be late, see to it in another way.',
    },
    repair: [
      {
        da: 'Åbn med nøglen, hæng rullen op i sit rum, og luk lågen.',
        en: 'Open with the key, hang the roll up in its bay, and close the door.',
      },
      {
        da: 'Er rullen væk, eller passer den ikke med planen, så sæt en ny i trin for trin.',
        en: 'If the roll is gone, or does not fit the plan, fit a new one step by step.',
      },
      {
        da: 'Hænger den rigtigt, og siger skærmen stadig, at den mangler, så udskift rummets kontakt.',
        en: 'If it hangs rightly and the display still says that it is missing, exchange the switch of its bay.',
      },
    ],
    parts: ['rolls', 'roll-switch'],
    ends: {
      da: 'Af sig selv, når rullen hænger i sit rum, eller når rummet er meldt tomt.',
      en: 'By itself, when the roll hangs in its bay, or when the bay is reported empty.',
    },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
