import type { AlarmCode, CentreAlarmCode } from './messages/alarm.ts';
import type { Language } from './messages/config.ts';

export type InBothLanguages = Readonly<Record<Language, string>>;

export interface AlarmWords {
  /** What is the matter, in a few words. */
  readonly title: InBothLanguages;
  /** What the operator at the service centre does about it. */
  readonly action: InBothLanguages;
}

/** What people read for each condition that a device reports, wherever alarms are shown. */
export const alarmWords: Readonly<Record<AlarmCode, AlarmWords>> = {
  'dose-missed': {
    title: { da: 'Dosis ikke taget', en: 'Dose missed' },
    action: {
      da: 'Ring til borgeren, og følg aftalen for en glemt dosis.',
      en: 'Call the citizen, and follow the agreement for a missed dose.',
    },
  },
  'dose-not-taken': {
    title: { da: 'Dosis ligger stadig i skålen', en: 'Dose still in the cup' },
    action: {
      da: 'Ring til borgeren, og bed om, at posen bliver taget.',
      en: 'Call the citizen, and ask that the sachet be taken.',
    },
  },
  'about-to-miss': {
    title: { da: 'Dosis er ved at blive glemt', en: 'Dose about to be missed' },
    action: {
      da: 'Ring til borgeren nu; der er stadig tid til at trykke på knappen.',
      en: 'Call the citizen now; there is still time to press the button.',
    },
  },
  'dose-uncertain': {
    title: { da: 'Dosis uafklaret', en: 'Dose uncertain' },
    action: {
      da: 'Find ud af, om dosis blev taget, og få det afgjort på apparatet.',
      en: 'Find out whether the dose was taken, and have it settled on the device.',
    },
  },
  'mechanism-jam': {
    title: { da: 'Pose sidder fast', en: 'Sachet stuck' },
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, og send en tekniker.',
      en: 'See that the citizen gets the medicine in another way, and send a technician.',
    },
  },
  'position-mismatch': {
    title: { da: 'Rulle eller føler passer ikke', en: 'Roll or sensor out of order' },
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, og send en tekniker.',
      en: 'See that the citizen gets the medicine in another way, and send a technician.',
    },
  },
  'stock-mismatch': {
    title: { da: 'Forkert pose på rullen', en: 'Wrong sachet on the roll' },
    action: {
      da: 'Giv intet fra rullen; send en sygeplejerske, der sammenholder den med ordinationen.',
      en: 'Give nothing from the roll; send a nurse to compare it with the prescription.',
    },
  },
  'time-suspect': {
    title: { da: 'Apparatets ur er usikkert', en: 'Clock of the device not trusted' },
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, til uret passer igen.',
      en: 'See that the citizen gets the medicine in another way until the clock is right again.',
    },
  },
  'battery-low': {
    title: { da: 'Lavt batteri', en: 'Battery low' },
    action: {
      da: 'Ring til borgeren, og bed om, at stikket bliver sat i.',
      en: 'Call the citizen, and ask that the plug be put in.',
    },
  },
  'battery-critical': {
    title: { da: 'Batteri næsten tomt', en: 'Battery almost empty' },
    action: {
      da: 'Få sat stikket i nu; snart giver apparatet ingen medicin.',
      en: 'Have the plug put in now; soon the device gives no medicine.',
    },
  },
  'mains-lost': {
    title: { da: 'Ingen strøm fra stikkontakten', en: 'No mains power' },
    action: {
      da: 'Ring til borgeren, hvis strømmen ikke er tilbage inden for en time.',
      en: 'Call the citizen if the power is not back within an hour.',
    },
  },
  'stock-low': {
    title: { da: 'Kun få poser tilbage', en: 'Few sachets left' },
    action: {
      da: 'Bestil en ny rulle, og aftal, hvornår den sættes i.',
      en: 'Order a new roll, and agree when it is fitted.',
    },
  },
  'stock-empty': {
    title: { da: 'Ingen poser tilbage', en: 'No sachets left' },
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, og få sat en ny rulle i.',
      en: 'See that the citizen gets the medicine in another way, and have a new roll fitted.',
    },
  },
  'bin-full': {
    title: { da: 'Låst beholder er fuld', en: 'Locked bin full' },
    action: {
      da: 'Send en, der har nøglen og kan tømme beholderen.',
      en: 'Send somebody who has the key and can empty the bin.',
    },
  },
  tamper: {
    title: { da: 'Forsøg på at bryde ind', en: 'Tampering' },
    action: {
      da: 'Ring til borgeren, og få apparatet og medicinen set efter.',
      en: 'Call the citizen, and have the device and the medicine looked at.',
    },
  },
  'internal-fault': {
    title: { da: 'Fejl i apparatet', en: 'Fault in the device' },
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, og send en tekniker.',
      en: 'See that the citizen gets the medicine in another way, and send a technician.',
    },
  },
  'storage-fault': {
    title: { da: 'Fejl i apparatets hukommelse', en: 'Storage fault in the device' },
    action: {
      da: 'Sørg for, at borgeren får sin medicin på anden vis, og send en tekniker.',
      en: 'See that the citizen gets the medicine in another way, and send a technician.',
    },
  },
};

/** Besides, what a service centre finds out by itself. */
export const centreAlarmWords: Readonly<Record<CentreAlarmCode, AlarmWords>> = {
  ...alarmWords,
  'two-ledgers': {
    title: { da: 'To hukommelser under samme navn', en: 'Two ledgers under one name' },
    action: {
      da: 'Ring til borgeren, og spørg, hvilke doser der er taget: noget af det, apparatet melder, mangler her. Find ud af, om to apparater har samme navn, eller om en gammel kopi er lagt tilbage. Send en tekniker, der sætter dem op på ny.',
      en: 'Call the citizen, and ask which doses were taken: some of what the device reports is missing here. Find out whether two devices have one name, or an old copy was put back. Send a technician to set them up anew.',
    },
  },
};

/** The usual slots of a regimen; the one side or the other is also their id. */
const slotWords: readonly InBothLanguages[] = [
  { da: 'morgen', en: 'morning' },
  { da: 'formiddag', en: 'late morning' },
  { da: 'middag', en: 'noon' },
  { da: 'eftermiddag', en: 'afternoon' },
  { da: 'aften', en: 'evening' },
  { da: 'sengetid', en: 'bedtime' },
  { da: 'nat', en: 'night' },
];

/** A slot id in words: the usual ones in the reader's language, a municipality's own as it is written. */
export function slotWord(slot: string, language: Language): string {
  const known = slotWords.find(({ da, en }) => da === slot || en === slot.replace('-', ' '));
  return known === undefined ? slot : known[language];
}
