import type { InBothLanguages } from '../../../protocol/faults/fault.ts';

/** Why a technician's access ended, by the word that the unit wrote in its journal (firmware/service/session-gate.ts). */
export const sessionEnds: Readonly<Record<string, InBothLanguages>> = {
  closed: { da: 'af den, der havde den', en: 'by whoever had it' },
  time: { da: 'tiden var gået', en: 'its time was up' },
  idle: { da: 'den blev ikke brugt', en: 'it was not used' },
  replaced: { da: 'et andet pas kom i stedet', en: 'another pass took its place' },
  unplugged: { da: 'kablet blev taget ud', en: 'the cable was pulled out' },
};
