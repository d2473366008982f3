import type { SelfTestPart } from './messages/command.ts';
import type { Language } from './messages/config.ts';

/** What people read for each part of a unit that is tried. */
export const partWords: Readonly<Record<Language, Readonly<Record<SelfTestPart, string>>>> = {
  da: {
    lamp: 'lampe',
    sounder: 'lydgiver',
    speech: 'tale',
    button: 'knap',
    lock: 'lås',
    motor: 'motor',
    sensors: 'følere',
    battery: 'batteri',
    clock: 'ur',
    radio: 'radio',
  },
  en: {
    lamp: 'lamp',
    sounder: 'sounder',
    speech: 'speech',
    button: 'button',
    lock: 'lock',
    motor: 'motor',
    sensors: 'sensors',
    battery: 'battery',
    clock: 'clock',
    radio: 'radio',
  },
};
