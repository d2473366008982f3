import { Temporal } from 'temporal-polyfill';
import { dayOfDate } from '../../../protocol/civil-date.ts';
import { type ConfigDocument, weekdays } from '../../../protocol/messages/config.ts';
import { OrderError } from './order-error.ts';

/**
 * When the window of a dose closes by a configuration, epoch seconds: the same reckoning as on the unit, with the gap
 * and the repeated hour of clock changes settled as RFC 9557's `compatible` does. @throws OrderError
 */
export function closingTime({ regimen, zone }: ConfigDocument, slot: string, date: string): number {
  const found = regimen.slots.find(({ id }) => id === slot);
  if (found === undefined) {
    const known = regimen.slots.map(({ id }) => id).join(', ');
    throw new OrderError('invalid', `The unit has no slot "${slot}"; it has ${known}.`);
  }
  if (dayOfDate(date) === undefined) throw new OrderError('invalid', `"${date}" is no date; write it YYYY-MM-DD.`);
  const plainTime = Temporal.PlainTime.from(found.at);
  const due = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime });
  const day = weekdays[due.dayOfWeek - 1];
  if (found.days !== undefined && day !== undefined && !found.days.includes(day)) {
    throw new OrderError('invalid', `Slot "${slot}" has no dose on ${date}; it is taken on ${found.days.join(', ')}.`);
  }
  return due.epochMilliseconds / 1000 + found.afterMinutes * 60;
}
