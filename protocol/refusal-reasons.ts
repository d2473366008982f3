import type { InBothLanguages } from './faults/fault.ts';
import type { RefusalCode } from './messages/refusal.ts';

export interface RefusalWords {
  /** Why the unit did not do it, as a sentence without its full stop. */
  readonly title: InBothLanguages;
  /** What mends it, as a sentence. */
  readonly action: InBothLanguages;
}

const seeFaults: InBothLanguages = {
  da: 'Se apparatets alarmer: de siger, hvad der skal gøres. Bed derefter om det igen.',
  en: 'Look at the alarms of the unit: they say what is to be done. Then ask again.',
};

/** Why the rules of dispensing, or what the unit is, forbid it now. */
export const reasonWords = {
  'take-out-limit': {
    title: {
      da: 'Så mange doser må borgeren ikke tage med på forhånd',
      en: 'The citizen may not take that many doses out ahead',
    },
    action: {
      da: 'Bed om færre, eller sæt takeOutDosesMax op i indstillingen; mangler det der, må borgeren ingen tage med.',
      en: 'Ask for fewer, or raise takeOutDosesMax in the settings; where that is left out, none may be taken along.',
    },
  },
  'nothing-ahead': {
    title: { da: 'Der er ingen dosis forude at tage ud', en: 'No dose lies ahead that could be taken out' },
    action: {
      da: 'Se planen efter: den har ingen doser i den nærmeste tid, eller de er taget ud allerede.',
      en: 'Look at the plan: it has no doses in the near future, or they have been taken out already.',
    },
  },
  'too-soon': {
    title: { da: 'Der er for kort tid siden den sidste dosis', en: 'The last dose was too short a while ago' },
    action: {
      da: 'Vent, til planens mindste tid mellem to doser er gået, og bed om det igen.',
      en: 'Wait until the least time between two doses of the plan is over, and ask again.',
    },
  },
  'no-stock': {
    title: { da: 'Der er ikke mere medicin på rullen', en: 'There is no more medicine on the roll' },
    action: { da: 'Sæt en ny rulle i, og bed om det igen.', en: 'Fit a new roll, and ask again.' },
  },
  locked: {
    title: { da: 'Apparatet er låst, eller lågen er åben', en: 'The unit is locked, or its door is open' },
    action: seeFaults,
  },
  'in-doubt': {
    title: { da: 'Ingen ved, hvad der blev af en dosis', en: 'Nobody knows what became of a dose' },
    action: {
      da: 'Find ud af det hos borgeren, og afgør dosis på apparatet: dosis tech fault --settle.',
      en: 'Find it out at the citizen’s, and settle the dose at the unit: dosis tech fault --settle.',
    },
  },
  paused: {
    title: { da: 'Medicinen er sat på pause', en: 'The medicine is paused' },
    action: {
      da: 'Genoptag den først, hvis borgeren er hjemme igen.',
      en: 'Resume it first, if the citizen is back.',
    },
  },
  'not-paused': {
    title: { da: 'Apparatet er ikke på pause', en: 'The unit is not paused' },
    action: {
      da: 'Der er intet at genoptage: det giver medicin efter planen.',
      en: 'There is nothing to resume: it goes by its plan.',
    },
  },
  'battery-critical': {
    title: { da: 'Batteriet er næsten tomt', en: 'The battery is almost empty' },
    action: { da: 'Sæt stikket i kontakten, og bed om det igen.', en: 'Plug the unit in, and ask again.' },
  },
  replaced: {
    title: {
      da: 'Et andet apparat har taget dets plads, og det er låst for altid',
      en: 'Another unit has taken its place, and it is locked for good',
    },
    action: { da: 'Brug det nye apparat.', en: 'Turn to the new unit.' },
  },
  'not-configured': {
    title: { da: 'Apparatet har ingen plan endnu', en: 'The unit has no plan yet' },
    action: {
      da: 'Send indstillingen først: dosis centre config set, eller dosis tech config set.',
      en: 'Send the settings first: dosis centre config set, or dosis tech config set.',
    },
  },
  'not-upright': {
    title: { da: 'Apparatet står ikke op', en: 'The unit does not stand upright' },
    action: { da: 'Stil det op, og bed om det igen.', en: 'Set it upright, and ask again.' },
  },
  'roll-missing': {
    title: { da: 'Rullen hænger ikke i sit rum', en: 'The roll does not hang in its bay' },
    action: {
      da: 'Åbn med nøglen, sæt rullen i, og bed om det igen.',
      en: 'Open with the key, fit the roll, and ask again.',
    },
  },
  'door-shut': {
    title: { da: 'Lågen er ikke åbnet med nøglen', en: 'The door is not open with its key' },
    action: { da: 'Åbn den med nøglen, og prøv igen.', en: 'Open it with the key, and try again.' },
  },
} as const satisfies Partial<Readonly<Record<RefusalCode, RefusalWords>>>;

