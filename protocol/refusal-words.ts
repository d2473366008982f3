import type { InBothLanguages } from './faults/fault.ts';
import type { Language } from './messages/config.ts';
import type { Refusal, RefusalCode } from './messages/refusal.ts';
import { particulars, type RefusalWords, reasonWords } from './refusal-reasons.ts';

const damaged: RefusalWords = {
  title: { da: 'Indholdet kan ikke læses', en: 'The content cannot be read' },
  action: {
    da: 'Send det igen; sker det en gang til, så giv leverandøren besked.',
    en: 'Send it again; if that happens once more, tell the supplier.',
  },
};

const tooMuch: RefusalWords = {
  title: { da: 'Det fylder mere, end apparatet tager imod', en: 'It is more than the unit takes' },
  action: { da: 'Gør det kortere, og send det igen.', en: 'Make it shorter, and send it again.' },
};

const badSignature: RefusalWords = {
  title: { da: 'Underskriften passer ikke', en: 'The signature does not fit' },
  action: {
    da: 'Send det igen; sker det en gang til, har nogen ændret det undervejs: giv leverandøren besked.',
    en: 'Send it again; if that happens once more, somebody changes it on its way: tell the supplier.',
  },
};

const unknownSetting: RefusalWords = {
  title: { da: 'Apparatet kender ikke dette felt', en: 'The unit does not know this field' },
  action: {
    da: 'Tag feltet ud, eller opdater apparatets program først.',
    en: 'Take the field out, or update the firmware of the unit first.',
  },
};

const clockTrouble: RefusalWords = {
  title: { da: 'Urene i centralen og apparatet passer ikke sammen', en: 'The clocks of centre and unit do not agree' },
  action: { da: 'Stil urene, og giv ordren igen.', en: 'Put the clocks right, and give the order again.' },
};

const imageAnew = {
  da: 'Hent filen hos leverandøren igen, og læg den i centralen.',
  en: 'Take the file from its maker once more, and put it into the centre.',
};

