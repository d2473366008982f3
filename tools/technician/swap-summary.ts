import { doseName } from '../../protocol/alarm-words.ts';
import type { HandedFate, Handover } from '../../protocol/messages/handover.ts';
import type { HungRoll } from './handover.ts';
import { type NamedFault, titleOf } from './portrait.ts';
import type { KeptSwap } from './swap-folder.ts';
import type { OpenDoubt } from './swap-replacement.ts';
import type { TechWords } from './words.ts';

export interface SwapOutcome {
  readonly kept: KeptSwap;
  readonly handover: Handover;
  readonly rolls: readonly HungRoll[];
  readonly faults: readonly NamedFault[];
  readonly doubts: readonly OpenDoubt[];
  /** Where the records of the unit that went lie, as far as they could be read. */
  readonly folder: string;
}

/** What was taken over, what lies ahead, and what is still to be done. */
export function swapSummary(t: TechWords, outcome: SwapOutcome): string[] {
  const { kept, handover, rolls, faults, doubts, folder } = outcome;
  const { device, waiting, log } = kept;
  const words = t.swap;
  const fates = counted(handover.doses.map(({ fate }) => fate));
  const told = [...fates].map(([fate, count]) => `${count} ${words.fates[fate]}`);
  const next = [
    ...doubts.map((dose) => words.settleLater(doseName(dose, t.language), `${dose.slot}/${dose.date}`)),
    ...(handover.source === 'centre' ? [words.announceRolls] : []),
    words.pairTag,
    ...(log === null || waiting === 0 ? [] : [words.bringLog(folder)]),
    ...(handover.source === 'unit'
      ? [words.takeLocked(device), words.revokeOld(device)]
      : [words.takeDead(device), words.revokeDead(device)]),
  ];
  return [
    words.done(device),
    told.length === 0 ? words.nothingHanded : words.handed(t.list(told)),
    ...(handover.presence === 'home' ? [] : [words.presence(t.log.presences[handover.presence], handover.until)]),
    ...rolls.map(({ roll, sachets, over }) => words.ahead(roll, sachets.length - over, over)),
    ...(waiting === null ? [] : [words.waiting(waiting)]),
    faults.length === 0
      ? t.fault.none
      : t.fault.reports(t.list(faults.map((one) => `${one.number} ${titleOf(t, one)}`))),
    words.next,
    ...next.map((step, place) => `  ${place + 1}. ${step}`),
  ];
}

function counted(fates: readonly HandedFate[]): ReadonlyMap<HandedFate, number> {
  const counts = new Map<HandedFate, number>();
  for (const fate of fates) counts.set(fate, (counts.get(fate) ?? 0) + 1);
  return counts;
}
