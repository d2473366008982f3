import type { InBothLanguages } from '../../protocol/faults/fault.ts';

/** DDMMYY-NNNN, with or without the hyphen, anywhere in a text. Its check digit tells nothing (since 2007). */
const inText = /(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?!\d)/;
/** An id of that shape is refused also where the date is none: a number that stands in for one has such a date. */
const whole = /^\d{6}-?\d{4}$/;

/** Whether what somebody wrote may be a citizen number, which never travels and is never kept. */
export function holdsCitizenNumber(text: string): boolean {
  return inText.test(text) || whole.test(text);
}

/** Why an id is refused that looks like one; it is not repeated there. */
export const citizenNumberRefusal: InBothLanguages = {
  da: 'Id’et ligner et CPR-nummer, og id’er står i meddelelser og journaler; vælg et, der intet siger om en person, som fx DD-0042 eller operator-7.',
  en: 'The id looks like a citizen number (CPR), and ids stand in messages and journals; choose one that says nothing of a person, such as DD-0042 or operator-7.',
};
