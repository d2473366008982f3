import type { Volatile } from './turn.ts';

/** Filling takes minutes; whoever leaves the service door open for longer has forgotten it. */
const DOOR_OPEN_MS_MAX = 30 * 60_000;

/** When to call for somebody to close the service door, on the monotonic clock; null: nobody has it open with the key. */
export function doorCallMonoMs({ door, doorOpenedMonoMs }: Volatile, bootMonoMs: number): number | null {
  return door === 'opened' ? (doorOpenedMonoMs ?? bootMonoMs) + DOOR_OPEN_MS_MAX : null;
}
