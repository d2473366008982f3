import type { FaultWords } from './fault.ts';

/** A dose did not go its usual way. */
export const doseFaults = {
  'dose-missed': {
    title: { da: 'Dosis ikke taget', en: 'Dose missed' },
    meaning: {
      da: 'Tiden for dosis er gået, og den er ikke kommet ud. Nu kommer den ikke mere.',
      en: 'The time for the dose is over, and it did not come out. Now it will not come any more.',
    },
    lock: 'no',
    sees: ['missed'],
    hears: ['missed'],
    action: {
      da: 'Ring til borgeren, og følg aftalen for en glemt dosis.',
      en: 'Call the citizen, and follow the agreement for a missed dose.',
    },
    repair: [
      {
        da: 'Spørg, om borgeren kan høre apparatet og se dets lys fra sin stol.',
        en: 'Ask whether the citizen can hear the unit and see its light from the armchair.',
      },
      { da: 'Flyt apparatet, hvis det ikke kan høres.', en: 'Move the unit if it cannot be heard.' },
    ],
    parts: [],
    ends: {
      da: 'Når borgeren næste gang tager en dosis.',
      en: 'When the citizen takes a dose the next time.',
    },
  },
  'dose-not-taken': {
    title: { da: 'Pose ikke hentet i skålen', en: 'Sachet not picked up' },
    meaning: {
      da: 'Borgeren trykkede, og posen kom ud, men ingen tog den. Et apparat med låst beholder har trukket den ind igen.',
      en: 'The citizen pressed and the sachet came out, but nobody took it. A unit with a locked bin has drawn it back.',
    },
    lock: 'no',
    sees: [],
    hears: [],
    action: {
      da: 'Ring til borgeren. Ligger posen der, tages den; ellers følg aftalen for en glemt dosis.',
      en: 'Call the citizen. A sachet still there is taken; else follow the agreement for a missed dose.',
    },
    repair: [
      {
        da: 'Se, om borgeren kan nå skålen og få fat i posen.',
        en: 'See whether the citizen can reach the cup and get hold of the sachet.',
      },
    ],
    parts: [],
    ends: {
      da: 'Når en dosis bliver taget, eller når lågen åbnes med nøgle, og posen tages ud.',
      en: 'When a dose is taken, or when the door is opened with the key and the sachet taken out.',
    },
  },
  'about-to-miss': {
    title: { da: 'Dosis er ved at blive glemt', en: 'Dose about to be missed' },
    meaning: {
      da: 'Apparatet har kaldt længe, og tiden for dosis er snart gået.',
      en: 'The unit has called for long, and the time for the dose is nearly over.',
    },
    lock: 'no',
    sees: ['dose-call'],
    hears: ['remind-lastCall'],
    action: {
      da: 'Ring til borgeren nu; der er stadig tid til at trykke på knappen.',
      en: 'Call the citizen now; there is still time to press the button.',
    },
    repair: [],
    parts: [],
    ends: {
      da: 'Når borgeren tager dosis, eller når dens tid er gået.',
      en: 'When the citizen takes the dose, or when its time is over.',
    },
  },
  'dose-uncertain': {
    title: { da: 'Dosis uafklaret', en: 'Dose uncertain' },
    meaning: {
      da: 'Noget gik galt, mens dosis var på vej ud. Apparatet ved ikke, om borgeren fik den.',
      en: 'Something went wrong while the dose was on its way out. The unit does not know whether the citizen got it.',
    },
    lock: 'until-settled',
    sees: ['uncertain'],
    hears: ['doubt'],
    action: {
      da: 'Find ud af, om dosis blev taget, og få det afgjort på apparatet.',
      en: 'Find out whether the dose was taken, and have it settled on the device.',
    },
    repair: [
      {
        da: 'Spørg borgeren, og se efter posen i skålen, i beholderen og ved kniven.',
        en: 'Ask the citizen, and look for the sachet in the cup, in the bin and at the cutter.',
      },
      { da: 'Fjern, hvad der sidder fast.', en: 'Remove what is stuck.' },
      {
        da: 'Afgør dosis på apparatet: taget eller ikke taget. Gæt ikke.',
        en: 'Settle the dose on the unit: taken or not taken. Do not guess.',
      },
    ],
    parts: ['cutter', 'gate', 'counter', 'cup-sensor'],
    ends: {
      da: 'Når en person har afgjort, hvad der blev af dosis.',
      en: 'When a person has settled what became of the dose.',
    },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
