import type { daTag } from './da-tag.ts';

/** What is said of the citizen's pocket tag: in English. */
export const enTag: typeof daTag = {
  tag: {
    looking: 'Looking for tags; hold it beside the unit …',
    calling: (name, address) => `${name} (${address}) calls now: press its button …`,
    severals: (names) => `There are several tags; choose another with --tag ADDRESS: ${names}`,
    restarting: 'The unit restarts …',
    fromRestart: 'from its restart',
    paired: (name, address) => `The pocket tag is ${name} (${address}).`,
    later: 'The unit does not restart now, because a dose is under way; this holds from its next start on.',
    forgotten: 'The unit has no pocket tag any more.',
    none: 'The unit has no pocket tag.',
    where: {
      near: 'It is reached.',
      range: 'It is not reached: it is elsewhere, or without power.',
      radio: 'It is not reached: the Bluetooth of the unit does not work.',
    },
    unknownWhere: 'Whether it is reached is not known yet.',
    battery: (percent) => `Its battery is at ${percent} %.`,
    name: (name) => (name === '' ? 'the tag' : name),
    troubles: {
      'radio-off':
        'the unit has no Bluetooth that is switched on; plug an adapter in, or switch it on (rfkill unblock bluetooth), and try again.',
      'radio-dead':
        'the Bluetooth of the unit does not answer; restart it (systemctl restart bluetooth), and try again.',
      'none-seen':
        'no tag was seen; wake it (press its button, or put its battery in anew), hold it beside the unit, and try again.',
      'not-found': 'the tag with that address was not seen; hold it beside the unit, or leave --tag out.',
      unfit: 'the tag cannot call, or has no button that the unit knows; choose another one.',
      'not-pressed':
        'its button was not heard; try again, and press it while it calls. If it did not call, it is another one.',
      lost: 'the tag went out of reach; hold it beside the unit, and try again.',
      storage: 'the unit could not save it; see "dosis tech fault".',
    },
  },
};
