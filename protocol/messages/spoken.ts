import type { Kind } from '../wire/kind.ts';
import { text } from '../wire/kinds.ts';

// A citizen number (DDMMYY-NNNN, with or without the hyphen) never travels; its pattern may not stand in a text.
const citizenNumber = '(?<!\\d)(0[1-9]|[12]\\d|3[01])(0[1-9]|1[0-2])\\d{2}[- ]?\\d{4}(?!\\d)';
/** Characters that people see: no line breaks, no controls, nothing that turns the direction of writing. */
const seen = '[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}]';

/** Text that is shown and spoken to a person. UTF-8 has at most four bytes a character. */
export function spoken(name: string, charsMax: number): Kind<string> {
  return text(new RegExp(`^(?!.*${citizenNumber})(?=.*\\S)${seen}{1,${charsMax}}$`, 'u'), {
    name,
    rule: `a text of 1 to ${charsMax} characters on one line, without a citizen number`,
    cddl: `tstr .size (1..${charsMax * 4})`,
  });
}
