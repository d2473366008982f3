import type { Observation } from '../../firmware/host/observation.ts';

/**
 * One observation as one short line, the same for the same observation on every machine. Written out by hand for the
 * common kinds, because this runs for everything a unit does in years.
 */
export function lineOf(observation: Observation): string {
  switch (observation.kind) {
    case 'inbox': {
      const { stamp, ...event } = observation.event;
      const time = `${stamp.wallMs} ${stamp.monoMs} ${stamp.trusted ? 1 : 0}`;
      return event.type === 'tick' ? `i ${time} tick` : `i ${time} ${JSON.stringify(event)}`;
    }
    case 'recorded':
      return `r ${observation.atMs} ${JSON.stringify(observation.event)}`;
    case 'noted':
      return `n ${observation.atMs} ${JSON.stringify(observation.note)}`;
    case 'effect': {
      return `e ${observation.atMs} ${doingOf(observation.effect)}`;
    }
  }
}

function doingOf(effect: Extract<Observation, { kind: 'effect' }>['effect']): string {
  switch (effect.type) {
    case 'panel.show': {
      const { message, lamp, sound, button, params } = effect.view;
      return `show ${message} ${lamp} ${sound} ${button} ${Object.values(params).join('|')}`;
    }
    case 'mqtt.publish':
      return `publish ${effect.id} ${effect.message.topic} ${base64(effect.message.payload)}`;
    case 'mqtt.connect': {
      const { will, subscriptions } = effect.session;
      return `connect ${will.topic} ${base64(will.payload)} ${subscriptions.join(' ')}`;
    }
    default:
      return JSON.stringify(effect);
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
