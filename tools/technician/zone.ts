import { decodeConfig } from '../../protocol/messages/config.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import { zoneHere } from '../program/instants.ts';
import type { Visit } from './visit.ts';

/** Where the clocks stand that are shown: those of the unit's plan, or of this computer where no plan says. */
export interface Zone {
  /** As the IANA database has it, `Europe/Copenhagen`. */
  readonly name: string;
  readonly of: 'unit' | 'computer';
}

export function computerZone(): Zone {
  return { name: zoneHere(), of: 'computer' };
}

/** The zone of the plan in force, which whoever stands at the unit lives by. @throws as `Visit.ask` */
export async function zoneOf(visit: Visit): Promise<Zone> {
  const reply = await visit.ask(settings.read, { name: 'config/document' });
  if (!reply.ok) return computerZone();
  const { zone } = decodeConfig(reply.value.val);
  return isKnown(zone) ? { name: zone, of: 'unit' } : computerZone();
}

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
