import type { MqttEvent } from '../../hal/ports/mqtt.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeAck } from '../../protocol/messages/ack.ts';
import { parseTopic } from '../../protocol/topics.ts';
import { blankOf, packBytes } from './format.ts';

/**
 * Of what comes over the air only acknowledgements are recorded as they are: a signed document may hold texts, and so may
 * whatever else somebody sends.
 */
export function recordedMqtt(event: MqttEvent, device: string): unknown {
  if (event.type === 'mqtt.disconnected') return { ...event, reason: '' };
  if (event.type !== 'mqtt.message') return event;
  const { topic, payload } = event.message;
  const parsed = parseTopic(topic);
  // No topic is as little for this unit as another's.
  if (parsed?.device !== device) return packBytes({ ...event, message: { topic: '', payload: blankOf(payload) } });
  const kept = parsed.channel === 'down/ack' && isAck(payload) ? payload : blankOf(payload);
  return packBytes({ ...event, message: { topic, payload: kept } });
}

/** Blanks are no acknowledgement either, so a malformed one is refused again. */
function isAck(payload: Uint8Array): boolean {
  try {
    decodeAck(payload);
    return true;
  } catch (error) {
    if (isProtocolError(error)) return false;
    throw error;
  }
}
