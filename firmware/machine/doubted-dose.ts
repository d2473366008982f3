import type { Dose } from '../domain/dose.ts';
import type { Turn } from './turn.ts';

/** Nobody can say whether a dose, or all of it, came out: locked and told until a person has found out. */
export function doubt(turn: Turn, dose: Dose, reason: 'partial' | 'no-evidence'): void {
  turn.fate(dose, 'uncertain', { type: 'dose.uncertain', slot: dose.slot, date: dose.date, reason });
  turn.raise('dose-uncertain', dose);
  turn.say('doubt');
}
