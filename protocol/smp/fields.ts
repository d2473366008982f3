import * as v from 'valibot';
import { uint32Max } from '../limits.ts';
import { refusal } from '../wire/kind.ts';

/** The kinds of fields in SMP payloads, with the sentences that a wrong one is refused with. */

export const none = v.object({}, refusal('a map'));

export function uint(max: number = uint32Max): v.GenericSchema<number> {
  const say = refusal(`a whole number from 0 to ${max}`);
  return v.pipe(v.number(say), v.integer(say), v.minValue(0, say), v.maxValue(max, say));
}

/** Counters may be wider than what we write ourselves, and some are negative. */
export const counter = v.pipe(v.number(refusal('a whole number')), v.safeInteger(refusal('a whole number')));

export const text = v.string(refusal('text'));
export const truth = v.boolean(refusal('true or false'));

export const bytes: v.GenericSchema<Uint8Array> = v.instance(Uint8Array, refusal('bytes'));

export function bytesOf(length: number): v.GenericSchema<Uint8Array> {
  const say = refusal(`${length} bytes`);
  return v.pipe(v.instance(Uint8Array, say), v.length(length, say));
}

export function bytesUpTo(length: number): v.GenericSchema<Uint8Array> {
  const say = refusal(`1 to ${length} bytes`);
  return v.pipe(v.instance(Uint8Array, say), v.minLength(1, say), v.maxLength(length, say));
}

export function listOf<Item>(item: v.GenericSchema<unknown, Item>): v.GenericSchema<unknown, Item[]> {
  return v.array(item, refusal('a list'));
}

export function named<Item>(item: v.GenericSchema<unknown, Item>): v.GenericSchema<unknown, Record<string, Item>> {
  return v.record(v.string(), item, refusal('a map'));
}
