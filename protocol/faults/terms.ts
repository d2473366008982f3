import type { AlarmPriority } from '../messages/alarm.ts';
import type { FaultLock, InBothLanguages } from './fault.ts';

/** What a technician can exchange, clean or put right, by the name printed on the spare part. */
export const partWords = {
  feed: { da: 'fremføring', en: 'feed' },
  cutter: { da: 'kniv', en: 'cutter' },
  gate: { da: 'klap', en: 'gate' },
  'cup-sensor': { da: 'skålens føler', en: 'cup sensor' },
  counter: { da: 'posetæller', en: 'sachet counter' },
  'mechanism-board': { da: 'mekanikkens printkort og kabel', en: 'mechanism board and its cable' },
  rolls: { da: 'ruller', en: 'rolls' },
  'roll-switch': { da: 'kontakt i rullens rum', en: 'switch of the roll bay' },
  bin: { da: 'låst beholder', en: 'locked bin' },
  door: { da: 'låge og lås', en: 'door and lock' },
  battery: { da: 'batteri', en: 'battery' },
  'power-supply': { da: 'strømforsyning og stik', en: 'power supply and plug' },
  'clock-cell': { da: 'urets knapcelle', en: 'clock cell' },
  'memory-card': { da: 'hukommelseskort', en: 'memory card' },
  computer: { da: 'computerens printkort', en: 'computer board' },
  tag: { da: 'lommebrik', en: 'pocket tag' },
  network: { da: 'netforbindelse', en: 'network' },
  firmware: { da: 'apparatets program', en: 'firmware' },
} as const satisfies Readonly<Record<string, InBothLanguages>>;

export type Part = keyof typeof partWords;

/** How soon somebody must answer. */
export const priorityWords: Readonly<Record<AlarmPriority, InBothLanguages>> = {
  high: { da: 'høj', en: 'high' },
  medium: { da: 'mellem', en: 'medium' },
  low: { da: 'lav', en: 'low' },
};

/** Whether medicine comes out, in words for a telephone. */
export const lockWords: Readonly<Record<FaultLock, InBothLanguages>> = {
  no: { da: 'Giver stadig medicin', en: 'Still gives medicine' },
  'while-it-lasts': { da: 'Giver ingen medicin, så længe det varer', en: 'Gives no medicine while it lasts' },
  'until-settled': { da: 'Låst, til dosis er afgjort', en: 'Locked until the dose is settled' },
  'until-repaired': { da: 'Låst, til en tekniker har været der', en: 'Locked until a technician has been there' },
  'until-refilled': { da: 'Låst, til der er sat ruller i', en: 'Locked until rolls have been fitted' },
  'for-good': { da: 'Låst for altid; et andet apparat tager over', en: 'Locked for good; another unit takes over' },
};