/** What people read for each reason that a unit gives, wherever refusals are shown. */
export const refusalWords: Readonly<Record<RefusalCode, RefusalWords>> = {
  ...reasonWords,
  'too-large': tooMuch,
  'too-deep': damaged,
  'too-many-items': tooMuch,
  truncated: damaged,
  malformed: damaged,
  trailing: damaged,
  'duplicate-key': damaged,
  'key-type': damaged,
  'indefinite-length': damaged,
  tag: damaged,
  float: damaged,
  'simple-value': damaged,
  'integer-range': {
    title: { da: 'Tallet er for stort', en: 'The number is too large' },
    action: { da: 'Skriv et mindre tal.', en: 'Write a smaller number.' },
  },
  'bad-text': damaged,
  'not-encodable': damaged,
  missing: {
    title: { da: 'Feltet mangler', en: 'The field is missing' },
    action: { da: 'Udfyld det, og send igen.', en: 'Fill it in, and send it again.' },
  },
  invalid: {
    title: { da: 'Værdien er ikke tilladt', en: 'The value is not allowed' },
    action: { da: 'Ret den, og send igen.', en: 'Correct it, and send it again.' },
  },
  'unknown-key': unknownSetting,
  'unknown-type': {
    title: { da: 'Apparatet kender ikke denne ordre', en: 'The unit does not know this order' },
    action: { da: 'Opdater apparatets program først.', en: 'Update the firmware of the unit first.' },
  },
  'device-id': {
    title: { da: 'Apparatets navn er skrevet forkert', en: 'The name of the unit is written wrongly' },
    action: { da: 'Ret navnet, og send igen.', en: 'Correct the name, and send it again.' },
  },
  'not-sign1': damaged,
  'not-canonical': damaged,
  'unprotected-header': badSignature,
  'protected-header': badSignature,
  'protected-not-canonical': badSignature,
  'wrong-algorithm': badSignature,
  'wrong-content-type': badSignature,
  'detached-payload': damaged,
  'empty-payload': damaged,
  'signature-size': badSignature,
  'unknown-kid': {
    title: { da: 'Apparatet kender ikke centralens nøgle', en: 'The unit does not know the key of the centre' },
    action: {
      da: 'Lad en tekniker optage apparatet i denne central igen.',
      en: 'Have a technician enrol the unit with this centre again.',
    },
  },
  'bad-signature': badSignature,
  'another-device': {
    title: { da: 'Ordren gælder et andet apparat', en: 'The order is for another unit' },
    action: {
      da: 'Find ud af, om to apparater har fået samme navn.',
      en: 'Find out whether two units have been given one name.',
    },
  },
  'older-version': {
    title: { da: 'Apparatet har en nyere indstilling', en: 'The unit has newer settings' },
    action: {
      da: 'Se, hvad apparatet har, og lav ændringen i det.',
      en: 'Look at what the unit has, and make the change in that.',
    },
  },
  'version-reused': {
    title: {
      da: 'Apparatet har en anden indstilling med samme nummer',
      en: 'The unit has other settings of this number',
    },
    action: {
      da: 'Se, hvad apparatet har, og lav ændringen i det.',
      en: 'Look at what the unit has, and make the change in that.',
    },
  },
  'base-mismatch': {
    title: {
      da: 'Apparatet har en anden indstilling, end du gik ud fra',
      en: 'The unit has other settings than you went by',
    },
    action: {
      da: 'Se, hvad apparatet har, og lav ændringen i det.',
      en: 'Look at what the unit has, and make the change in that.',
    },
  },
  expired: {
    title: { da: 'Fristen var udløbet', en: 'Its time was over' },
    action: { da: 'Giv ordren igen, hvis den stadig er rigtig.', en: 'Give the order again if it is still right.' },
  },
  'not-yet-issued': clockTrouble,
  'time-suspect': {
    title: { da: 'Apparatet stoler ikke på sit ur', en: 'The unit does not trust its clock' },
    action: {
      da: 'Vent, til apparatet har fået tiden over nettet, og giv ordren igen.',
      en: 'Wait until the unit has got the time over the network, and give the order again.',
    },
  },
  replayed: {
    title: { da: 'Ordren er gammel', en: 'The order is an old one' },
    action: { da: 'Giv den igen, hvis den stadig er rigtig.', en: 'Give it again if it is still right.' },
  },
  'id-reused': {
    title: { da: 'Ordrens nummer er brugt før', en: 'The number of the order was used before' },
    action: { da: 'Giv ordren igen.', en: 'Give the order again.' },
  },
  'state-mismatch': {
    title: {
      da: 'Apparatet er i en anden tilstand, end centralen gik ud fra',
      en: 'The unit is in another state than the centre went by',
    },
    action: {
      da: 'Se, hvordan det står til nu, og giv ordren igen, hvis den stadig er rigtig.',
      en: 'Look at how things are now, and give the order again if it is still right.',
    },
  },
  unsupported: {
    title: { da: 'Apparatet kan ikke dette', en: 'The unit cannot do this' },
    action: {
      da: 'Tag det ud, eller vælg et apparat, der kan.',
      en: 'Take it out, or choose a unit that can.',
    },
  },
  conflict: {
    title: { da: 'To indstillinger passer ikke sammen', en: 'Two settings do not go together' },
    action: {
      da: 'Se på tider og vinduer, der støder sammen, og ret den ene.',
      en: 'Look for times and windows that meet, and correct one of them.',
    },
  },
  'medicine-mismatch': {
    title: { da: 'Det passer ikke til medicinen i apparatet', en: 'It does not fit the medicine in the unit' },
    action: {
      da: 'Aftal en ny rulle med apoteket, eller ret indstillingen.',
      en: 'Agree on a new roll with the pharmacy, or correct the settings.',
    },
  },
  'not-permitted': {
    title: { da: 'Reglerne for udlevering tillader det ikke nu', en: 'The rules of dispensing do not allow it now' },
    action: {
      da: 'Se, hvad der er aftalt for borgeren, og prøv senere.',
      en: 'Look at what is agreed for the citizen, and try later.',
    },
  },
  'dose-open': {
    title: { da: 'En dosis er i gang, eller den ligger i skålen', en: 'A dose is under way, or lies in the cup' },
    action: { da: 'Prøv igen, når den er taget eller forbi.', en: 'Try again when it has been taken, or is over.' },
  },
  busy: {
    title: { da: 'Apparatet er optaget', en: 'The unit is busy' },
    action: { da: 'Prøv igen om lidt.', en: 'Try again in a moment.' },
  },
  'storage-fault': {
    title: { da: 'Apparatet kunne ikke gemme det', en: 'The unit could not store it' },
    action: {
      da: 'Prøv igen; sker det en gang til, så send en tekniker.',
      en: 'Try again; if that happens once more, send a technician.',
    },
  },
  'not-done': {
    title: { da: 'Det blev begyndt og lykkedes ikke', en: 'It was begun and did not succeed' },
    action: {
      da: 'Se på apparatets alarmer, og send om nødvendigt en tekniker.',
      en: 'Look at the alarms of the unit, and send a technician if need be.',
    },
  },
  'image-truncated': {
    title: { da: 'Programfilen er kortere, end den selv siger', en: 'The image is shorter than it says itself' },
    action: imageAnew,
  },
  'image-damaged': {
    title: { da: 'Programfilen er beskadiget eller ingen programfil', en: 'The image is damaged, or is no image' },
    action: imageAnew,
  },
  'image-mismatch': {
    title: {
      da: 'Det, der kom frem, er ikke den programfil, ordren nævner',
      en: 'What arrived is not the image that the order names',
    },
    action: {
      da: 'Giv ordren igen; sker det en gang til, så hent filen på ny til centralen.',
      en: 'Give the order again; if that happens once more, bring the file to the centre anew.',
    },
  },
  'image-key': {
    title: {
      da: 'Programfilen er underskrevet med en nøgle, som apparatet ikke stoler på',
      en: 'The image is signed with a key that the unit does not trust',
    },
    action: {
      da: 'Brug den fil, der er underskrevet til dette apparat.',
      en: 'Take the image that was signed for this unit.',
    },
  },
  'image-signature': {
    title: { da: 'Underskriften i programfilen passer ikke', en: 'The signature in the image does not fit' },
    action: {
      da: 'Brug den ikke; hent filen hos leverandøren igen.',
      en: 'Do not use it; take the image from its maker once more.',
    },
  },
  'image-class': {
    title: { da: 'Programfilen er til en anden slags apparat', en: 'The image is for another kind of unit' },
    action: { da: 'Vælg filen til denne slags apparat.', en: 'Choose the image for this kind of unit.' },
  },
  'image-older': {
    title: {
      da: 'Programmet er ældre end det, apparatet har godkendt',
      en: 'The firmware is older than what the unit has confirmed',
    },
    action: {
      da: 'Vælg et nyere program; at gå tilbage er også en ny udgave.',
      en: 'Choose newer firmware; going back is a new version too.',
    },
  },
  'image-failed-before': {
    title: {
      da: 'Apparatet har prøvet netop dette program før, og det duede ikke',
      en: 'The unit has tried this very firmware before, and it failed',
    },
    action: {
      da: 'Bed leverandøren om en rettet udgave; den samme prøves ikke igen.',
      en: 'Ask the supplier for a mended version; the same is not tried again.',
    },
  },
  'image-unfit': {
    title: { da: 'Apparatet kan ikke starte dette program', en: 'The unit cannot start this firmware' },
    action: {
      da: 'Vælg et program, der er bygget til apparatets processor og Node.',
      en: 'Choose firmware that was built for the processor and the Node of the unit.',
    },
  },
  'image-gone': {
    title: { da: 'Centralen har ikke længere programfilen', en: 'The centre has the image no longer' },
    action: {
      da: 'Læg filen i centralen igen, og giv ordren på ny.',
      en: 'Put the image into the centre again, and give the order anew.',
    },
  },
  reverted: {
    title: {
      da: 'Det nye program blev prøvet og bestod ikke; det gamle kører igen',
      en: 'The new firmware was tried and did not prove sound; the old one runs again',
    },
    action: {
      da: 'Lad det gamle køre, og bed leverandøren om en rettet udgave.',
      en: 'Let the old one run, and ask the supplier for a mended version.',
    },
  },
  'roll-unknown': {
    title: { da: 'Rullen har doser, som planen ikke kender', en: 'The roll has doses that the plan does not know' },
    action: {
      da: 'Se efter navnet på poserne; er det borgerens egen rulle, så send planen, den er pakket efter.',
      en: 'Look at the name on the sachets; if the roll is the citizen’s own, send the plan that it was packed for.',
    },
  },
  'roll-over': {
    title: { da: 'Alle doser på rullen er overstået', en: 'Every dose on the roll is over' },
    action: { da: 'Sæt den nye rulle i.', en: 'Fit the new roll.' },
  },
  'roll-bay': {
    title: { da: 'Rullen hører til i det andet rum', en: 'The roll belongs into the other bay' },
    action: { da: 'Byt rullerne om.', en: 'Exchange the rolls.' },
  },
  outdated: {
    title: {
      da: 'Indstillingen blev underskrevet, længe før apparatet blev optaget i centralen',
      en: 'The settings were signed long before the unit was enrolled',
    },
    action: {
      da: 'Hent den gældende indstilling i centralen på ny.',
      en: 'Get the settings in force from the centre anew.',
    },
  },
};

