import { Temporal } from 'temporal-polyfill';
import { type ConfigDocument, weekdays } from '../../protocol/messages/config.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { HandedDose, HandedFate, Handover } from '../../protocol/messages/handover.ts';

/** A take-out that was asked for, of which the unit has not told the end. */
export interface OpenTakeOut {
  /** When it was asked for, epoch seconds. */
  readonly fromS: number;
  readonly doses: number;
  /** How many of them it told of. */
  readonly told: number;
}

const MINUTE_S = 60;
const DAY_S = 86_400;

/** The doses that have come to an end, each with the window that it had; of one that has not, only the unit could speak. */
export function endedDoses(events: readonly DeviceEvent[], document: ConfigDocument): HandedDose[] {
  const fates = new Map<string, Pick<HandedDose, 'slot' | 'date'> & { readonly fate: HandedFate | undefined }>();
  for (const event of events) {
    if (!('slot' in event) || event.slot === undefined || event.date === undefined) continue;
    const { slot, date } = event;
    const before = fates.get(`${slot}/${date}`)?.fate;
    fates.set(`${slot}/${date}`, { slot, date, fate: fateIn(event) ?? before });
  }
  return [...fates.values()].flatMap(({ slot, date, fate }) =>
    fate === undefined ? [] : windowed(document, { slot, date, fate }),
  );
}

/**
 * The doses that take-outs may have given unheard: the next ones without an end, as many as were asked for and are not
 * accounted for, and one more where nobody knows when it began.
 */
export function perhapsAhead(
  takeOuts: readonly OpenTakeOut[],
  { ended, document }: { readonly ended: readonly HandedDose[]; readonly document: ConfigDocument },
): HandedDose[] {
  const known = new Set(ended.map(keyOf));
  const ahead: HandedDose[] = [];
  for (const { fromS, doses, told } of takeOuts) {
    let left = told === 0 ? doses + 1 : doses - told;
    for (const dose of left > 0 ? closingAfter(document, fromS, doses) : []) {
      if (known.has(keyOf(dose))) continue;
      known.add(keyOf(dose));
      ahead.push(dose);
      left -= 1;
      if (left === 0) break;
    }
  }
  return ahead;
}

/** From where the least interval between two doses runs. */
export function lastDose(events: readonly DeviceEvent[]): Pick<Handover, 'lastDoseAt'> {
  const gave: ReadonlySet<DeviceEvent['type']> = new Set(['dose.released', 'dose.presented', 'dose.taken']);
  const instants = events.filter(({ type, suspect }) => gave.has(type) && suspect !== true).map(({ at }) => at);
  return instants.length === 0 ? {} : { lastDoseAt: Math.max(...instants) };
}

const keyOf = ({ slot, date }: HandedDose): string => `${slot}/${date}`;

/** The doses of so many weeks whose window closes after an instant, in the order of their windows. */
function closingAfter(document: ConfigDocument, fromS: number, weeks: number): HandedDose[] {
  const { zone, regimen } = document;
  const start = Temporal.Instant.fromEpochMilliseconds((fromS - DAY_S) * 1000)
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  return Array.from({ length: (weeks + 1) * 7 }, (_, days) => start.add({ days }))
    .flatMap((date) => {
      const day = weekdays[date.dayOfWeek - 1];
      const slots = regimen.slots.filter(({ days }) => days === undefined || (day !== undefined && days.includes(day)));
      return slots.flatMap(({ id }) => windowed(document, { slot: id, date: date.toString(), fate: 'takenOut' }));
    })
    .filter(({ closesAt }) => closesAt > fromS)
    .sort((one, other) => one.opensAt - other.opensAt);
}

function windowed(
  { zone, regimen }: ConfigDocument,
  { slot, date, fate }: Pick<HandedDose, 'slot' | 'date' | 'fate'>,
): HandedDose[] {
  const planned = regimen.slots.find(({ id }) => id === slot);
  if (planned === undefined) return [];
  const { epochMilliseconds } = Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.PlainTime.from(planned.at),
  });
  const dueAt = epochMilliseconds / 1000;
  const { beforeMinutes, afterMinutes, sachets = 1 } = planned;
  const [opensAt, closesAt] = [dueAt - beforeMinutes * MINUTE_S, dueAt + afterMinutes * MINUTE_S];
  return [{ slot, date, fate, opensAt, dueAt, closesAt, sachets }];
}

function fateIn(event: DeviceEvent): HandedFate | undefined {
  if (event.type === 'dose.settled') return event.fate;
  if (event.type === 'dose.given') return 'released';
  const [, name] = event.type.split('.');
  const ends: readonly HandedFate[] = ['taken', 'takenOut', 'retracted', 'missed', 'withheld'];
  return event.type.startsWith('dose.') ? ends.find((end) => end === name) : undefined;
}
