import { Temporal } from 'temporal-polyfill';
import { dayOfDate } from '../../../protocol/civil-date.ts';
import { type ConfigDocument, weekdays } from '../../../protocol/messages/config.ts';
import { OrderError } from './order-error.ts';

/** As people abbreviate them. */
const dayWords: Readonly<Record<(typeof weekdays)[number], string>> = {
  mon: 'mandag',
  tue: 'tirsdag',
  wed: 'onsdag',
  thu: 'torsdag',
  fri: 'fredag',
  sat: 'lørdag',
  sun: 'søndag',
};

/**
 * When the window of a dose closes by a configuration, epoch seconds: the same reckoning as on the unit, with the gap
 * and the repeated hour of clock changes settled as RFC 9557's `compatible` does. @throws OrderError
 */
export function closingTime({ regimen, zone }: ConfigDocument, slot: string, date: string): number {
  const found = regimen.slots.find(({ id }) => id === slot);
  if (found === undefined) {
    const known = regimen.slots.map(({ id }) => id).join(', ');
    throw new OrderError('invalid', {
      da: `Apparatet har ikke tiden "${slot}"; det har ${known}.`,
      en: `The unit has no slot "${slot}"; it has ${known}.`,
    });
  }
  if (dayOfDate(date) === undefined) {
    throw new OrderError('invalid', {
      da: `"${date}" er ingen dato; skriv den ÅÅÅÅ-MM-DD.`,
      en: `"${date}" is no date; write it YYYY-MM-DD.`,
    });
  }
  const plainTime = Temporal.PlainTime.from(found.at);
  const due = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime });
  const day = weekdays[due.dayOfWeek - 1];
  if (found.days !== undefined && day !== undefined && !found.days.includes(day)) {
    throw new OrderError('invalid', {
      da: `"${slot}" har ingen dosis den ${date}; den tages ${found.days.map((known) => dayWords[known]).join(', ')}.`,
      en: `Slot "${slot}" has no dose on ${date}; it is taken on ${found.days.join(', ')}.`,
    });
  }
  return due.epochMilliseconds / 1000 + found.afterMinutes * 60;
}
