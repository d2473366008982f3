import { doseName } from '../../protocol/alarm-words.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { isCoseError } from '../../protocol/cose/errors.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { type Roll, rolls } from '../../protocol/messages/common.ts';
import type { Language } from '../../protocol/messages/config.ts';
import type { Enrolment } from '../../protocol/messages/enrolment.ts';
import { type Handover, handoverBytesMax, handoverType, openHandover } from '../../protocol/messages/handover.ts';
import { encodeRequest } from '../../protocol/smp/command.ts';
import { filling } from '../../protocol/smp/commands/filling.ts';
import { handover } from '../../protocol/smp/commands/handover.ts';
import { smpRc } from '../../protocol/smp/numbers.ts';
import { readFileOf } from './files.ts';
import { otherFile } from './other-file.ts';
import { failure, mistake } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import { trustingAnybody } from './unverified.ts';
import type { Visit } from './visit.ts';
import type { TechWords } from './words.ts';

const TAKE_TRIES = 3;

/** A sachet as it goes over the cable: slot and date, `true` without a label, `null` for an empty one. */
export type WireSachet = [string, string] | true | null;

/** Which dose a sachet says it is; null for one without a label, for an empty one and for none. */
export function printedOn(sachet: WireSachet | undefined, language: Language): string | null {
  return Array.isArray(sachet) ? doseName({ slot: sachet[0], date: sachet[1] }, language) : null;
}

/** What hangs in a bay, head first; the first `over` belong to doses that have ended. */
export interface HungRoll {
  readonly roll: Roll;
  readonly sachets: readonly WireSachet[];
  readonly over: number;
}

/** What one unit tells the other, and the bytes that carry it. */
export interface HeldHandover {
  readonly bytes: Uint8Array;
  readonly says: Handover;
}

/** What the centre wrote of a unit that is silent. @throws TechProblem */
export function readHandoverFile(t: TechWords, file: string): HeldHandover {
  const bytes = readFileOf(t, file, { wanted: 'handover' });
  try {
    return held(bytes);
  } catch (error) {
    if (!isProtocolError(error) && !isCoseError(error)) throw error;
    throw otherFile(t, { file, bytes }, 'handover') ?? mistake(t, 'notAHandover', file);
  }
}

/** What it says is the unit's to believe. @throws CoseError, ProtocolError */
export function held(bytes: Uint8Array): HeldHandover {
  const { keys, verify } = trustingAnybody(bytes, handoverType);
  return { bytes, says: openHandover(bytes, { predecessors: keys, centre: keys, verify }) };
}

/** Whether the one that it is for is the one that this enrolment makes. @throws TechProblem */
export function checkHeir(t: TechWords, { says }: HeldHandover, { attestationKey, device }: Enrolment): void {
  if (!sameBytes(says.heir, attestationKey.kid)) throw failure(t, 'otherEnrolment', device);
}

/** Locks the unit for good, for the one of that enrolment alone; one that is locked stays so. @throws TechProblem, SmpRefusal: then it is as it was */
export async function lockForGood(visit: Visit, { attestationKey, predecessors }: Enrolment): Promise<void> {
  await visit.granted(handover.give, { heir: attestationKey.kid, believes: predecessors.map(({ kid }) => kid) });
}

/** What a unit that is locked for good knew of the citizen's doses then. @throws TechProblem, SmpRefusal */
export async function readHandover(visit: Visit): Promise<HeldHandover> {
  const parts: Uint8Array[] = [];
  let off = 0;
  for (;;) {
    const { data, len } = await visit.granted(handover.read, { off });
    parts.push(data);
    off += data.length;
    if (data.length === 0 || off >= len || off > handoverBytesMax) break;
  }
  return held(new Uint8Array(Buffer.concat(parts)));
}

/** Whether the unit was handed over itself, and is locked for good. @throws TechProblem */
export async function isHandedOver(visit: Visit): Promise<boolean> {
  return (await visit.ask(handover.read, { off: 0 })).ok;
}

/** Tells a unit whose place it takes. Told again, it is done already. @throws TechProblem, SmpRefusal */
export async function takeOver(visit: Visit, { bytes, says }: HeldHandover): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await sendWhole(visit, bytes);
      return;
    } catch (error) {
      if (!(error instanceof SmpRefusal)) throw error;
      // A piece that is repeated because its answer was lost is out of place; the unit then wants the first one again.
      const misplaced = error.error.group === undefined && error.error.rc === smpRc.invalid;
      if (!misplaced || tries === TAKE_TRIES) throw whyNotTaken(visit.t, error, says.device);
    }
  }
}

async function sendWhole(visit: Visit, document: Uint8Array): Promise<void> {
  const empty = encodeRequest(handover.take, { off: 0xffff, data: new Uint8Array(), len: document.length }, 0);
  // The byte string's own head grows with what is in it.
  const room = visit.client.messageBytesMax - empty.length - 4;
  for (let off = 0; off < document.length; off += room) {
    const data = document.slice(off, off + room);
    await visit.granted(handover.take, { off, data, ...(off === 0 && { len: document.length }) });
  }
}

/** Over the cable only the code comes back, and what it means here is plainer than what it means anywhere. */
function whyNotTaken(t: TechWords, refusal: SmpRefusal, device: string): Error {
  const code = refusalIn(refusal.error);
  if (code === 'state-mismatch') return failure(t, 'replacementUsed');
  if (code === 'replayed') return failure(t, 'replacementTaken');
  if (code === 'another-device') return failure(t, 'otherEnrolment', device);
  if (code === 'unknown-kid' || code === 'bad-signature') return failure(t, 'handoverStrange', device);
  if (code === 'expired') return failure(t, 'handoverOld', device);
  return refusal;
}

/** What hangs in the bays that hold anything. @throws SmpRefusal */
export async function hungRolls(visit: Visit): Promise<readonly HungRoll[]> {
  const hung: HungRoll[] = [];
  for (const roll of rolls) {
    const { sachets, over } = await visit.granted(filling.rolls, { roll });
    if (sachets.length > 0) hung.push({ roll, sachets: sachets as WireSachet[], over });
  }
  return hung;
}
