import { bytesOfHex } from '../../protocol/cose/bytes.ts';
import { windowMinutesMax } from '../../protocol/limits.ts';
import type { HandedDose, HandedFate, Handover } from '../../protocol/messages/handover.ts';
import { DAY_MS, dayAfter, epochSecondsAt, localDateAt, MINUTE_MS } from './civil-time.ts';
import { type Dose, type DoseKey, doseKey, type Fate, freshDose, isFinal } from './dose.ts';
import type { Memory } from './memory.ts';
import { doseOf, dosesOn, dosesOpening, type Regimen } from './regimen.ts';

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
    heir: bytesOfHex(handedOver.heir),
    plan: memory.settings.version,
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
 * if the plan still has it.
 */
export function takenOver(memory: Memory, { doses }: Handover): Dose[] {
  const added: Dose[] = [];
  for (const handed of doses) {
    const key = doseKey(handed.slot, handed.date);
    const known = memory.doses.get(key);
    const planned = doseOf(memory.settings.regimen, handed.slot, handed.date);
    if (known !== undefined && known.fate !== 'due') continue;
    if (handed.fate === 'due') {
      if (planned !== undefined) added.push(goingOn(memory.settings.regimen, planned, handed));
    } else {
      added.push(ended(key, handed, handed.fate, planned?.roll ?? null));
    }
  }
  return added;
}

/** No window is made longer by more, however often somebody asks. */
const LONGER_MS_MAX = windowMinutesMax * MINUTE_MS;

/** The plan alone says when a dose may be given; a window that has not moved keeps what was granted it. */
function goingOn(regimen: Regimen, planned: Dose, { opensAt, dueAt, closesAt }: HandedDose): Dose {
  if (opensAt * 1000 !== planned.opensMs || dueAt * 1000 !== planned.dueMs) return planned;
  const { closesMs } = planned;
  // A press can only mean one dose.
  const [next] = dosesOpening(regimen, closesMs, closesMs + LONGER_MS_MAX);
  const latestMs = next?.opensMs ?? closesMs + LONGER_MS_MAX;
  return { ...planned, closesMs: Math.max(closesMs, Math.min(closesAt * 1000, latestMs)) };
}

function ended(key: DoseKey, handed: HandedDose, fate: Fate, roll: Dose['roll']): Dose {
  const { slot, date, opensAt, dueAt, closesAt, sachets } = handed;
  const window = { opensMs: opensAt * 1000, dueMs: dueAt * 1000, closesMs: closesAt * 1000 };
  return { ...freshDose({ key, slot, date, ...window, sachets, roll }), fate, moved: sachets };
}

/** A swap takes minutes: so soon after it was locked for good, no third unit can have been at work between the two. */
const JUST_NOW_MS = 30 * MINUTE_MS;

/** Of what lies further back nobody asks any more. */
const ASKED_MS = 14 * DAY_MS;

/**
 * Doses without an end that another unit may have given after this was told: one that fell silent after it was heard, or
 * one that took the place first. Their window is open, or has closed since; where the other one went by another plan, all
 * of those days. None when the unit has handed over itself, just now.
 */
export function dosesNobodyKnows({ settings, doses }: Memory, { source, at, plan }: Handover, nowMs: number): Dose[] {
  if (source === 'unit' && nowMs <= at * 1000 + JUST_NOW_MS) return [];
  const toldMs = Math.max(at * 1000, nowMs - ASKED_MS);
  const { regimen, version } = settings;
  const planned =
    plan === version ? dosesOpening(regimen, toldMs - 2 * DAY_MS, nowMs) : dosesOfDays(regimen, toldMs, nowMs);
  return [...planned]
    .map((dose) => doses.get(dose.key) ?? dose)
    .filter(({ closesMs, fate }) => toldMs < closesMs && !isFinal(fate));
}

function* dosesOfDays(regimen: Regimen, fromMs: number, toMs: number): Generator<Dose> {
  const last = localDateAt(toMs, regimen.zone);
  for (let date = localDateAt(fromMs - DAY_MS, regimen.zone); date <= last; date = dayAfter(date)) {
    yield* dosesOn(regimen, date);
  }
}