/** Places that are no fields of a document, as people call them; empty for those that tell them nothing. */
const places: Readonly<Record<string, InBothLanguages>> = {
  'expected.epoch': { da: 'Hukommelsen', en: 'The ledger' },
  'expected.configVersion': { da: 'Indstillingen', en: 'The settings' },
  'expected.presence': { da: 'Hjemme, ude eller på pause', en: 'Home, away or paused' },
  'expected.firmware': { da: 'Programmet', en: 'The firmware' },
  firmware: { da: 'Programmets navn', en: 'The name of the firmware' },
  ...Object.fromEntries(
    ['', 'device', 'version', 'base', 'id', 'issuedAt', 'expiresAt', 'image'].map((path) => [path, { da: '', en: '' }]),
  ),
};

/** One refusal as a person reads it: `regimen.slots.0.at: Værdien er ikke tilladt. Ret den, og send igen.` */
export function refusalSentence({ path, code }: Refusal, language: Language): string {
  const particular = Object.hasOwn(particulars, `${code} ${path}`) ? particulars[`${code} ${path}`] : undefined;
  const { title, action } = particular ?? refusalWords[code];
  const place = particular !== undefined || isReason(code) ? '' : placeOf(path, language);
  return `${place === '' ? '' : `${place}: `}${title[language]}. ${action[language]}`;
}

/** What says all by itself, whatever field it was found at. */
function isReason(code: RefusalCode): boolean {
  return Object.hasOwn(reasonWords, code);
}

function placeOf(path: string, language: Language): string {
  return Object.hasOwn(places, path) ? (places[path]?.[language] ?? path) : path;
}
