import { bytesToHex } from '@noble/hashes/utils.js';
import type { MqttMessage } from '../../hal/ports/mqtt.ts';
import { parseTopic } from '../../protocol/topics.ts';
import type { Observation } from '../host/observation.ts';
import type { StampedEvent } from '../machine/events.ts';

type EffectDone = Extract<Observation, { kind: 'effect' }>['effect'];

/**
 * One observation as one short line, the same for the same observation on every machine, and without the texts that
 * the centre writes to a citizen. Written out by hand for the common kinds, because this runs for everything a unit does.
 */
export function lineOf(observation: Observation): string {
  switch (observation.kind) {
    case 'inbox': {
      const { stamp, ...event } = observation.event;
      const time = `${stamp.wallMs} ${stamp.monoMs} ${stamp.trusted ? 1 : 0}`;
      return event.type === 'tick' ? `i ${time} tick` : `i ${time} ${JSON.stringify(textless(event))}`;
    }
    case 'recorded':
      return `r ${observation.atMs} ${JSON.stringify(observation.event)}`;
    case 'noted':
      return `n ${observation.atMs} ${JSON.stringify(observation.note)}`;
    case 'effect':
      return `e ${observation.atMs} ${doingOf(observation.effect)}`;
  }
}

type WithoutStamp<E> = E extends unknown ? Omit<E, 'stamp'> : never;

/** Two documents that differ in their texts differ in their hashes. */
function textless(event: WithoutStamp<StampedEvent>): object {
  switch (event.type) {
    case 'message.received': {
      const { text: _text, buttons, ...rest } = event;
      return { ...rest, buttons: buttons.length };
    }
    case 'config.offered': {
      const { config, ...rest } = event;
      return { ...rest, version: config.settings.version, hash: bytesToHex(config.hash) };
    }
    default:
      return event;
  }
}

function doingOf(effect: EffectDone): string {
  switch (effect.type) {
    case 'panel.show': {
      const { message, lamp, light, sound, soundPaused, button, params, choices } = effect.view;
      const shown = Object.values(withoutText(params)).join('|');
      return `show ${message} ${lamp} ${light} ${soundPaused ? 'paused' : sound} ${button} ${choices.length} ${shown}`;
    }
    case 'speech.say':
      return JSON.stringify({ ...effect, params: withoutText(effect.params) });
    case 'mqtt.publish':
      return `publish ${effect.id} ${effect.message.topic} ${contentOf(effect.message)}`;
    case 'mqtt.connect': {
      const { will, subscriptions } = effect.session;
      return `connect ${will.topic} ${bytesToHex(will.payload)} ${subscriptions.join(' ')}`;
    }
    case 'unit.restart':
      return effect.type;
    default:
      return JSON.stringify(effect);
  }
}

/** A piece of the trace may be in a log, and is not there when the trace is replayed. */
function contentOf({ topic, payload }: MqttMessage): string {
  return parseTopic(topic)?.channel === 'up/log' ? `${payload.length} bytes` : bytesToHex(payload);
}

/** What fills the gaps of a phrase, but for the words of the centre. */
function withoutText(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!('text' in params)) return params;
  const { text: _text, ...rest } = params;
  return rest;
}
