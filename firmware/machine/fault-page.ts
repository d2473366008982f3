import { describeFaults } from '../../protocol/faults/page.ts';
import { phrase } from '../../protocol/phrases.ts';

/** The fault catalogue as a page (protocol/FAULTS.md), in the unit's own words where it shows or says something. */
export function describeFaultPage(): string {
  return describeFaults(phrase);
}
