import type { FaultWords } from './fault.ts';

/** Clock, power and door. */
export const surroundingFaults = {
  'time-suspect': {
    title: { da: 'Apparatets ur er usikkert', en: 'Clock of the device not trusted' },
    meaning: {
      da: 'Uret er sprunget, er gået tilbage eller har mistet sin strøm. Apparatet ved ikke, hvornår dosis skal gives.',
      en: 'The clock has jumped, gone back or lost its power. The unit does not know when a dose is due.',
    },
    lock: 'while-it-lasts',
    sees: ['time-suspect'],
    hears: ['time-suspect'],
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, til uret passer igen.',
      en: 'See that the citizen gets the medicine in another way until the clock is right again.',
    },
    repair: [
      {
        da: 'Se, om apparatet har netforbindelse. Over nettet stiller det selv sit ur.',
        en: 'See whether the unit has its network. Over the network it sets its clock by itself.',
      },
      { da: 'Stil uret over kablet, hvis nettet mangler.', en: 'Set the clock over the cable if there is no network.' },
      {
        da: 'Er uret forkert igen efter et strømsvigt, så udskift knapcellen.',
        en: 'If the clock is wrong again after a power cut, exchange its cell.',
      },
    ],
    parts: ['network', 'clock-cell'],
    ends: { da: 'Af sig selv, når uret er stillet.', en: 'By itself, when the clock has been set.' },
  },
  'battery-low': {
    title: { da: 'Lavt batteri', en: 'Battery low' },
    meaning: {
      da: 'Apparatet kører på batteri, og der er under en tredjedel tilbage.',
      en: 'The unit runs on its battery, and less than a third is left.',
    },
    lock: 'no',
    sees: ['on-battery'],
    hears: [],
    action: {
      da: 'Ring til borgeren, og bed om, at stikket bliver sat i.',
      en: 'Call the citizen, and ask that the plug be put in.',
    },
    repair: [
      {
        da: 'Sæt stikket i, og se, om der er strøm i kontakten.',
        en: 'Put the plug in, and see whether the socket has power.',
      },
      {
        da: 'Bliver batteriet tomt på få timer, så udskift det.',
        en: 'If the battery runs down within a few hours, exchange it.',
      },
    ],
    parts: ['power-supply', 'battery'],
    ends: { da: 'Af sig selv, når strømmen er tilbage.', en: 'By itself, when the power is back.' },
  },
  'battery-critical': {
    title: { da: 'Batteri næsten tomt', en: 'Battery almost empty' },
    meaning: {
      da: 'Batteriet kan blive tomt midt i en dosis. Derfor kommer der ingen medicin, før stikket er i.',
      en: 'The battery may give out in the middle of a dose. So no medicine comes out until the plug is in.',
    },
    lock: 'while-it-lasts',
    sees: ['battery-critical'],
    hears: ['battery-critical'],
    action: {
      da: 'Få sat stikket i nu; uden strøm giver apparatet ingen medicin.',
      en: 'Have the plug put in now; without power the device gives no medicine.',
    },
    repair: [
      {
        da: 'Sæt stikket i, og se, om der er strøm i kontakten.',
        en: 'Put the plug in, and see whether the socket has power.',
      },
      {
        da: 'Lader batteriet ikke op, så udskift strømforsyningen, derefter batteriet.',
        en: 'If the battery does not charge, exchange the power supply, then the battery.',
      },
    ],
    parts: ['power-supply', 'battery'],
    ends: { da: 'Af sig selv, når strømmen er tilbage.', en: 'By itself, when the power is back.' },
  },
  'mains-lost': {
    title: { da: 'Ingen strøm fra stikkontakten', en: 'No mains power' },
    meaning: {
      da: 'Stikket er trukket ud, eller strømmen er gået. Apparatet kører videre på batteri.',
      en: 'The plug is out, or the power has failed. The unit goes on by its battery.',
    },
    lock: 'no',
    sees: ['on-battery'],
    hears: [],
    action: {
      da: 'Ring til borgeren, hvis strømmen ikke er tilbage inden for en time.',
      en: 'Call the citizen if the power is not back within an hour.',
    },
    repair: [
      { da: 'Prøv en lampe i samme kontakt.', en: 'Try a lamp in the same socket.' },
      { da: 'Virker lampen, så udskift strømforsyningen.', en: 'If the lamp works, exchange the power supply.' },
    ],
    parts: ['power-supply'],
    ends: { da: 'Af sig selv, når strømmen er tilbage.', en: 'By itself, when the power is back.' },
  },
  tamper: {
    title: { da: 'Forsøg på at bryde ind', en: 'Tampering' },
    meaning: {
      da: 'Lågen er åbnet uden nøgle. Ingen ved, hvad der er taget ud eller lagt ind.',
      en: 'The door was opened without the key. Nobody knows what was taken out or put in.',
    },
    lock: 'until-repaired',
    sees: ['fault'],
    hears: ['tamper', 'locked'],
    action: {
      da: 'Ring til borgeren, og få apparatet og medicinen set efter.',
      en: 'Call the citizen, and have the device and the medicine looked at.',
    },
    repair: [
      {
        da: 'Se låge og lås efter. Er de brudt op, så udskift dem.',
        en: 'Look at door and lock. If they were broken open, exchange them.',
      },
      {
        da: 'Sammenlign rullerne med planen, pose for pose. Sæt dem i på ny, hvis noget mangler.',
        en: 'Compare the rolls with the plan, sachet by sachet. Fit them anew if anything is missing.',
      },
      { da: 'Luk lågen, og meld apparatet repareret.', en: 'Close the door, and report the unit repaired.' },
    ],
    parts: ['door', 'rolls'],
    ends: {
      da: 'Når en tekniker har set efter og melder apparatet repareret.',
      en: 'When a technician has looked and reports the unit repaired.',
    },
  },
  'door-left-open': {
    title: { da: 'Lågen står åben', en: 'Door left open' },
    meaning: {
      da: 'Lågen blev åbnet med nøgle og har stået åben i en halv time. Alle kan nå medicinen, og ingen dosis kommer ud.',
      en: 'The door was opened with the key and has stood open for half an hour. Anybody can reach the medicine, and no dose comes out.',
    },
    lock: 'while-it-lasts',
    sees: ['open'],
    hears: ['open'],
    action: {
      da: 'Ring til den, der fylder apparatet, ellers til borgeren, og få lågen lukket og låst.',
      en: 'Call whoever fills the device, else the citizen, and have the door closed and locked.',
    },
    repair: [
      { da: 'Luk lågen, og lås den.', en: 'Close the door, and lock it.' },
      {
        da: 'Er lågen lukket, og siger skærmen stadig, at den er åben, så udskift låsen med dens kontakt.',
        en: 'If the door is closed and the display still says that it is open, exchange the lock with its switch.',
      },
    ],
    parts: ['door'],
    ends: { da: 'Af sig selv, når lågen bliver lukket.', en: 'By itself, when the door is closed.' },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
