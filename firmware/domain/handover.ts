import type { HandedDose, HandedFate, Handover } from '../../protocol/messages/handover.ts';
import { DAY_MS, epochSecondsAt, HOUR_MS } from './civil-time.ts';
import { type Dose, doseKey, freshDose, isFinal } from './dose.ts';
import type { Memory } from './memory.ts';
import { doseOf, dosesOpening } from './regimen.ts';

/** A unit as its ledger names it. */
interface Self {
  readonly device: string;
  readonly epoch: number;
}

/**
 * What a unit that has been handed over tells the one that takes its place. It stands still from then on, so that it can
 * be read as often as a cable breaks; null for a unit that has its own place.
 */
export function handoverOf({ device, epoch }: Self, memory: Memory): Handover | null {
  const { handedOver, presence, lastDoseMs } = memory.registers;
  if (handedOver === null) return null;
  return {
    device,
    epoch,
    source: 'unit',
    at: epochSecondsAt(handedOver.atMs),
    lastSeq: handedOver.seq,
    doses: [...memory.doses.values()].sort((a, b) => a.opensMs - b.opensMs).map(handed),
    presence: presence.mode,
    ...(presence.untilMs === null ? {} : { until: epochSecondsAt(presence.untilMs) }),
    ...(lastDoseMs === null ? {} : { lastDoseAt: epochSecondsAt(lastDoseMs) }),
  };
}

function handed({ slot, date, fate, opensMs, dueMs, closesMs, sachets }: Dose): HandedDose {
  return {
    slot,
    date,
    // A unit with any other dose is not handed over.
    fate: fate as HandedFate,
    opensAt: epochSecondsAt(opensMs),
    dueAt: epochSecondsAt(dueMs),
    closesAt: epochSecondsAt(closesMs),
    sachets,
  };
}

/**
 * The doses that a handover adds to what a unit knows. An end is an end, whatever the plan says now; an open dose goes on
 * with the window that it had, if the plan still has it.
 */
export function takenOver(memory: Memory, { doses }: Handover): Dose[] {
  const added: Dose[] = [];
  for (const dose of doses) {
    const known = memory.doses.get(doseKey(dose.slot, dose.date));
    const planned = doseOf(memory.settings.regimen, dose.slot, dose.date);
    if (known !== undefined && known.fate !== 'due') continue;
    if (dose.fate === 'due' && planned === undefined) continue;
    added.push({
      ...freshDose({
        key: doseKey(dose.slot, dose.date),
        slot: dose.slot,
        date: dose.date,
        opensMs: dose.opensAt * 1000,
        dueMs: dose.dueAt * 1000,
        closesMs: dose.closesAt * 1000,
        sachets: dose.sachets,
        roll: planned?.roll ?? null,
      }),
      fate: dose.fate,
      moved: dose.fate === 'due' ? 0 : dose.sachets,
      ahead: dose.fate === 'takenOut',
    });
  }
  return added;
}

/** So soon after it was locked for good, no third unit can have been at work between the two. */
const JUST_NOW_MS = 2 * HOUR_MS;

/**
 * Doses whose window is open, and which another unit may have given after this was told: one that fell silent after it was
 * heard, or one that took the place first. None when the unit has handed over itself, just now.
 */
export function dosesNobodyKnows({ settings, doses }: Memory, { source, at }: Handover, nowMs: number): Dose[] {
  if (source === 'unit' && nowMs <= at * 1000 + JUST_NOW_MS) return [];
  return [...dosesOpening(settings.regimen, nowMs - 2 * DAY_MS, nowMs)]
    .map((planned) => doses.get(planned.key) ?? planned)
    .filter(({ closesMs, fate }) => nowMs < closesMs && !isFinal(fate));
}
