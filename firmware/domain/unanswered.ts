import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { Memory } from './memory.ts';

/** Why no step of the chart has an answer to what somebody orders: so far only to a pause, and its end. */
export function whyUnanswered(type: string, { registers }: Memory): RefusalCode {
  if (registers.handedOver !== null) return 'replaced';
  return type === 'pause.ended' && registers.presence.mode !== 'paused' ? 'not-paused' : 'not-permitted';
}
