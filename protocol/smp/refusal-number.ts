import { type RefusalCode, refusalCodes } from '../messages/refusal.ts';

/** 1 stays `unknown`, as in every group. */
const first = 2;

/** How a unit's refusal travels as the group error of a group of ours (all but session, which has its own). */
export function refusalNumber(code: RefusalCode): number {
  return first + refusalCodes.indexOf(code);
}

/** Undefined for a number of a newer unit, and for `unknown`. */
export function refusalOfNumber(rc: number): RefusalCode | undefined {
  return refusalCodes[rc - first];
}