/**
 * What a code means in one place of a document, where that is more than it means anywhere: by `code path`. That the
 * firmware makes each of them test/house/refusals.test.ts shows.
 */
export const particulars: Readonly<Record<`${RefusalCode} ${string}`, RefusalWords>> = {
  'unsupported profile': {
    title: {
      da: 'Apparatet har en anden profil, og den kan ikke skiftes',
      en: 'The unit has another profile, and that cannot be changed',
    },
    action: {
      da: 'Skriv apparatets egen profil i indstillingen, eller vælg et apparat med den, du vil have.',
      en: 'Write the unit’s own profile into the settings, or choose a unit of the one that you want.',
    },
  },
  'unsupported type': {
    title: { da: 'Apparatet kan ikke udføre denne ordre', en: 'The unit cannot carry out this order' },
    action: {
      da: 'Gør det over kablet, eller opdater apparatets program først.',
      en: 'Do it over the cable, or update the firmware of the unit first.',
    },
  },
  'unsupported source': {
    title: { da: 'Apparatet fører ikke den optegnelse', en: 'The unit keeps no such record' },
    action: { da: 'Bed om loggen i stedet.', en: 'Ask for the log instead.' },
  },
  'unsupported since': {
    title: { da: 'En optagelse har ingen tider at begynde ved', en: 'A recording has no times to begin at' },
    action: { da: 'Bed om den uden --since.', en: 'Ask for it without --since.' },
  },
  'unsupported roll': {
    title: { da: 'Apparatet har ikke det rum', en: 'The unit has no such bay' },
    action: { da: 'Vælg et rum, som apparatet har.', en: 'Choose a bay that the unit has.' },
  },
  'state-mismatch expected.presence': {
    title: {
      da: 'Borgeren er ikke dér, hvor centralen gik ud fra (hjemme, ude eller på pause)',
      en: 'The citizen is not where the centre went by (home, away or paused)',
    },
    action: {
      da: 'Se, hvordan det står til nu, og giv ordren igen, hvis den stadig er rigtig.',
      en: 'Look at how things are now, and give the order again if it is still right.',
    },
  },
  'state-mismatch date': {
    title: { da: 'Den dosis er ikke åben nu', en: 'That dose is not open now' },
    action: {
      da: 'Kun en dosis, der kan tages nu, kan få længere tid; se på planen, hvilken det er.',
      en: 'Only a dose that can be taken now can get more time; see in the plan which one that is.',
    },
  },
  'state-mismatch closesAt': {
    title: {
      da: 'Dosis lukker på et andet tidspunkt, end ordren siger',
      en: 'The dose closes at another time than the order says',
    },
    action: {
      da: 'Den har måske fået længere tid allerede. Se, hvornår den lukker, og giv ordren igen.',
      en: 'It may have been given more time already. See when it closes, and give the order again.',
    },
  },
  'state-mismatch dose': {
    title: { da: 'Apparatet er ikke i tvivl om den dosis', en: 'The unit is not in doubt about that dose' },
    action: { da: 'Se, hvilken det er: dosis tech fault.', en: 'See which one it is: dosis tech fault.' },
  },
  'conflict minutes': {
    title: {
      da: 'Så længe kan dosis ikke være åben: den næste åbner forinden',
      en: 'The dose cannot stay open that long: the next one opens before',
    },
    action: { da: 'Giv den færre minutter.', en: 'Give it fewer minutes.' },
  },
  'busy text': {
    title: {
      da: 'Apparatet viser allerede så mange beskeder, som det kan',
      en: 'The unit shows as many messages as it can',
    },
    action: {
      da: 'Vent, til borgeren har svaret på en af dem.',
      en: 'Wait until the citizen has answered one of them.',
    },
  },
  'busy image': {
    title: { da: 'Apparatet er allerede ved at opdatere sit program', en: 'The unit is already updating its firmware' },
    action: { da: 'Vent, til det er gjort.', en: 'Wait until that is done.' },
  },
  'busy source': {
    title: { da: 'Apparatet er ved at sende en log', en: 'The unit is sending a log' },
    action: { da: 'Vent, til den er kommet.', en: 'Wait until it has come.' },
  },
  'busy parts': {
    title: { da: 'Apparatet er ved at prøve sig selv', en: 'The unit is testing itself' },
    action: { da: 'Vent, til det er færdigt.', en: 'Wait until it is done.' },
  },
  'not-done doses': {
    title: {
      da: 'Ikke alle doser kom ud',
      en: 'Not all of the doses came out',
    },
    action: {
      da: 'Se i apparatets log, hvilke der kom, og på dets alarmer, hvorfor resten ikke gjorde.',
      en: 'See in the log of the unit which ones did, and in its alarms why the rest did not.',
    },
  },
};
