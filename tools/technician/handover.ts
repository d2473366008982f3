import { isProtocolError } from '../../protocol/errors.ts';
import { type Roll, rolls } from '../../protocol/messages/common.ts';
import { decodeHandover, type Handover, handoverBytesMax } from '../../protocol/messages/handover.ts';
import { encodeRequest } from '../../protocol/smp/command.ts';
import { filling } from '../../protocol/smp/commands/filling.ts';
import { handover } from '../../protocol/smp/commands/handover.ts';
import { readFileOf } from './files.ts';
import { failure, mistake } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import type { Visit } from './visit.ts';
import type { TechWords } from './words.ts';

/** A sachet as it goes over the cable: slot and date, `true` without a label, `null` for an empty one. */
export type WireSachet = [string, string] | true | null;

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
  const bytes = readFileOf(t, file);
  try {
    return { bytes, says: decodeHandover(bytes) };
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    throw mistake(t, 'notAHandover', file);
  }
}

/** Locks the unit for good, and fetches what it knew of the citizen's doses then. @throws TechProblem, SmpRefusal */
export async function giveOver(visit: Visit): Promise<HeldHandover> {
  await visit.granted(handover.give, {});
  const parts: Uint8Array[] = [];
  let off = 0;
  for (;;) {
    const { data, len } = await visit.granted(handover.read, { off });
    parts.push(data);
    off += data.length;
    if (data.length === 0 || off >= len || off > handoverBytesMax) break;
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  return { bytes, says: decodeHandover(bytes) };
}

/** Tells a unit whose place it takes. Told again, it is done already. @throws TechProblem, SmpRefusal */
export async function takeOver(visit: Visit, document: Uint8Array): Promise<void> {
  const empty = encodeRequest(handover.take, { off: 0xffff, data: new Uint8Array(), len: document.length }, 0);
  // The byte string's own head grows with what is in it.
  const room = visit.client.messageBytesMax - empty.length - 4;
  try {
    for (let off = 0; off < document.length; ) {
      const data = document.slice(off, off + room);
      ({ off } = await visit.granted(handover.take, { off, data, ...(off === 0 && { len: document.length }) }));
    }
  } catch (error) {
    throw error instanceof SmpRefusal ? whyNotTaken(visit.t, error) : error;
  }
}

/** Over the cable only the code comes back, and what it means here is plainer than what it means anywhere. */
function whyNotTaken(t: TechWords, refusal: SmpRefusal): Error {
  const code = refusalIn(refusal.error);
  if (code === 'state-mismatch') return failure(t, 'replacementUsed');
  if (code === 'replayed') return failure(t, 'replacementTaken');
  if (code === 'expired') return failure(t, 'handoverOld');
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
