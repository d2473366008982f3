import type { Change } from '../domain/memory.ts';

/** Changes that wait for the next commit, with newer ones: of a register only the latest value is worth writing. */
export function postponed(waiting: readonly Change[], newer: readonly Change[]): readonly Change[] {
  const names = new Set(newer.map((change) => (change.set === 'register' ? change.name : '')));
  return [...waiting.filter((change) => change.set !== 'register' || !names.has(change.name)), ...newer];
}
