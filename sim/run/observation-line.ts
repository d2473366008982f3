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
      const { effect, atMs } = observation;
      if (effect.type !== 'panel.show') return `e ${atMs} ${JSON.stringify(effect)}`;
      const { message, lamp, sound, button, params } = effect.view;
      return `e ${atMs} show ${message} ${lamp} ${sound} ${button} ${Object.values(params).join('|')}`;
    }
  }
}
