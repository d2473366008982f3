import { Temporal } from 'temporal-polyfill';
import { doseName, slotWord } from '../../protocol/alarm-words.ts';
import { type ConfigDocument, decodeConfig, type SlotConfig, weekdays } from '../../protocol/messages/config.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { os } from '../../protocol/smp/commands/os.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import type { Visit } from './visit.ts';

/**
 * The doses for which a unit puts off a restart, in words, as far as it tells: those in doubt, and those whose window is
 * open by its own clock and plan. Empty when it tells nothing; what is asked here decides nothing.
 */
export async function dosesInTheWay(visit: Visit): Promise<readonly string[]> {
  const { t } = visit;
  const doubts = await visit.ask(fault.doubts, {});
  const inDoubt = doubts.ok ? doubts.value.doses.map((dose) => t.flash.doubt(doseName(dose, t.language))) : [];
  const [plan, clock] = [await visit.ask(settings.read, { name: 'config/document' }), await visit.ask(os.datetime, {})];
  if (!plan.ok || !clock.ok) return inDoubt;
  const now = Temporal.Instant.from(clock.value.datetime);
  const open = openDoses(decodeConfig(plan.value.val), now).map(({ slot, at, until }) =>
    t.flash.window(slotWord(slot, t.language), at, until),
  );
  return [...inDoubt, ...open];
}

/** A dose whose window is open; times of day in the unit's zone, `08:00`. */
export interface OpenDose {
  readonly slot: string;
  readonly at: string;
  readonly until: string;
}

export function openDoses({ zone, regimen }: ConfigDocument, now: Temporal.Instant): readonly OpenDose[] {
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  // A window may begin the day before its dose, and end the day after.
  const days = [-1, 0, 1].map((away) => today.add({ days: away }));
  return days.flatMap((day) => regimen.slots.flatMap((slot) => openOn(day, slot, zone, now)));
}

function openOn(day: Temporal.PlainDate, slot: SlotConfig, zone: string, now: Temporal.Instant): readonly OpenDose[] {
  const weekday = weekdays[day.dayOfWeek - 1];
  if (slot.days !== undefined && (weekday === undefined || !slot.days.includes(weekday))) return [];
  const due = day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(slot.at) });
  const opens = due.subtract({ minutes: slot.beforeMinutes });
  const closes = due.add({ minutes: slot.afterMinutes });
  const instants = [opens.toInstant(), now, closes.toInstant()].map(({ epochMilliseconds }) => epochMilliseconds);
  const [from = 0, at = 0, to = 0] = instants;
  if (at < from || at >= to) return [];
  return [{ slot: slot.id, at: slot.at, until: closes.toPlainTime().toString({ smallestUnit: 'minute' }) }];
}
