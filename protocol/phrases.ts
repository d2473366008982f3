/**
 * Everything the unit says and shows, in both languages. Written for a person of ninety: one thought, one thing to
 * do. `{…}` is filled from the view's parameters.
 */
export interface Phrase {
  readonly da: string;
  readonly en: string;
}

export const PHRASES = {
  // What the display shows.
  'ready-next': { da: 'Alt er i orden. Næste dosis kl. {time}.', en: 'All is well. Next dose at {time}.' },
  'ready-next-day': {
    da: 'Alt er i orden. Næste dosis {day} kl. {time}.',
    en: 'All is well. Next dose {day} at {time}.',
  },
  'ready-none': { da: 'Alt er i orden. Ingen doser venter.', en: 'All is well. No dose is waiting.' },
  'dose-open': {
    da: 'Du kan tage din medicin nu. Tryk på knappen.',
    en: 'You can take your medicine now. Press the button.',
  },
  'dose-call': {
    da: 'Det er tid til din medicin. Tryk på knappen.',
    en: 'It is time for your medicine. Press the button.',
  },
  releasing: { da: 'Et øjeblik. Din medicin er på vej.', en: 'One moment. Your medicine is on its way.' },
  'take-the-sachet': { da: 'Tag posen i skålen.', en: 'Take the sachet from the cup.' },
  working: { da: 'Et øjeblik …', en: 'One moment …' },
  open: { da: 'Lågen er åben. Luk den, når du er færdig.', en: 'The door is open. Close it when you are done.' },
  away: {
    da: 'God tur. Tryk på knappen, når du er hjemme igen.',
    en: 'Have a good trip. Press the button when you are back.',
  },
  paused: { da: 'Medicinen er sat i bero af servicecentralen.', en: 'Your medicine is paused by the service centre.' },
  'awaiting-fill': {
    da: 'Der er ikke mere medicin i apparatet. Ring {number}.',
    en: 'There is no more medicine in the unit. Call {number}.',
  },
  uncertain: {
    da: 'Vi er ikke sikre på, om du har fået din medicin. Tag ikke mere nu. Ring {number}. Sig: {device}, fejl {code}.',
    en: 'We are not sure whether you got your medicine. Take no more now. Call {number}. Say: {device}, fault {code}.',
  },
  fault: {
    da: 'Apparatet kan ikke give medicin. Ring {number}. Sig: {device}, fejl {code}.',
    en: 'The unit cannot give medicine. Call {number}. Say: {device}, fault {code}.',
  },
  'time-suspect': {
    da: 'Uret i apparatet er ikke til at stole på. Der kommer ingen medicin nu. Ring {number}.',
    en: 'The clock in the unit cannot be trusted. No medicine comes out now. Call {number}.',
  },
  'battery-critical': {
    da: 'Batteriet er næsten tomt. Sæt stikket i kontakten.',
    en: 'The battery is almost empty. Plug the unit in.',
  },
  tilted: {
    da: 'Stil dispenseren op. Den giver ingen medicin, når den ligger ned.',
    en: 'Set the dispenser upright. It gives no medicine while it lies down.',
  },
  'roll-missing': {
    da: 'Rullen sidder ikke i. Sæt rullen i, eller ring {number}.',
    en: 'The roll is not in its place. Fit the roll, or call {number}.',
  },
  'on-battery': { da: 'Apparatet mangler strøm. Sæt stikket i kontakten.', en: 'The unit has no power. Plug it in.' },
  'ledger-damaged': {
    da: 'Apparatets hukommelse er beskadiget. Det giver ingen medicin. Ring {number}. Sig: {device}, fejl {code}.',
    en: 'The memory of the unit is damaged. It gives no medicine. Call {number}. Say: {device}, fault {code}.',
  },
  'ledger-contradiction': {
    da: 'Apparatets hukommelse modsiger sig selv. Det giver ingen medicin. Ring {number}. Sig: {device}, fejl {code}.',
    en: 'The memory of the unit contradicts itself. It gives no medicine. Call {number}. Say: {device}, fault {code}.',
  },
  'ledger-newer': {
    da: 'Apparatets program er for gammelt. Det giver ingen medicin. Ring {number}. Sig: {device}, fejl {code}.',
    en: 'The firmware of the unit is too old. It gives no medicine. Call {number}. Say: {device}, fault {code}.',
  },
  'storage-fault': {
    da: 'Apparatet kan ikke gemme. Det giver ingen medicin. Ring {number}. Sig: {device}, fejl {code}.',
    en: 'The unit cannot save. It gives no medicine. Call {number}. Say: {device}, fault {code}.',
  },
  'not-configured': {
    da: 'Apparatet venter på sin plan fra servicecentralen.',
    en: 'The unit is waiting for its plan from the service centre.',
  },
  'handed-over': {
    da: 'Dette apparat er afløst af et nyt. Brug det nye. Spørgsmål: ring {number}.',
    en: 'A new unit has taken the place of this one. Use the new one. Questions: call {number}.',
  },
  'sound-paused': { da: 'Lyden er sat på pause.', en: 'The sound is paused.' },
  message: { da: '{text}', en: '{text}' },
  'message-read': { da: 'OK', en: 'OK' },
  'not-provisioned': {
    da: 'Apparatet er ikke sat op endnu (fejl {code}).',
    en: 'The unit is not set up yet (fault {code}).',
  },
  // What is spoken.
  'remind-gentle': {
    da: 'Det er tid til din medicin. Tryk på knappen.',
    en: 'It is time for your medicine. Press the button.',
  },
  'remind-firm': { da: 'Husk din medicin. Tryk på knappen.', en: 'Remember your medicine. Press the button.' },
  'remind-urgent': {
    da: 'Du mangler at tage din medicin. Tryk på knappen nu.',
    en: 'You have not taken your medicine. Press the button now.',
  },
  'remind-lastCall': {
    da: 'Tryk på knappen nu. Om lidt bliver din medicin gemt væk.',
    en: 'Press the button now. Soon your medicine will be put away.',
  },
  doubt: {
    da: 'Vi er ikke sikre på, om du har fået din medicin. Tag ikke mere nu. Ring {number}.',
    en: 'We are not sure whether you got your medicine. Take no more now. Call {number}.',
  },
  'thank-you': { da: 'Tak.', en: 'Thank you.' },
  missed: {
    da: 'Din medicin er gemt væk. Servicecentralen ved besked.',
    en: 'Your medicine has been put away. The service centre knows.',
  },
  'stock-low': {
    da: 'Der er snart ikke mere medicin. Der kommer nogen og fylder op.',
    en: 'The medicine is running low. Somebody will come and refill.',
  },
  'roll-refused': {
    da: 'Rullen passer ikke i dette rum. Prøv det andet rum, eller ring {number}.',
    en: 'The roll does not fit this bay. Try the other bay, or call {number}.',
  },
  'roll-unknown': {
    da: 'Rullen passer ikke til planen. Se efter navnet på poserne, eller ring {number}.',
    en: 'The roll does not fit the plan. Look at the name on the sachets, or call {number}.',
  },
  'roll-over': {
    da: 'Alle doser på rullen er overstået. Sæt den nye rulle i, eller ring {number}.',
    en: 'Every dose on the roll is over. Fit the new roll, or call {number}.',
  },
  'service-refused': {
    da: 'Lås først lågen op med nøglen.',
    en: 'Unlock the door with the key first.',
  },
  tamper: {
    da: 'Lågen er åbnet uden nøgle. Servicecentralen ved besked.',
    en: 'The door was opened without a key. The service centre knows.',
  },
  // Why a press releases nothing.
  'nothing-due': {
    da: 'Der er ingen medicin lige nu. Du har ikke gjort noget forkert.',
    en: 'There is no medicine right now. You did nothing wrong.',
  },
  'too-soon': {
    da: 'Det er for tidligt. Vent lidt, så kalder apparatet.',
    en: 'It is too soon. Wait a little, the unit will call.',
  },
  'no-stock': {
    da: 'Der er ikke mere medicin i apparatet. Servicecentralen ved besked.',
    en: 'There is no more medicine in the unit. The service centre knows.',
  },
  'stock-mismatch': {
    da: 'Rullen passer ikke til din plan. Servicecentralen ved besked.',
    en: 'The roll does not match your plan. The service centre knows.',
  },
  locked: {
    da: 'Apparatet er låst. Servicecentralen ved besked.',
    en: 'The unit is locked. The service centre knows.',
  },
  'too-many': { da: 'Så mange doser må du ikke tage med.', en: 'You may not take that many doses along.' },
  starting: { da: 'Et øjeblik. Apparatet starter.', en: 'One moment. The unit is starting.' },
} as const satisfies Readonly<Record<string, Phrase>>;

export type PhraseKey = keyof typeof PHRASES;

const DAYS: Readonly<Record<'da' | 'en', Readonly<Record<string, string>>>> = {
  da: { mon: 'mandag', tue: 'tirsdag', wed: 'onsdag', thu: 'torsdag', fri: 'fredag', sat: 'lørdag', sun: 'søndag' },
  en: {
    mon: 'on Monday',
    tue: 'on Tuesday',
    wed: 'on Wednesday',
    thu: 'on Thursday',
    fri: 'on Friday',
    sat: 'on Saturday',
    sun: 'on Sunday',
  },
};

/**
 * A phrase in one language with its gaps filled; `{day}` is filled with a weekday's name. An unknown key shows
 * itself as such.
 */
export function phrase(key: string, language: 'da' | 'en', params: Readonly<Record<string, string>> = {}): string {
  const found = (PHRASES as Readonly<Record<string, Phrase>>)[key];
  if (found === undefined) return key;
  return found[language].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name] ?? '';
    return name === 'day' ? (DAYS[language][value] ?? value) : value;
  });
}
