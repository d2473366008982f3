import { citizenNumberRefusal, holdsCitizenNumber } from '../citizen-number.ts';
import { OrderError } from './order-error.ts';

/** Who asks for something and why, neither of which may name a person. */
export interface Origin {
  /** An opaque id, 1 to 32 characters. */
  readonly author: string;
  /** A note of at most 200 characters, empty for none. */
  readonly reason: string;
}

const authorPattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,31}$/;
const REASON_CHARS_MAX = 200;
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** @throws OrderError */
export function readOrigin(author: unknown, reason: unknown): Origin {
  if (typeof author !== 'string' || !authorPattern.test(author)) {
    throw new OrderError('invalid', {
      da: 'author (--by) skal være et id på 1 til 32 bogstaver, cifre og . _ @ -, som fx "operator-7"; det er intet navn.',
      en: 'author (--by) must be an id of 1 to 32 letters, digits and . _ @ -, such as "operator-7"; it is no name.',
    });
  }
  if (holdsCitizenNumber(author)) throw new OrderError('invalid', citizenNumberRefusal);
  if (typeof reason !== 'string' || [...reason].length > REASON_CHARS_MAX || unseen.test(reason)) {
    throw new OrderError('invalid', {
      da: `reason skal være en tekst på højst ${REASON_CHARS_MAX} tegn på én linje.`,
      en: `reason must be a text of at most ${REASON_CHARS_MAX} characters on one line.`,
    });
  }
  if (holdsCitizenNumber(reason)) {
    throw new OrderError('invalid', {
      da: 'reason indeholder noget, der ligner et CPR-nummer; skriv den uden.',
      en: 'reason holds what looks like a citizen number (CPR); write it without one.',
    });
  }
  return { author, reason };
}
