/** What the operator does whenever a unit gives no medicine until it has been mended. */
export const anotherWay = {
  da: 'Sørg for, at borgeren får sin medicin på anden vis, og send en tekniker.',
  en: 'See that the citizen gets the medicine in another way, and send a technician.',
} as const;
