import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { Memory } from '../domain/memory.ts';
import type { StampedEvent } from './events.ts';

/** Why no step of the chart has an answer to what somebody asks, over whatever road. */
export function whyUnanswered({ type }: StampedEvent, { registers }: Memory): RefusalCode {
  if (registers.handedOver !== null) return 'replaced';
  return type === 'pause.ended' && registers.presence.mode !== 'paused' ? 'not-paused' : 'not-permitted';
}
