import { type Flash, FlashError } from '../../hal/ports/flash.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { compareVersions } from '../../protocol/image/version.ts';
import { type Candidate, failedMax, otherSlot, type Slot } from './boot-record.ts';
import type { RecordKeeper } from './record-keeper.ts';
import { judgeSlot, type UnitTrust, type VerifiedSlot, verifiedIn } from './slot.ts';

/** Trials of one image: a power cut ends a trial through no fault of the image, a board that it crashes does not. */
export const trialStartsMax = 3;

/** What starts now. */
export interface Start extends VerifiedSlot {
  readonly slot: Slot;
  readonly trial: boolean;
  /** No trial of this image was ever begun before. */
  readonly first: boolean;
}

/** What the loader decides with. */
export interface Choice {
  readonly flash: Flash;
  readonly keeper: RecordKeeper;
  readonly trust: UnitTrust;
  /** One sentence for the log, whenever something else than the confirmed image is chosen. */
  note(sentence: string): void;
}

/**
 * Chooses what starts, verified in full just now, and makes the choice durable before it is acted on. A candidate that
 * may start comes first, then what was confirmed, then what was confirmed before it, as far as its counter is still
 * accepted. Null: nothing can start. @throws FlashError when the record cannot be written
 */
export function chooseStart(choice: Choice): Start | null {
  if (!choice.keeper.sound) recover(choice);
  const { candidate } = choice.keeper.current;
  if (candidate !== null && candidate.phase !== 'waiting') {
    const start = tryCandidate(choice, candidate);
    if (start !== null) return start;
  }
  return confirmedStart(choice) ?? lastResort(choice);
}

/** The candidate has failed: it is never tried again, and what was confirmed stays. @throws FlashError */
export function revert({ keeper, note }: Choice, reason: string): void {
  const { candidate, failed } = keeper.current;
  if (candidate === null) return;
  keeper.save({ candidate: null, upload: null, failed: [candidate.hash, ...failed].slice(0, failedMax) });
  note(`The new firmware is taken back: ${reason}.`);
}

function tryCandidate(choice: Choice, candidate: Candidate): Start | null {
  const { keeper } = choice;
  const { confirmed } = keeper.current;
  const slot = otherSlot(confirmed?.slot ?? 'a');
  if (candidate.starts >= trialStartsMax) {
    revert(choice, `it was started ${candidate.starts} times and did not confirm itself`);
    return null;
  }
  const found = verified(choice, slot, candidate.hash);
  if (found === null) {
    revert(choice, 'its slot no longer holds it unharmed');
    return null;
  }
  keeper.save({ candidate: { ...candidate, phase: 'trial', starts: candidate.starts + 1 } });
  return { ...found, slot, trial: true, first: candidate.starts === 0 };
}

function confirmedStart(choice: Choice): Start | null {
  const { confirmed, standby } = choice.keeper.current;
  if (confirmed === null) return null;
  const found = verified(choice, confirmed.slot, confirmed.hash);
  if (found !== null) return { ...found, slot: confirmed.slot, trial: false, first: false };
  if (standby === null) return null;
  const slot = otherSlot(confirmed.slot);
  const before = verified(choice, slot, standby);
  if (before === null) return null;
  choice.keeper.save({ confirmed: { slot, hash: standby }, standby: null, candidate: null, upload: null });
  choice.note('The confirmed firmware is damaged; the one confirmed before it starts instead.');
  return { ...before, slot, trial: false, first: false };
}

/** A candidate that was to wait for a good moment: with nothing else to start, no moment is better than this. */
function lastResort(choice: Choice): Start | null {
  const { candidate } = choice.keeper.current;
  if (candidate?.phase !== 'waiting') return null;
  choice.note('No confirmed firmware can start; the one that waits is tried.');
  return tryCandidate(choice, candidate);
}

/**
 * Without a record nothing is known but what the slots hold. Of two good images the older counts as confirmed and the
 * newer is tried; a single one counts as confirmed. The floor begins at the counter of what counts as confirmed.
 */
function recover(choice: Choice): void {
  const { flash, keeper, trust, note } = choice;
  const found = (['a', 'b'] as const).flatMap((slot) => {
    const judged = safely(() => judgeSlot(flash, slot, { ...trust, securityCounterMin: 0 }), 'truncated');
    return typeof judged === 'string' || judged.content.refusal !== null ? [] : [{ slot, ...judged.content }];
  });
  const [older, newer] = found.sort(
    (left, right) => left.securityCounter - right.securityCounter || compareVersions(left.version, right.version),
  );
  if (older === undefined) return;
  keeper.save({
    confirmed: { slot: older.slot, hash: older.hash },
    counterMin: older.securityCounter,
    candidate: newer === undefined ? null : { hash: newer.hash, phase: 'armed', starts: 0 },
  });
  note('There was no boot record; it was made anew from the images that lie in the slots.');
}

function verified({ flash, keeper, trust }: Choice, slot: Slot, hash: Uint8Array): VerifiedSlot | null {
  const { counterMin } = keeper.current;
  const found = safely(() => verifiedIn(flash, slot, { ...trust, securityCounterMin: counterMin }), null);
  return found !== null && sameBytes(found.content.hash, hash) ? found : null;
}

/** A slot that cannot be read holds nothing that may start. */
function safely<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FlashError) return otherwise;
    throw error;
  }
}
